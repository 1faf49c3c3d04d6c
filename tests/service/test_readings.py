"""What pictures said is kept only where it is asked for, and is what `digitrec monitor` reads."""

import json

import pytest
from served import served

from digitrec import monitor
from digitrec.command import EXIT_OK
from digitrec.errors import OutputError
from digitrec.reading.reading import Digit, Reading
from digitrec.service import selftest
from digitrec.service.readings import Readings

DIGIT = Digit(3, 0.9, "ok", 0, (1, 2, 3, 4), (0.1,) * 10)


def ask(server, digits, drawn) -> None:
    """Twelve times all digits by each way of asking: 480 digits, and three pictures without."""
    images = selftest.digits().tolist()
    tensor = {"name": "image", "datatype": "UINT8", "shape": [10, 28, 28], "data": images}
    for _ in range(12):
        for content in digits:
            server.http.post("/predict", content=content)
        server.http.post("/predict", files=[("p", ("secret.png", picture)) for picture in drawn])
        server.http.post("/v1/models/digitrec:predict", json={"instances": images})
        server.http.post("/v2/models/digitrec/infer", json={"inputs": [tensor]})
    server.http.post("/predict", content=b"no picture")
    blank = {"name": "image", "datatype": "UINT8", "shape": [2, 784], "data": [0] * 1568}
    server.http.post("/v2/models/digitrec/infer", json={"inputs": [blank]})


def test_monitor_reads_what_serve_has_kept(tmp_path, digits, drawn, capsys):
    kept = tmp_path / "readings.jsonl"
    with served("--log-readings", kept) as server:
        ask(server, digits, drawn)
        assert not any({"text", "digits"} & line.keys() for line in server.logged)
    assert monitor.main([str(kept), "--reference", str(kept)]) == EXIT_OK
    output, errors = capsys.readouterr()
    assert errors == ""
    assert "480 digits beside 480 of" in output
    assert "483 pictures, 2 empty, 1 not opened" in output


def test_a_line_is_what_predict_prints_without_a_name(tmp_path, digits):
    kept = tmp_path / "readings.jsonl"
    with served("--log-readings", kept) as server:
        files = {"picture": ("secret-name.png", digits[5])}
        answer = server.http.post("/predict", files=files).json()
    (line,) = kept.read_text().splitlines()
    assert json.loads(line) == {**answer, "file": None}
    assert "secret-name" not in line


def test_workers_share_a_file_that_may_be_moved_away(tmp_path, digits):
    kept, older = tmp_path / "readings.jsonl", tmp_path / "readings.jsonl.1"
    with served("--log-readings", kept, "--workers", 2) as server:
        for number in range(20):
            with server.http.__class__(base_url=server.url, trust_env=False) as client:
                client.post("/predict", content=digits[4])
            if number == 9:
                kept.rename(older)
    assert [len(path.read_text().splitlines()) for path in (older, kept)] == [10, 10]


def test_stdout(capfd):
    Readings("-").add(Reading("3", (DIGIT,), "ok", file="a.png"))
    line = json.loads(capfd.readouterr().out)
    assert (line["text"], line["file"], line["digits"][0]["confidence"]) == ("3", None, 0.9)


def test_a_file_that_cannot_be_written(tmp_path, capsys):
    with pytest.raises(OutputError, match="readings cannot be kept"):
        Readings(str(tmp_path))
    kept = tmp_path / "folder" / "kept.jsonl"
    kept.parent.mkdir()
    readings = Readings(str(kept))
    kept.unlink()
    kept.mkdir()
    readings.add(Reading("3", (DIGIT,), "ok"))
    told = json.loads(capsys.readouterr().err)
    assert "a reading cannot be kept" in told["error"]
