import logging
import os
import subprocess
import sys

import pytest

from digitrec.errors import DataError
from digitrec.training.quiet import quiet


def test_what_the_block_writes_is_swallowed_and_what_follows_is_not(capfd):
    with quiet():
        os.write(2, b"chatter\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_an_unforeseen_error_comes_with_what_was_written_before_it(capfd):
    with pytest.raises(ZeroDivisionError), quiet():
        os.write(2, b"chatter\n")
        raise ZeroDivisionError
    assert capfd.readouterr().err == "chatter\n"


def test_an_error_of_ours_explains_itself(capfd):
    with pytest.raises(DataError), quiet():
        os.write(2, b"chatter\n")
        raise DataError("short")
    assert capfd.readouterr().err == ""


def test_blocks_may_be_nested(capfd):
    with quiet():
        with quiet():
            os.write(2, b"inner\n")
        os.write(2, b"outer\n")
    assert capfd.readouterr().err == ""


def test_python_is_swallowed_too_and_loggers_made_inside_go_on_afterwards():
    program = """
import logging, sys
from digitrec.training.quiet import quiet
with quiet():
    logging.basicConfig()
    logging.warning("inside")
    sys.stderr.write("no line end")
logging.warning("after")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == "WARNING:root:after\n"


def test_tensorflow_stays_quiet_though_it_is_loud_once_loaded_in_a_notebook():
    logger = logging.getLogger("tensorflow")
    with quiet():
        logger.setLevel(logging.INFO)  # as it does where sys.ps1 is there
    assert logger.level == logging.ERROR


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("0", "0")])
def test_onednn_is_taken_unless_the_user_says_otherwise(monkeypatch, given, expected):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    if given:
        monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", given)
    with quiet():
        assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == expected
