import os
import sys

import pytest

from digitrec.errors import DataError
from digitrec.training.quiet import quiet


def chatter():
    print("from Python", file=sys.stderr)
    os.write(2, b"from C++\n")


def test_what_the_block_writes_is_swallowed_and_what_follows_is_not(capfd):
    with quiet():
        chatter()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_an_unforeseen_error_comes_with_what_was_written_before_it(capfd):
    with pytest.raises(ZeroDivisionError), quiet():
        chatter()
        raise ZeroDivisionError
    printed = capfd.readouterr().err
    assert "from C++" in printed
    assert "from Python" in printed


def test_an_error_of_ours_explains_itself(capfd):
    with pytest.raises(DataError), quiet():
        chatter()
        raise DataError("short")
    assert capfd.readouterr().err == ""


def test_blocks_may_be_nested(capfd):
    with quiet():
        with quiet():
            chatter()
        chatter()
    assert capfd.readouterr().err == ""
