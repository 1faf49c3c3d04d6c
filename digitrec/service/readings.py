"""What pictures said, kept for `digitrec monitor` where that is asked for: a JSON line a picture.

    digitrec serve --log-readings readings.jsonl
    digitrec monitor readings.jsonl

A line is what `predict --json` prints, without the picture and without the name that it came
under. It says what people wrote.
"""

import json
from pathlib import Path
from typing import IO

from digitrec.errors import OutputError
from digitrec.reading.reading import Reading
from digitrec.service.logs import log

STDOUT = "-"


class Readings:
    """A file that readings are added to. Several processes may share it.

    It is opened for each reading, so that it may be moved away while the service runs.

    Args:
        path: of the file, which is made if it is not there; "-" for stdout.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._opened().close()
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(f"{path}: readings cannot be kept ({reason})") from error

    def add(self, reading: Reading) -> None:
        """Add a reading; that it cannot be is told in the service's log, and the answer stands."""
        line = json.dumps({**reading.as_dict(), "file": None}) + "\n"
        try:
            with self._opened() as file:
                file.write(line.encode())  # at once, or others' lines could come between
        except OSError as error:
            log("error", error=f"{self.path}: a reading cannot be kept ({error.strerror or error})")

    def _opened(self) -> IO[bytes]:
        if self.path == STDOUT:
            return open(1, "ab", buffering=0, closefd=False)
        return Path(self.path).open("ab", buffering=0)
