"""A tiny model, a folder with pictures, and the verb run on them."""

import pytest
import tiny_models
from PIL import Image

from digitrec import predict
from digitrec.reading.card import Card


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    return str(tiny_models.write(folder / "tiny.tflite", card=Card("tiny")))


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """The working folder, with a good picture, an empty one and a broken one."""
    monkeypatch.chdir(tmp_path)
    stroke = Image.new("L", (40, 60), 255)
    stroke.paste(0, (14, 12, 20, 42))
    stroke.save("good.png")
    Image.new("L", (40, 60), 255).save("blank.png")
    (tmp_path / "bad.png").write_bytes((tmp_path / "good.png").read_bytes()[:50])
    return tmp_path


@pytest.fixture
def run(model, capsys):
    """Runs the verb with the tiny model; gives its status, its lines, and what is on stderr."""

    def run(*arguments: object) -> tuple[int, list[str], str]:
        status = predict.main([*map(str, arguments), "--model", model])
        out, err = capsys.readouterr()
        return status, out.splitlines(), err

    return run
