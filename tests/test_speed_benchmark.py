"""What is measured of speed is held against what was asked for, and against what was before."""

import importlib.util
import sys
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
