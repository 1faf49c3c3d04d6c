"""What the benchmark of networks makes of its rows; nothing is trained."""

import benchmark_modules
import pytest

from digitrec import networks

LIMITS = (1_300, 4_500, 7_000, 13_000)


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_modules.load("networks")


def row(variant, **figures):
    return {
        "variant": variant, "seed": 0, "validation": 30, "test": 60, "parameters": 1_229,
        "seconds": 600.0, "epochs": 60, "multiply_adds": 600_000, **figures,
    }  # fmt: skip


def test_the_wider_tiny_ones_keep_just_within_the_plain_goals(benchmark):
    assert [name.partition(" ")[0] for name in benchmark.WIDER] == list(benchmark.TINY)
    for name, limit in zip(benchmark.WIDER, LIMITS, strict=True):
        network, _, width = name.partition(benchmark.WIDTH)
        assert 0.9 * limit < networks.build(network, width=float(width)).count_params() < limit


def test_each_network_is_measured_under_one_name(benchmark):
    groups = (benchmark.OWN, benchmark.TINY, benchmark.WIDER, benchmark.RECORDS)
    names = [name for group in groups for name in group]
    assert len(set(names)) == len(names)
    assert {*names, *networks.BACKBONES} == {*networks.NAMES, *benchmark.WIDER}


def test_seeds_are_in_one_line_and_what_describe_shows_has_the_networks_alone(benchmark):
    wide = benchmark.WIDER[0]
    rows = [row(wide, test=99), row(wide, seed=1, test=101), row("lenet5", epochs=4)]
    text = benchmark.as_table(rows)
    assert f"| `{wide}` | 1,229 | 600,000 | 99, 101 | 99.00 % | `--preset tiny`, taught" in text
    assert benchmark.figures(rows) == {"lenet5": {"misses": [60], "trained": "4 epochs"}}
