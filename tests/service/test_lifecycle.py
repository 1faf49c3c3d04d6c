"""From the first line to the last: ready soon, one line for what is wrong, and a tidy end."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import tiny_models
from served import served

from digitrec.errors import OutputError
from digitrec.reading.card import Card
from digitrec.reading.classifier import shipped_model
from digitrec.service import workers
from digitrec.service.settings import Settings


def seconds_of(process: int) -> float:
    """What a process has taken of a processor, whatever else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ready_in_three_seconds_of_a_processor():
    with served() as server:
        assert server.http.get("/v2/health/ready").status_code == 200
        assert seconds_of(server.process.pid) < 3


def test_what_was_accepted_is_answered_and_the_end_is_zero(drawn):
    """It is not ready while it drains, and answers who is in."""
    with served("--linger", 1.5) as server:
        answers = []

        def ask():
            answers.append(server.http.post("/predict?stages=1", content=drawn[8]))

        assert server.http.get("/v2/health/ready").status_code == 200
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.05)
        server.signal("SIGTERM")
        server.told("draining")
        answer = server.http.get("/v2/health/ready")
        assert (answer.status_code, answer.json()["error"][:9]) == (503, "not ready")
        assert server.http.get("/v1/models/digitrec").status_code == 503
        assert server.http.get("/v2/health/live").status_code == 200
        asking.join()
        assert [answer.status_code for answer in answers] == [200]
        assert server.process.wait(30) == 0
        server.told("stopped")


def test_an_upload_that_has_begun_is_waited_for(digits):
    with served() as server, socket.create_connection(server.address) as connection:
        head = f"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: {len(digits[6])}\r\n\r\n"
        connection.sendall(head.encode() + digits[6][:20])
        deadline = time.perf_counter() + 10
        while "in_flight 1.0" not in server.http.get("/metrics").text:
            assert time.perf_counter() < deadline
        server.signal("SIGTERM")
        server.told("draining")
        connection.sendall(digits[6][20:])
        answer = b""
        while data := connection.recv(65536):
            answer += data
        assert b'"text":"6"' in answer
        assert server.process.wait(30) == 0


def test_an_upload_that_never_ends_is_not_waited_for():
    with (
        served("--drain", 0.3, "--upload-timeout", 60) as server,
        socket.create_connection(server.address) as connection,
    ):
        connection.sendall(b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")
        time.sleep(0.2)
        server.signal("SIGTERM")
        assert server.process.wait(30) == 0


def ended(*words: object) -> tuple[int, list[str]]:
    """Status and lines of a server that does not come to listen."""
    done = subprocess.run(
        [sys.executable, "-m", "digitrec.serve", *map(str, words)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_port_that_is_taken(workers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, (line,) = ended("--port", port, "--workers", workers)
    assert status == 1
    assert line.startswith(f"digitrec serve: 127.0.0.1:{port}: cannot be listened on (")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_misreads_never_begins(tmp_path, workers):
    model = tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny"))
    status, lines = ended("--port", 0, "--model", model, "--workers", workers)
    assert status == 1
    assert "expected to read 0123456789 off the self-test's digits" in lines[-1]
    assert lines[-1].startswith("digitrec serve: ")
    assert not any("Traceback" in line for line in lines)


def test_a_model_without_a_card_never_begins(tmp_path):
    shutil.copy(shipped_model(), tmp_path / "bare.tflite")
    status, (line,) = ended("--port", 0, "--model", tmp_path / "bare.tflite")
    assert status == 1
    assert line.endswith("bare.tflite: expected its card beside it, bare.json")


def test_keys_that_are_not_there(tmp_path):
    (tmp_path / "empty").write_text("\n")
    for name, reason in (("none", "cannot be read"), ("empty", "the file is empty")):
        status, (line,) = ended("--port", 0, "--api-key-file", tmp_path / name)
        assert status == 2
        assert reason in line


def test_workers_share_a_port_and_tell_as_one(digits):
    with served("--workers", 2) as server:
        for _ in range(12):
            with server.http.__class__(base_url=server.url, trust_env=False) as client:
                assert client.post("/predict", content=digits[4]).json()["text"] == "4"
        told = server.http.get("/metrics").text
        assert 'digitrec_requests_total{route="/predict",status="200"} 12.0' in told
        assert 'digitrec_digits_total{digit="4"} 12.0' in told
        answering = {line["process"] for line in server.logged if line["event"] == "request"}
        workers = {line["process"] for line in server.logged if line["event"] == "started"}
        assert answering <= workers
        assert len(workers) == 2


READ_ONLY = (
    "unshare", "--mount", "--map-root-user", "sh", "-ec",
    "mount -o remount,ro,bind / && mount -t tmpfs -o size=64m none /dev/shm && exec \"$@\"", "sh",
)  # fmt: skip
"""What runs a command as `docker run --read-only` does: only memory can be written to."""


def test_workers_need_no_disk_to_write_to(digits):
    if (
        shutil.which("unshare") is None
        or subprocess.run([*READ_ONLY, "true"], check=False).returncode
    ):
        pytest.skip("this machine makes no disk read-only for a process alone")
    with served("--workers", 2, within=READ_ONLY) as server:
        assert server.http.post("/predict", content=digits[4]).json()["text"] == "4"
        assert 'digitrec_digits_total{digit="4"} 1.0' in server.http.get("/metrics").text


def test_workers_without_any_folder_to_write_to(monkeypatch):
    def none(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "mkdtemp", none)
    with pytest.raises(OutputError, match="--tmpfs /tmp"):
        workers.supervise(Settings(port=0, workers=2), None)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers share a port where there is REUSEPORT")
def test_a_worker_that_dies_is_replaced_and_all_end_with_the_parent(digits):
    with served("--workers", 2) as server:
        before = len(server.logged)
        worker = server.told("started")["process"]
        os.kill(worker, 9)
        server.told("worker died", before)
        server.told("started", before)
        assert server.http.post("/predict", content=digits[4]).json()["text"] == "4"
        server.signal("SIGTERM")
        assert server.process.wait(60) == 0
        stopped = {line["process"] for line in server.logged if line["event"] == "stopped"}
        assert len(stopped) == 2
