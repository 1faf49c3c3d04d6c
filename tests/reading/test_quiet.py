"""What libraries in C say on file descriptor 2 is swallowed, and only that."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitrec.reading.quiet import quiet_stderr


def test_only_what_the_block_says_is_swallowed(capfd):
    os.write(2, b"before ")
    with quiet_stderr():
        os.write(2, b"chatter")
        print("answer")
    os.write(2, b"after")
    assert capfd.readouterr() == ("answer\n", "before after")


def test_stderr_is_back_when_the_block_fails(capfd):
    def fail():
        with quiet_stderr():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_stderr_is_back_after_many_threads(capfd):
    def chatter(_):
        with quiet_stderr():
            os.write(2, b"chatter")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(chatter, range(200)))
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists open files")
def test_no_file_stays_open():
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        with quiet_stderr():
            pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before
