"""digitrec describe: the list, one network, a model file, a picture, mistakes."""

import json

import pytest
import small_networks
from PIL import Image

from digitrec import describe, networks
from digitrec.reading.card import Card


def complaint(arguments, capfd):
    """The status and the one line that a mistake is answered with."""
    try:
        status = describe.main(list(map(str, arguments)))
    except SystemExit as end:
        status = end.code
    printed, complained = capfd.readouterr()
    assert printed == ""
    assert complained.count("\n") == 1
    return status, complained


@pytest.fixture
def three(monkeypatch):
    """Only three networks, for to build all takes seconds."""
    monkeypatch.setattr(networks, "NAMES", ("linear", "lenet5", "vgg16"))


def test_the_list_has_every_network(three, capfd):
    assert describe.main([]) == 0
    printed, complained = capfd.readouterr()
    assert complained == ""
    rows = [line.split()[:3] for line in printed.splitlines()[1:]]
    assert rows == [
        ["linear", "7,850", "7,840"],
        ["lenet5", "61,706", "416,520"],
        ["vgg16", "14,719,818", "313,201,664"],
    ]


def test_the_list_as_json(three, capfd):
    assert describe.main(["--json"]) == 0
    found = json.loads(capfd.readouterr().out)["networks"]
    assert [one["name"] for one in found] == ["linear", "lenet5", "vgg16"]
    assert found[0]["about"].startswith("One weight a pixel and class")


def test_a_network_is_what_its_docstring_says_and_its_layers(capfd):
    assert describe.main(["linear"]) == 0
    printed, complained = capfd.readouterr()
    assert complained == ""
    assert printed.startswith("linear: One weight a pixel and class: softmax regression.\n")
    assert printed.splitlines()[-1].split() == ["in", "all", "7,850", "7,840"]


def test_knobs_change_the_network(capfd):
    assert describe.main(["tiny_690", "--width", "0.5", "--activation", "gelu", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["layers"][1]["shape"] == [14, 14, 8]
    assert found["layers"][1]["text"] == "convolution 3x3 /2, gelu"


def test_a_plot_is_a_picture(tmp_path, capfd):
    path = tmp_path / "linear.png"
    assert describe.main(["linear", "--plot", str(path)]) == 0
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 200


def test_a_model_file_is_described_with_its_card(tmp_path, capfd):
    model = small_networks.save(small_networks.pooled(), tmp_path / "model.keras", Card("mine"))
    assert describe.main([str(model)]) == 0
    printed = capfd.readouterr().out
    assert printed.startswith("model.keras: mine, of the classes 0 1 2 3 4 5 6 7 8 9\n")
    assert "convolution 3x3 /2 valid, batch norm, relu" in printed


def test_an_unknown_network_suggests_the_nearest(capfd):
    status, said = complaint(["resnet_smal"], capfd)
    assert status == 2
    assert "received resnet_smal (did you mean resnet_small?)" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--plot", "all.png"], "--plot: expected the name of a network too"),
        (["--width", "2"], "--width: expected the name of a network too"),
        (["linear", "--plot", "linear.jpg"], "expected a file name that ends in .png; received"),
        (["lenet5", "--attention", "cbam"], "attention: expected a network that has it; received"),
        (["linear", "--input-scale", "unit"], "--input-scale: expected only with a model file"),
        (["linear", "--pretrained", "none"], "unknown argument --pretrained"),
    ],
)
def test_wrong_usage_is_said_on_one_line(arguments, expected, capfd):
    status, said = complaint(arguments, capfd)
    assert status == 2
    assert expected in said


def test_knobs_are_not_for_model_files(tmp_path, capfd):
    status, said = complaint([tmp_path / "model.keras", "--width", "2"], capfd)
    assert status == 2
    assert "--width: expected a network's name with it" in said


def test_files_that_are_no_models_are_said_on_one_line(tmp_path, capfd):
    status, said = complaint([tmp_path / "none.keras"], capfd)
    assert (status, "no such model file" in said) == (1, True)
    (tmp_path / "saved_model.pb").write_bytes(b"")
    status, said = complaint([tmp_path], capfd)
    assert (status, "a SavedModel keeps no layers" in said) == (1, True)


def test_a_plot_that_cannot_be_written_is_said_on_one_line(tmp_path, capfd):
    (tmp_path / "file").write_text("")
    status, said = complaint(["linear", "--plot", tmp_path / "file" / "linear.png"], capfd)
    assert status == 1
    assert "cannot be written" in said
