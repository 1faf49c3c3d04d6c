"""Files written whole or not at all, JSON in and out, hashes, and where Keras keeps its own."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitrec.errors import DataError, OutputError


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path`; what the block writes there takes `path`'s place.

    When the block raises, nothing is left behind and an older file stays as it was. The temporary
    name ends like `path`, for writers that go by the suffix.

    Raises:
        OutputError: the folder cannot be made or written, or the disk is full.
    """
    import tempfile  # which loads much that those who only read do without

    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent
        )
    except OSError as error:
        raise unwritable(target, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _share_like_a_new_file(temporary)
        temporary.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def folder_written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary folder beside `path`; when the block ends well, it takes `path`'s place.

    Raises:
        OutputError: it cannot be made or written, or the disk is full.
    """
    import shutil
    import tempfile

    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield temporary
        temporary.chmod(0o777 & ~_mask())
        shutil.rmtree(target, ignore_errors=True)
        temporary.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Make a folder, and those that it lies in, unless it is there. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> OutputError:
    """The one line for a `path` that the system does not let us write."""
    reason = error.strerror or error
    if isinstance(error, FileExistsError):  # what mkdir says, as if that were what is wrong
        reason = "a file is where a folder should be"
    return OutputError(f"{path}: cannot be written ({reason})")


def write(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write text (as UTF-8) or bytes, whole or not at all. Raises OutputError."""
    data = content.encode() if isinstance(content, str) else content
    with written_whole(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` as indented JSON, whole or not at all. Raises OutputError."""
    write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file. Raises DataError when it is missing or not JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected a JSON file; {error}") from error


def keras_home() -> Path:
    """The folder of Keras's settings and downloads, found without loading Keras."""
    named = os.environ.get("KERAS_HOME")
    return Path(named) if named else Path.home() / ".keras"


def sha256(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits; of a folder, of all its files'."""
    path = Path(path)
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.is_file())
        lines = "".join(f"{sha256(one)}  {one.relative_to(path).as_posix()}\n" for one in inside)
        return hashlib.sha256(lines.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _share_like_a_new_file(path: Path) -> None:
    """mkstemp makes files for their owner alone: give this one the rights of any new file."""
    path.chmod(0o666 & ~_mask())


def _mask() -> int:
    """The rights that new files do not have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
