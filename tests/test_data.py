import numpy as np
import pytest
from idx_files import NAMES, small_arrays, write_idx, write_set
from PIL import Image

from digitrec import data
from digitrec.datasets import download, mnist

ARRAYS = small_arrays()


@pytest.fixture
def small_mnist(tmp_path, monkeypatch, without_mnist):
    """A folder of a small set that is taken for MNIST, named by $DIGITREC_DATA."""
    for name, array in ARRAYS.items():
        monkeypatch.setitem(mnist.SHA256, name, mnist.digest(array))
    folder = write_set(tmp_path / "mnist", ARRAYS)
    monkeypatch.setenv(mnist.VARIABLE, str(folder))
    return folder


def test_fetch_has_nothing_to_do_where_mnist_is(small_mnist, capsys):
    assert data.main(["fetch"]) == 0
    assert capsys.readouterr().out == f"MNIST found in {small_mnist}, verified: nothing to do\n"


@pytest.mark.parametrize("change", ["wrong", "absent"])
def test_fetch_does_not_call_a_set_verified_whose_test_part_is_not(small_mnist, capsys, change):
    if change == "wrong":
        write_idx(small_mnist / NAMES["test labels"], np.zeros(50, np.uint8))
    else:
        for name in ("test images", "test labels"):
            (small_mnist / NAMES[name]).unlink()
    for action in ("fetch", "verify"):
        assert data.main([action]) == 1
        out, err = capsys.readouterr()
        assert "verified" not in out + err
        assert "test" in out + err


def test_fetch_goes_on_with_a_download_that_broke_off(small_mnist, monkeypatch, capsys):
    monkeypatch.delenv(mnist.VARIABLE)
    cache = write_set(mnist.cache_folder(), ARRAYS)
    (cache / NAMES["test labels"]).unlink()
    asked = []

    def fetch_mnist(folder):
        asked.append(folder)
        write_set(folder, ARRAYS)

    monkeypatch.setattr(download, "fetch_mnist", fetch_mnist)
    assert data.main(["fetch"]) == 0
    assert asked == [cache]
    assert capsys.readouterr().out == f"MNIST downloaded to {cache}, verified\n"


@pytest.mark.usefixtures("without_mnist")
def test_fetch_offline_is_one_line_and_exit_1(capsys):
    assert data.main(["fetch"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "googleapis" in err


def test_verify_says_that_every_array_is_mnists(small_mnist, capsys):
    assert data.main(["verify"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == str(small_mnist)
    assert out.count("MNIST's") == 4
    assert "200 x 28 x 28" in out


def test_verify_of_another_set_says_what_was_expected_and_what_came(tmp_path, small_mnist, capsys):
    other = {**ARRAYS, "test labels": ARRAYS["test labels"][::-1].copy()}
    folder = write_set(tmp_path / "other", other)
    assert data.main(["verify", "--data", str(folder)]) == 1
    out = capsys.readouterr().out
    assert out.count("MNIST's") == 3
    assert f"expected SHA-256 {mnist.SHA256['test labels']}; " in out
    assert f"received {mnist.digest(other['test labels'])}" in out


def test_verify_of_a_broken_file_is_one_line_and_exit_1(small_mnist, capsys):
    (small_mnist / "train-images-idx3-ubyte.gz").write_bytes(b"\0\0\x08\x03")
    assert data.main(["verify"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("digitrec data verify: ")
    assert err.count("\n") == 1


def test_show_writes_the_sheet_and_prints_the_counts(small_mnist, tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    assert data.main(["show", "--count", "20", "--output", str(sheet)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split() == ["class", "train", "validation", "test"]
    assert out[1].split() == ["0", "18", "2", "5"]
    assert out[11].split() == ["all", "180", "20", "50"]
    with Image.open(sheet) as picture:
        assert picture.size == (20 * 58 + 2, 10 * 58 + 2)


def test_show_draws_other_digits_with_another_seed(small_mnist, tmp_path):
    for seed in (0, 0, 1):
        output = tmp_path / f"{seed}-{(tmp_path / f'{seed}-False.png').exists()}.png"
        data.main(["show", "--count", "20", "--seed", str(seed), "--output", str(output)])
    first, again, other = (
        (tmp_path / name).read_bytes() for name in ("0-False.png", "0-True.png", "1-False.png")
    )
    assert first == again != other


def test_show_augment_draws_the_digit_and_what_becomes_of_it(small_mnist, tmp_path):
    sheet = tmp_path / "sheet.png"
    assert data.main(["show", "--augment", "none", "--count", "60", "--output", str(sheet)]) == 0
    with Image.open(sheet) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (3 * 58 + 2, 20 * 58 + 2)
    assert np.array_equal(pixels[:, 2:58], pixels[:, 60:116])


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        ([], 2, "ACTION"),
        (["verfy"], 2, "did you mean verify?"),
        (["show", "--cuont", "3"], 2, "did you mean --count?"),
        (["show", "--augment", "afine"], 2, "did you mean affine?"),
        (["show", "--part", "tset"], 2, "did you mean test?"),
        (["show", "--count", "0"], 2, "from 1 to 10000"),
        (["show", "--output", "sheet.jpg"], 2, "ends in .png; received sheet.jpg"),
        (["show", "--data", "mnits"], 2, "did you mean mnist?"),
        (["show", "--data", "no/folder"], 1, "there is nothing"),
    ],
)
def test_a_mistake_is_answered_in_one_line(arguments, status, complaint, capsys):
    try:
        received = data.main(arguments)
    except SystemExit as stop:
        received = stop.code
    err = capsys.readouterr().err
    assert received == status
    assert err.count("\n") == 1
    assert complaint in err


def test_an_unwritable_output_is_one_line_and_exit_1(small_mnist, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert data.main(["show", "--output", str(tmp_path / "file" / "sheet.png")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_set_of_another_form_is_shown_too(tmp_path, capsys):
    labels = np.zeros((50, 8), np.int32)
    labels[:, 0] = ARRAYS["test labels"]
    for part in ("train", "test"):
        write_idx(tmp_path / f"qmnist-{part}-images-idx3-ubyte.gz", ARRAYS["test images"])
        write_idx(tmp_path / f"qmnist-{part}-labels-idx2-int.gz", labels)
    sheet = tmp_path / "sheet.png"
    assert data.main(["show", "--data", str(tmp_path), "--output", str(sheet)]) == 0
    assert "unverified" in capsys.readouterr().err


@pytest.mark.parametrize("action", data.ACTIONS)
def test_each_action_explains_itself_with_an_example(action, run_cli):
    done = run_cli("data", action, "--help")
    assert done.returncode == 0
    assert f"example: digitrec data {action}" in done.stdout
