"""What a command loads before it answers; each is looked at in a fresh process."""

import json
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import tiny_models
from PIL import Image

import digitrec
from digitrec.__main__ import VERBS
from digitrec.reading.card import Card

HEAVY = (
    *("tensorflow", "keras", "jax", "torch", "scipy", "sklearn", "matplotlib", "tf2onnx"),
    "optuna",
    "onnx",
    "onnxruntime",
)
READING = ("numpy", "PIL", "cv2", "ai_edge_litert")

NOT_EVEN_FOR_HELP = {
    "train": ("PIL", "cv2", "ai_edge_litert"),
    "compare": ("PIL", "cv2", "ai_edge_litert"),
    "evaluate": ("PIL", "cv2", "ai_edge_litert"),
    "explain": ("PIL", "cv2", "ai_edge_litert"),
    "report": ("PIL", "cv2", "ai_edge_litert"),
    "combine": ("PIL", "cv2", "ai_edge_litert"),
    "tune": ("PIL", "cv2", "ai_edge_litert"),
    "describe": ("PIL", "cv2", "ai_edge_litert"),
    "adapt": ("PIL", "cv2", "ai_edge_litert"),
    "compress": ("PIL", "cv2", "ai_edge_litert"),
    "convert": ("PIL", "cv2", "ai_edge_litert"),
    "predict": READING,
    "attack": ("PIL", "cv2", "ai_edge_litert"),
    "monitor": ("PIL", "cv2", "ai_edge_litert"),
    "serve": (*READING[1:], "fastapi", "uvicorn"),
    "data": ("PIL", "cv2", "ai_edge_litert"),
    "doctor": READING,
    "completion": READING,
}
"""What --help of a verb must not load beside HEAVY: it should answer while one blinks."""

ASK = """
import contextlib, io, json, sys
with contextlib.redirect_stdout(io.StringIO()):
    try:
        {program}
    except SystemExit:
        pass
print(json.dumps(sorted(sys.modules)))
"""

WITHOUT_EXTRAS = f"""
import sys
for name in {HEAVY}:
    sys.modules[name] = None  # what is None cannot be imported
from digitrec.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def process(program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    path = f"import sys; sys.path.insert(0, {str(Path(digitrec.__file__).parents[1])!r})\n"
    return subprocess.run(
        [sys.executable, "-c", path + program, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def loaded(program: str, *arguments: str, cwd: Path | None = None) -> set[str]:
    """The names of the libraries, without their parts, that a program has loaded at its end."""
    done = process(ASK.format(program=program), *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with model.tflite, its card, a tiny picture, and a photo of several digits."""
    path = tmp_path_factory.mktemp("imports")
    shutil.copy(Path(__file__).parents[1] / "docs/pictures/numbers.jpg", path)
    tiny_models.write(path / "model.tflite", card=Card("tiny"))
    stroke = Image.new("L", (40, 60), 255)
    stroke.paste(0, (14, 12, 20, 42))
    stroke.save(path / "seven.png")
    return path


def test_the_package_alone_loads_nothing():
    assert loaded("import digitrec").isdisjoint((*HEAVY, *READING))


def test_every_verb_is_in_the_table():
    assert set(NOT_EVEN_FOR_HELP) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_answers_without_the_heavy_libraries(verb):
    help_of_verb = f"from digitrec.__main__ import main; main([{verb!r}, '--help'])"
    unwanted = {*HEAVY, *NOT_EVEN_FOR_HELP[verb]}
    assert loaded(help_of_verb) & unwanted == set()


def test_reading_a_picture_needs_numpy_pillow_opencv_and_litert_alone(folder):
    names = loaded(
        "from digitrec.__main__ import main; main(sys.argv[1:])",
        *("predict", "seven.png", "--model", "model.tflite", "--json"),
        cwd=folder,
    )
    assert names >= set(READING)
    assert names.isdisjoint(HEAVY)


