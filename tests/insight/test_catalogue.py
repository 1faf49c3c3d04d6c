"""The list of networks: costs, results, and what is said of each."""

import pytest

from digitrec import files, networks
from digitrec.insight import catalogue
from digitrec.insight.catalogue import Entry, Result, as_text, documentation, results
from digitrec.networks.cost import multiply_adds, parameters


def test_results_are_of_networks_that_there_are():
    assert set(results()) <= set(networks.NAMES)
    assert all(0 <= miss <= 10_000 for one in results().values() for miss in one.misses)


def test_results_are_read_as_they_are_written(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    files.write_json(path, {"lenet5": {"misses": [90, 100], "trained": "4 epochs"}})
    monkeypatch.setattr(catalogue, "RESULTS", path)
    assert results() == {"lenet5": Result((90, 100), "4 epochs")}


def test_a_result_is_a_mean_and_each_seed():
    assert str(Result((90, 100), "4 epochs")) == "99.05 %, 90, 100 misses (4 epochs)"


@pytest.mark.parametrize("name", networks.NAMES)
def test_every_network_says_what_it_is(name):
    said = documentation(name)
    assert said.partition("\n")[0].endswith((".", ")"))
    assert "Raises:" not in said
    assert "Args:" not in said
    assert "parameters" in said or "The same network as simple_cnn" in said


def test_the_table_has_a_line_a_network():
    entries = [
        Entry("one", "About.", 1_234, 56, None),
        Entry("another", "About.", 5, 6_789_000, Result((40,), "1 epoch")),
    ]
    _, first, second = as_text(entries).splitlines()
    assert first.split()[:3] == ["one", "1,234", "56"]
    assert first.endswith("not measured")
    assert second.endswith("99.60 %, 40 misses (1 epoch)")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name == "mobilenet_v2" else pytest.mark.slow)
        for name in networks.BACKBONES
    ],
)
def test_backbones_cost_what_the_list_says(name):
    network = networks.build(name)
    assert (parameters(network), multiply_adds(network)) == catalogue.BACKBONES[name]
