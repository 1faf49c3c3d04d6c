"""What people said that digits are, kept in SQLite with their consent, to be trained on.

    digitrec data corrections kept.sqlite --output FOLDER

makes a folder of them that `digitrec adapt` and `digitrec train --data` read. A picture is kept as
its pixels alone: without its name, its place, its camera, or who sent it.
"""

import hashlib
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from PIL import Image

from digitrec import files
from digitrec.errors import DataError, OutputError
from digitrec.reading import picture as pictures

TABLE = """
CREATE TABLE IF NOT EXISTS corrections (
    sha256 TEXT PRIMARY KEY,  -- of the picture, which is kept once
    label TEXT,               -- the class's name; NULL: no digit
    model TEXT NOT NULL,      -- the version that read it
    made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    picture BLOB NOT NULL     -- PNG
)
"""

BUSY = 5.0
"""Seconds to wait for other processes that write."""


@dataclass(frozen=True)
class Correction:
    """A picture and what it is: a class's name, or None for no digit at all."""

    picture: bytes
    label: str | None
    model: str


class Store:
    """The file that corrections are kept in. Safe to share between threads and processes.

    Args:
        path: of the file, which is made if it is not there.
        most: corrections that are kept.
        max_pixels: of a picture.

    Raises:
        OutputError: the file cannot be written, or is not ours.
    """

    def __init__(self, path: Path, most: int, max_pixels: int) -> None:
        self.path, self.most, self.max_pixels = path, most, max_pixels
        self._lock = Lock()
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(TABLE)

    def keep(self, correction: Correction) -> bool:
        """Keep a correction in place of an older one of the same picture; False when it is full.

        Raises:
            PictureError: the picture cannot be opened.
            OutputError: the file cannot be written.
        """
        picture = _stripped(correction.picture, self.max_pixels)
        row = (hashlib.sha256(picture).hexdigest(), correction.label, correction.model, picture)
        with self._open() as connection:
            known = "SELECT count(*) FROM corrections WHERE sha256 != ?"
            if connection.execute(known, row[:1]).fetchone()[0] >= self.most:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO corrections (sha256, label, model, picture) "
                "VALUES (?, ?, ?, ?)",
                row,
            )
        return True

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, closing(sqlite3.connect(self.path, BUSY)) as connection, connection:
                yield connection
        except sqlite3.Error as error:
            raise OutputError(f"{self.path}: corrections cannot be kept ({error})") from error


def export(source: Path, folder: Path) -> dict[str, int]:
    """Write all corrections as a folder of class folders; how many there are of each class.

    What is no digit is left out: it has no class.

    Raises:
        DataError: the file is missing, is not one of corrections, or has none.
        OutputError: the folder cannot be written.
    """
    rows = _labelled(source)
    if not rows:
        raise DataError(f"{source}: expected corrections; there are none")
    counts: dict[str, int] = {}
    with files.folder_written_whole(folder) as temporary:
        for sha256, label, picture in rows:
            if Path(label).name != label or label.startswith("."):
                raise DataError(f"{source}: expected the name of a class; received {label}")
            (temporary / label).mkdir(exist_ok=True)
            (temporary / label / f"{sha256[:16]}.png").write_bytes(picture)
            counts[label] = counts.get(label, 0) + 1
    return counts


def _labelled(source: Path) -> list[tuple[str, str, bytes]]:
    if not source.is_file():
        raise DataError(f"{source}: no such file of corrections")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as kept:
            return kept.execute(
                "SELECT sha256, label, picture FROM corrections WHERE label IS NOT NULL "
                "ORDER BY label, sha256"
            ).fetchall()
    except sqlite3.Error as error:
        raise DataError(f"{source}: expected a file of corrections; {error}") from error


def _stripped(content: bytes, max_pixels: int) -> bytes:
    """A picture as a PNG of what is read of it, and nothing else that its file may hold."""
    pixels = pictures.load(content, max_pixels).pixels
    grey = (pixels == pixels[:, :, :1]).all()
    buffer = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if grey else pixels).save(buffer, "PNG")
    return buffer.getvalue()