def test_drawing_what_was_read_needs_no_more(folder):
    names = loaded(
        "from digitrec.__main__ import main; main(sys.argv[1:])",
        *("predict", "numbers.jpg", "--model", "model.tflite"),
        *("--stages", "stages", "--draw", "read.png"),
        cwd=folder,
    )
    assert names.isdisjoint(HEAVY)
    assert (folder / "stages/numbers.jpg.png").is_file()
    assert (folder / "read.png").is_file()


def test_rows_of_a_csv_file_need_no_more(folder):
    (folder / "rows.csv").write_text(",".join(["0"] * 784) + "\n")
    names = loaded(
        "from digitrec.__main__ import main; main(sys.argv[1:])",
        *("predict", "rows.csv", "--model", "model.tflite"),
        cwd=folder,
    )
    assert names.isdisjoint(HEAVY)


def test_the_python_api_needs_no_more(folder):
    names = loaded(
        "from digitrec import Reader; Reader('model.tflite').read('seven.png')", cwd=folder
    )
    assert names.isdisjoint(HEAVY)


@pytest.mark.parametrize("picture", ["seven.png", "numbers.jpg"])
def test_predict_does_without_what_it_hardly_needs(folder, picture):
    """numpy.ma comes with np.median and np.unique alone, and costs as much as Pillow."""
    done = process(
        ASK.format(program="from digitrec.__main__ import main; main(sys.argv[1:])"),
        *("predict", picture, "--model", "model.tflite"),
        cwd=folder,
    )
    names = json.loads(done.stdout)
    assert set(READING) <= set(names)
    unneeded = {"numpy.ma", "asyncio", "unittest", "PIL.ImageOps", "difflib", "tempfile", "random"}
    assert unneeded.isdisjoint(names)


def test_a_tflite_file_is_reported_on_without_tensorflow(folder, tmp_path):
    words = ("report", "model.tflite", "--data=uci", f"--output={tmp_path}/page.html")
    names = loaded(
        "from digitrec.__main__ import main; main(sys.argv[1:])",
        *words,
        "--no-timing",
        "--changed=0",
        cwd=folder,
    )
    assert {"sklearn", "matplotlib", "jinja2"} <= names
    assert names.isdisjoint(("tensorflow", "keras", "jax"))


@pytest.mark.parametrize("verb", VERBS)
def test_help_works_where_the_extras_are_not_installed(verb):
    done = process(WITHOUT_EXTRAS, verb, "--help")
    assert (done.returncode, done.stderr) == (0, "")


def test_predict_works_where_the_extras_are_not_installed(folder):
    done = process(WITHOUT_EXTRAS, "predict", "seven.png", "--model", "model.tflite", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("seven.png: ")


def test_explain_works_where_the_extras_are_not_installed(folder):
    arguments = ("explain", "seven.png", "--model", "model.tflite", "--output", "sheet.png")
    done = process(WITHOUT_EXTRAS, *arguments, cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("seven.png: ")
    assert done.stderr.splitlines()[-1] == "drew sheet.png"
    assert (folder / "sheet.png").is_file()


@pytest.mark.parametrize("arguments", [["train"], ["convert", "old.h5"]])
def test_what_needs_an_extra_says_which(folder, arguments):
    (folder / "old.h5").touch()
    done = process(WITHOUT_EXTRAS, *arguments, cwd=folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "which is not installed: pip install 'digitrec[train]'" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_ends_with_an_example_that_parses(verb):
    module = import_module(f"digitrec.{verb}")
    parsers = {
        made.prog: made
        for name, make in vars(module).items()
        if name == "parser" or (name.endswith("_parser") and not name.startswith("_"))
        for made in [make()]
    }
    for own in parsers.values():
        last = own.format_help().splitlines()[-1]
        assert last.startswith(f"example: digitrec {verb}")
        words = shlex.split(last.removeprefix("example: "))
        prog = max(
            (prog for prog in parsers if words[: len(prog.split())] == prog.split()), key=len
        )
        parsers[prog].parse_args(words[len(prog.split()) :])
