"""What the benchmarks of compression make of their rows; nothing is trained."""

import benchmark_modules
import pytest


@pytest.fixture(scope="module")
def compression():
    return benchmark_modules.load("compressing")


@pytest.fixture(scope="module")
def frontier():
    return benchmark_modules.load("frontier")


@pytest.fixture(scope="module")
def deployment():
    return benchmark_modules.load("deployment")


def row(way, seed=0, **figures):
    return {
        "way": str(way), "seed": seed, "float_misses": 20, "misses": 21, "parameters": 42_000,
        "not_zero": 0.2, "multiply_adds": 700_000, "bytes": 50_000, "gzipped": 20_000,
        "seconds": 80.0, "test": 45, "c_bytes": 12_000, "c_misses": 21, **figures,
    }  # fmt: skip


def test_each_way_has_a_name_of_its_own(compression):
    names = [str(way) for way in (*compression.ALONE, *compression.IN_TURN)]
    assert len(set(names)) == len(names)
    assert names[0] == "as it is"
    folders = {compression.folder_of(way, 0) for way in compression.ALONE}
    assert len(folders) == len(compression.ALONE)


def test_every_step_is_tried(compression):
    from digitrec.compression.steps import KINDS, steps

    tried = {
        step.name
        for way in (*compression.ALONE, *compression.IN_TURN)
        if way.steps
        for step in steps(way.steps)
    }
    assert tried == set(KINDS) - {"distill"}  # which make tiny does


def test_a_way_s_row_has_its_speed_beside_the_first_s(compression):
    ways = compression.ALONE[:2]
    rows = [row(ways[0]), row(ways[1], broken="exit 1")]
    text = compression.as_table(rows, [{"way": str(ways[0]), "litert": 1.0, "c": 1.5}])
    first, second = text.splitlines()[2:]
    assert first.startswith("| `as it is` | 45 | 21 | 42,000 | 20% | 700,000 | 50,000 | 20,000 |")
    assert first.endswith("| 1.0 | 12,000 | 1.5 |")
    assert "exit 1" in second


def test_orders_have_their_seeds_together(compression):
    way = compression.IN_TURN[0]
    rows = [row(way, seed, test=40 + seed) for seed in range(3)]
    (line,) = compression.order_table(rows).splitlines()[2:]
    assert "| 40, 41, 42 | 41 ± 1 |" in line


def test_ratios_are_of_rounds_in_which_all_take_turns(compression, monkeypatch):
    first = str(compression.FIRST)
    times = iter([4.0, 2.0, 4.0, 1.0, 4.0, 4.0] * 3)
    monkeypatch.setattr(compression, "seconds", lambda _: next(times))
    monkeypatch.setattr(compression, "ROUNDS", 3)
    assert compression.ratios({first: None, "other": None}) == {first: 1.0, "other": 2.0}


def test_the_frontier_is_of_what_no_other_beats(frontier, tmp_path):
    points = [frontier.Point(4, 90), frontier.Point(8, 50), frontier.Point(9, 60, "worse")]
    assert frontier.smallest(points) == points[:2]
    frontier.draw(points, tmp_path / "frontier.png")
    assert (tmp_path / "frontier.png").stat().st_size > 1000


def test_a_format_that_was_not_made_says_why(deployment):
    rows = [
        {
            "kind": "int8", "reason": "", "bytes": 1000, "validation": {"errors": 20},
            "agreement": 0.9996, "microseconds": {"1": 70.4, "256": 60.2}, "seconds": 0.21,
        },
        {"kind": "onnx", "reason": "this needs tf2onnx"},
    ]  # fmt: skip
    first, second = deployment.as_table(rows).splitlines()[2:]
    assert first == "| `int8` | 1,000 | 20 | 99.96% | 70 | 60 | 0.21 |"
    assert second.startswith("| `onnx` | this needs tf2onnx |")
