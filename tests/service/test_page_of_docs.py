"""What docs/serving.md and the Dockerfile say is so, asked of a real server."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import httpx
import pytest

from digitrec import serve

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs" / "serving.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"curl -s .*?(?=`\.|\n)", PAGE)
ADDRESS = "http://127.0.0.1:8000"


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_to_be_typed_is_answered(server, command):
    done = subprocess.run(
        ["bash", "-c", command.replace(ADDRESS, server.url)],
        cwd=HOME / "docs" / "pictures",
        capture_output=True,
        text=True,
        check=True,
    )
    assert not json.loads(done.stdout).get("error")


def test_all_kinds_of_commands_are_there():
    assert len(COMMANDS) >= 4
    assert {"data-binary", "-F", "/v2/health/ready", "/infer"} <= {
        part for part in ("data-binary", "-F", "/v2/health/ready", "/infer")
        if any(part in command for command in COMMANDS)
    }  # fmt: skip


def test_what_it_says_of_metrics_is_told(server, digits):
    server.http.post("/predict", content=digits[1])
    told = server.http.get("/metrics").text
    named = set(re.findall(r"`(digitrec_\w+)`", PAGE))
    assert len(named) > 8
    assert [name for name in named if name.removesuffix("_total") not in told] == []


def test_each_address_of_the_description_is_on_the_page(server):
    paths = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()["paths"]
    assert [path for path in paths if path not in PAGE] == []


def test_the_container_has_what_it_copies_and_starts_what_there_is():
    lines = (HOME / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]]
    assert copied
    assert [name for name in copied if not (HOME / name).exists()] == []
    ignored = (HOME / ".dockerignore").read_text(encoding="utf-8")
    assert [name for name in copied if f"!{name}\n" not in ignored] == []
    (entry,) = (line for line in lines if line.startswith("ENTRYPOINT"))
    program, verb, *options = json.loads(entry.removeprefix("ENTRYPOINT"))
    assert (program, verb) == ("digitrec", "serve")
    assert serve.parser().parse_args(options).host == "0.0.0.0"
    (user,) = (line for line in lines if line.startswith("USER"))
    assert int(user.split()[1]) > 0
    (check,) = (line for line in lines if "import urllib" in line)
    assert "/v2/health/ready" in shlex.split(check.partition("CMD")[2])[-1]
