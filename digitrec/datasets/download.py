"""MNIST from its mirrors: each file resumed where it broke off, checked, and then put in its place.

`digitrec data fetch` is the command; whatever needs MNIST fetches it by itself when it is nowhere.
"""

import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from digitrec.datasets.idx import read_idx
from digitrec.datasets.mnist import SHA256, digest
from digitrec.errors import DataError
from digitrec.files import make_folder, unwritable
from digitrec.reading.progress import Progress

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

FILES = {
    "train images": "train-images-idx3-ubyte.gz",
    "train labels": "train-labels-idx1-ubyte.gz",
    "test images": "t10k-images-idx3-ubyte.gz",
    "test labels": "t10k-labels-idx1-ubyte.gz",
}

CONNECT_SECONDS = 5.0
"""Until an answer begins, name look-up included, so that being offline is noticed quickly."""

LARGEST = 32 << 20
"""Bytes beyond which an answer is no file of MNIST, whose largest has 10 MB."""

_CHUNK = 1 << 16
_NOT_SATISFIABLE = 416
_PARTIAL = 206


class _MirrorError(Exception):
    """Why a mirror did not give a file."""


def fetch_mnist(folder: Path, mirrors: Sequence[str] = MIRRORS) -> None:
    """Bring MNIST's four idx.gz files into `folder`; those that are there and right stay.

    What a broken download left behind, in a `.part` file, is gone on with.

    Raises:
        DataError: no mirror gives a file that is MNIST's; names each mirror and why.
        OutputError: the folder cannot be written.
    """
    make_folder(folder)
    for array, name in FILES.items():
        if not _is_mnist(array, folder / name):
            _fetch(array, folder / name, mirrors)


def _fetch(array: str, target: Path, mirrors: Sequence[str]) -> None:
    part = target.with_name(f"{target.name}.part")
    reasons: list[str] = []
    for mirror in mirrors:
        try:
            _from_mirror(mirror + target.name, array, part)
        except _MirrorError as error:
            reasons.append(f"{mirror}: {error}")
        else:
            part.replace(target)
            return
    raise DataError(f"{target.name}: expected it from a mirror; {'; '.join(reasons)}")


def _from_mirror(url: str, array: str, part: Path) -> None:
    resumed = part.exists()
    _complete(url, part)
    if not _is_mnist(array, part) and resumed:
        # The wrong bytes may be an earlier mirror's: this one gets a clean start.
        part.unlink()
        _complete(url, part)
    if not _is_mnist(array, part):
        part.unlink()
        raise _MirrorError("another file than MNIST's")


def _is_mnist(array: str, path: Path) -> bool:
    try:
        return digest(read_idx(path)) == SHA256[array]
    except DataError:
        return False


def _complete(url: str, part: Path) -> None:
    """Append to `part` until it is whole, again and again as long as each try gains bytes."""
    while True:
        before = _size(part)
        try:
            _append(url, part)
            return
        except (OSError, HTTPException, ValueError) as error:
            if _size(part) <= before:
                raise _MirrorError(_reason(error)) from error


def _append(url: str, part: Path) -> None:
    start = _size(part)
    headers = {"Range": f"bytes={start}-"} if start else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - a mirror's, not a user's
    try:
        answer = _opened(request)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == _NOT_SATISFIABLE:
            return  # There is nothing after what we have.
        raise
    with answer:
        if answer.status != _PARTIAL:
            start = 0
        length = answer.headers["Content-Length"]
        total = start + int(length) if length else None
        _copy(answer, part, start, total)
    if total is not None and _size(part) != total:
        raise ConnectionError(f"broke off after {_size(part):,} of {total:,} bytes")


def _copy(answer: HTTPResponse, part: Path, start: int, total: int | None) -> None:
    with (
        _opened_for_writing(part, start) as file,
        Progress(part.name.removesuffix(".part"), total, " MB", 1e6) as progress,
    ):
        progress.step(start)
        while chunk := answer.read(_CHUNK):
            _write(file, chunk, part)
            progress.step(len(chunk))
            if progress.done > LARGEST:
                part.unlink()
                raise _MirrorError(f"expected at most {LARGEST:,} bytes; received more")


def _opened_for_writing(part: Path, start: int) -> BinaryIO:
    try:
        return part.open("ab" if start else "wb")
    except OSError as error:
        raise unwritable(part, error) from error


def _write(file: BinaryIO, chunk: bytes, part: Path) -> None:
    """Write through to the disk's system, so that a full disk is not taken for a broken line."""
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        raise unwritable(part, error) from error


def _opened(request: urllib.request.Request) -> HTTPResponse:
    """The answer to a request. A name look-up knows no time limit, so a thread waits for it."""
    answers: queue.SimpleQueue[HTTPResponse | Exception] = queue.SimpleQueue()
    opener = urllib.request.build_opener()

    def ask() -> None:
        try:
            answers.put(opener.open(request, timeout=CONNECT_SECONDS))
        except (OSError, HTTPException, ValueError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"no answer in {CONNECT_SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return str(error) or type(error).__name__
