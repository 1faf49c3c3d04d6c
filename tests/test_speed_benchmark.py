"""What is measured of speed is held against what was asked for, and against what was before."""

import importlib.util
import os
import subprocess
import sys
import types
from dataclasses import asdict
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "benchmarks" / "speed"


@pytest.fixture(scope="module")
def speed():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HOME.parent))
        patch.syspath_prepend(str(HOME))
        spec = importlib.util.spec_from_file_location("speed_benchmark", HOME / "__main__.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def part(speed):
    parts = sys.modules["parts"]
    targets = {
        "start": parts.Target("start by start", 0.7, 0.77),
        "files": parts.Target("files a second", 2500.0, 2000, absolute=True),
        "tenth": parts.Target("memory by memory", 0.9),
        "free": parts.Target("something", 3.0),
    }
    return parts.Part(["a", "b"], [["x", "1"]], targets, {"s": {"100": 0.5}})


def test_what_is_kept_comes_back(part):
    assert type(part).of(asdict(part)) == part


def test_a_table_says_what_is_reached(speed, part):
    lines = speed.as_text(part).splitlines()
    assert lines[:3] == ["| a | b |", "| --- | --- |", "| x | 1 |"]
    assert lines[-4:] == [
        "| start by start | 0.70 | 0.77 | no |",
        "| files a second | 2,500 | 2,000 | yes |",
        "| memory by memory | 0.90 |  |  |",
        "| something | 3.00 |  |  |",
    ]


def test_the_readme_quotes_what_was_measured(speed, part, monkeypatch):
    monkeypatch.setattr(
        speed, "QUOTED", {"x": ("start", "free", "as fast"), "y": ("work", "free", "as fast")}
    )
    assert speed.quoted({"start": part}).splitlines()[2:] == ["| x | 3.0 times as fast |"]


def test_what_has_fallen_by_more_than_a_fifth_is_named(speed, part):
    before = asdict(part)
    assert list(speed.fallen(part, before)) == []
    assert list(speed.fallen(part, None)) == []
    before["targets"]["free"]["value"] = 3.7
    before["targets"]["tenth"]["value"] = 1.2
    (line,) = speed.fallen(part, before)
    assert "memory by memory: expected at least 0.96" in line


def test_what_says_as_much_of_the_machine_has_not_fallen(speed, part):
    before = asdict(part)
    before["targets"]["files"]["value"] = 9999.0
    assert list(speed.fallen(part, before)) == []


def test_nothing_is_checked_against_nothing(speed, part, monkeypatch, tmp_path):
    monkeypatch.setattr(speed, "KEPT", tmp_path / "speed.json")
    monkeypatch.setattr(speed, "PARTS", {"start": lambda _: pytest.fail("measured for nothing")})
    with pytest.raises(SystemExit, match=r"speed\.json: expected what was measured of start"):
        speed.main(["--check"])


def test_a_part_that_cannot_be_measured_here_is_left_out(
    speed, part, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(speed, "KEPT", tmp_path / "speed.json")
    monkeypatch.setattr(speed, "NEEDS", {"service": ("no-such-program",)})
    parts = {"service": lambda _: pytest.fail("measured"), "start": lambda _: part}
    monkeypatch.setattr(speed, "PARTS", parts)
    speed.main([])
    assert [*speed.kept()] == ["start"]
    assert capsys.readouterr().err == "note: service is left out: it needs no-such-program\n"


def test_nothing_is_kept_of_a_rehearsal(speed, part, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(speed, "KEPT", tmp_path / "speed.json")
    monkeypatch.setattr(speed, "PARTS", {"start": lambda _rehearse: part})
    speed.main(["--rehearse", "--write"])
    assert not speed.kept()
    speed.main([])
    assert speed.kept()["start"]["targets"]["files"]["value"] == 2500
    monkeypatch.setattr(speed, "PARTS", {"start": lambda _rehearse: type(part)(["a"], [])})
    with pytest.raises(SystemExit, match=r"start by start: expected at least 0\.56"):
        speed.main(["--check"])
    assert speed.kept()["start"]["targets"]["files"]["value"] == 2500
    assert "| x | 1 |" in capsys.readouterr().out


def test_where_a_curve_bends_is_computed(speed, part):
    bends = importlib.import_module("bends")
    seconds = {"100": 0.5, "1000": 0.7, "10000": 2.5, "100000": 20.5}
    assert "up to some 2,500 files" in bends.of_files(seconds)
    assert "each file 200 us" in bends.of_files(seconds)
    assert "100 bytes a file" in bends.of_files_memory({"100": 70, "10000": 70, "1010000": 170})
    micros = {"1": 60.0, "32": 21.0, "256": 20.0, "1024": 25.0}
    said = bends.of_batches("digitrec", micros)
    assert "Batches of 32 " in said
    assert "3.0 times as long" in said
    assert "1,024 at once take 1.25 times" in said


def test_each_curve_that_was_measured_is_told_of(speed, part):
    bends = importlib.import_module("bends")
    line = {"1": 3.0, "10": 2.0, "100": 1.0}
    curves = {"throughput": ["digitrec, 1 threads", "digitrec, 2 threads"], "work": ["us by width"],
              "files": ["s", "MB"], "memory": ["MB by batch", "MB by width"]}  # fmt: skip
    parts = {
        name: type(part)([], [], {}, dict.fromkeys(lines, line)) for name, lines in curves.items()
    }
    assert len(bends.as_text(parts).splitlines()) == 8
    assert bends.as_text({"files": part}) == "Not measured yet."


@pytest.mark.usefixtures("speed")
def test_a_stage_s_time_is_its_own(monkeypatch):
    clock = importlib.import_module("clock")
    now = iter([0.0, 1.0, 3.0, 7.0])  # outer begins, inner begins, inner ends, outer ends
    monkeypatch.setattr(clock.time, "perf_counter", lambda: next(now))
    stages = types.SimpleNamespace(inner=lambda: "read")
    stages.outer = lambda: stages.inner()
    before = vars(stages).copy()
    with clock.watched({"in": (stages, "inner"), "out": (stages, "outer")}) as found:
        assert stages.outer() == "read"
    assert found == {"in": 2.0, "out": 5.0}
    assert vars(stages) == before


@pytest.mark.slow
@pytest.mark.mnist
def test_each_part_can_be_rehearsed(speed):
    """As a whole, as `make bench` runs it: a part that breaks would end half an hour's run."""
    before = speed.kept()
    done = subprocess.run(
        [sys.executable, HOME, "--rehearse", "--write"], check=False, text=True,
        capture_output=True, env=os.environ | {"PYTHONPATH": str(HOME.parents[1])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert speed.kept() == before
    heads = [line for line in done.stdout.split("\n\n") if not line.startswith("| ratio |")]
    assert len([head for head in heads if head.strip()]) == len(speed.measurable([*speed.PARTS]))
