"""What the laboratory's tables say of runs, worked out by hand."""

import math

import benchmark_modules
import pytest


@pytest.fixture(scope="module")
def tables():
    return benchmark_modules.load("laboratory_tables")


def runs(name, *misses):
    """Rows of a variant, one a seed; None where the loss was no number."""
    told = {"seconds": 2.0, "parameters": 1_000}
    return [
        {"variant": name, "seed": seed, "failed": "the loss is nan"}
        if count is None
        else {"variant": name, "seed": seed, "misses": count, **told}
        for seed, count in enumerate(misses)
    ]


def variant(tables, name, theme="kind"):
    return tables.Variant(name, theme, {})


def effect(tables, *misses, base=(100, 110, 120)):
    return tables.effect(variant(tables, "a"), runs("a", *misses), runs("base", *base))


def test_differences_are_paired_by_seed(tables):
    """-10, -12, -14: mean -12, deviation 2, half width 4.303 * 2 / sqrt(3)."""
    found = effect(tables, 90, 98, 106)
    assert found.misses == 98
    assert found.difference == -12
    assert found.half == pytest.approx(4.303 * 2 / math.sqrt(3), abs=1e-3)
    assert found.clear
    assert found.told == "-12 ± 5 \\*"


def test_a_difference_within_its_interval_is_not_clear(tables):
    found = effect(tables, 90, 120, 115)
    assert not found.clear
    assert "*" not in found.told


def test_seeds_that_the_base_has_not_are_left_out(tables):
    found = effect(tables, 90, 98, 106, 500)
    assert (found.pairs, found.difference) == (3, -12)


def test_runs_that_failed_are_counted(tables):
    found = effect(tables, 90, None, 106)
    assert (found.pairs, found.failed) == (2, 1)
    nothing = effect(tables, None, None)
    assert (nothing.pairs, nothing.failed) == (0, 2)
    assert math.isnan(nothing.difference)
    assert not nothing.clear


def test_one_pair_has_no_interval(tables):
    found = effect(tables, 90)
    assert math.isinf(found.half)
    assert not found.clear
    assert found.told == "-10, one run"


def test_runs_exactly_as_the_base_are_noticed(tables):
    found = effect(tables, 100, 110, 120)
    assert found.without_effect
    assert not found.clear
    assert not effect(tables, 101, 109, 120).without_effect


def test_the_best_come_first_and_those_without_a_figure_last(tables):
    rows = [*runs("base", 10, 11), *runs("a", 15, 16), *runs("b", None), *runs("c", 5, 5)]
    variants = [variant(tables, name) for name in "abcd"]
    assert [one.name for one in tables.effects(variants, rows)] == ["c", "a", "b"]


def test_the_largest_are_at_most_two_of_a_theme(tables):
    base = runs("base", 100, 100)
    rows, variants = [*base], []
    for number in range(6):
        variants.append(variant(tables, f"worse {number}", "failures"))
        rows += runs(f"worse {number}", 1000 + number, 1000 + number)
    variants += [variant(tables, "better", "gains"), variant(tables, "unclear", "gains")]
    rows += [*runs("better", 90, 90), *runs("unclear", 10, 300)]
    found = tables.largest(tables.effects(variants, rows))
    assert [one.name for one in found] == ["worse 5", "worse 4", "better"]


def test_those_that_help_most_are_among_the_chosen(tables):
    rows, variants = [*runs("base", 100, 100)], []
    for number in range(12):
        variants.append(variant(tables, f"worse {number}", f"theme {number}"))
        rows += runs(f"worse {number}", 200 + number, 200 + number)
    variants.append(variant(tables, "better", "gains"))
    rows += runs("better", 90, 90)
    found = [one.name for one in tables.largest(tables.effects(variants, rows))]
    assert len(found) == 11
    assert found[0] == "worse 11"
    assert found[-1] == "better"


def test_the_table_shows_what_does_not_build(tables):
    rows = [*runs("base", 10, 11), {"variant": "a", "seed": 0, "broken": "OptionError: a|b"}]
    rows += [*runs("b", None), *runs("c", 5, 6)]
    found = tables.effects([variant(tables, name) for name in "abc"], rows)
    lines = tables.effects_table(found, runs("base", 10, 11)).splitlines()
    assert lines[2] == "|  | **the base** | 10 |  | 1,000 | 2 |"
    assert lines[3] == "| kind | c | 6 | -5 ± 0 \\* | 1,000 | 2 |"
    assert "does not build: OptionError: a/b" in lines[4]
    assert "loss not a number, 1 of 1" in lines[5]
    assert len({line.count("|") for line in lines}) == 1


def test_luck_is_named(tables):
    rows = [*runs("base", 10, 12, 14), *runs("a", 5, 7, 9), *runs("b", 9, 17, 13)]
    found = tables.effects([variant(tables, "a"), variant(tables, "b")], rows)
    assert "1 of 2" in tables.luck(found)


def test_misses_are_summed_up(tables):
    assert tables.misses_of(runs("a", 10, 14)) == "12 ± 3"
    assert tables.misses_of(runs("a", 10, None)) == "10 (1 failed)"
    assert tables.misses_of([]) == "–"
    assert tables.misses_of([{"broken": "a|b"}]) == "does not run: a/b"


def test_plots_are_written(tables, tmp_path):
    rows = [*runs("base", 10, 12), *runs("a", 5, 8), *runs("b", 9000, 9000)]
    found = tables.effects([variant(tables, "a"), variant(tables, "b")], rows)
    tables.plot_effects(found, tmp_path / "effects.png")
    tables.plot_curves({"a": {10: 3.0, 100: 1.0}}, tmp_path / "curves.png", "digits", "missed")
    for name in ("effects.png", "curves.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
