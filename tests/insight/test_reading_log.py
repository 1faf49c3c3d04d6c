"""Logs as predict and the service write them, with what else gets into them."""

import io
import json

import pytest

from digitrec.errors import DataError
from digitrec.insight import reading_log
from digitrec.reading.reading import Digit, Reading, reading_of


def digit(value=7, confidence=0.9, status="ok"):
    return Digit(value, confidence, status, 0, (0, 0, 20, 20), (0.1,) * 10)


READING = reading_of((digit(), digit("a", 0.5, "uncertain")), (), "a.png").as_dict()
NO_DIGIT = reading_of((digit(status="not_a_digit"),), (), "b.png").as_dict()
EMPTY = Reading(file="c.png").as_dict()
FAILED = Reading(status="error", file="d.png", error="expected a picture").as_dict()


def written(path, *records):
    path.write_text(
        "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records)
    )
    return str(path)


def test_what_predict_prints_and_the_service_answers(tmp_path):
    name = written(tmp_path / "log", READING, {"results": [NO_DIGIT, EMPTY]}, "", FAILED)
    log = reading_log.read([name])
    assert log.digits == ["7", "a", "7"]
    assert log.statuses == ["ok", "uncertain", "not_a_digit"]
    assert log.confidences == [0.9, 0.5, 0.9]
    assert (log.pictures, log.empty, log.unopened) == (4, 1, 1)
    assert (log.others, log.broken) == (0, [])


def test_other_records_and_broken_lines_are_left_out(tmp_path):
    odd = READING | {"digits": [{"digit": 1}]}
    sure = READING | {"digits": [digit(confidence=1.5).as_dict()]}
    other = READING | {"digits": [digit(status="fine").as_dict()]}
    name = written(
        tmp_path / "log",
        {"time": "12:00", "message": "started"}, 3, READING, "{half a line", odd, sure, other,
        READING | {"digits": [7]}, {"results": [7]},
    )  # fmt: skip
    log = reading_log.read([name])
    assert log.digits == ["7", "a"]
    assert (log.pictures, log.others) == (1, 2)
    assert log.broken == [f"{name}:{number}" for number in (4, 5, 6, 7, 8, 9)]


def test_several_logs_and_stdin(tmp_path, monkeypatch):
    name = written(tmp_path / "log", READING)
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(NO_DIGIT).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert reading_log.read([name, "-"]).digits == ["7", "a", "7"]


@pytest.mark.parametrize(
    ("records", "complaint"),
    [
        ([], "received 0 pictures without a digit, 0 other records and 0 lines that are no JSON"),
        ([EMPTY], "received 1 pictures without a digit"),
        ([{"message": "started"}], "1 other records"),
        (["\x00\x01"], "1 lines that are no JSON"),
    ],
)
def test_a_log_without_a_digit_is_refused(records, complaint, tmp_path):
    with pytest.raises(DataError, match=f"log: expected readings, .*{complaint}"):
        reading_log.read([written(tmp_path / "log", *records)])


def test_a_file_that_cannot_be_read(tmp_path):
    for name in (tmp_path / "missing", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            reading_log.read([str(name)])
