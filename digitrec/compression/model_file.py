"""Whether a path can be a Keras model at all, seen without loading Keras."""

import os
import zipfile
from pathlib import Path

from digitrec.errors import ModelError

SUFFIXES = (".keras", ".h5", ".hdf5")


def expect_keras(path: str | os.PathLike[str]) -> Path:
    """The path of a .keras file, a legacy .h5 file or a SavedModel directory.

    Raises:
        ModelError: it is missing, or plainly something else.
    """
    path = Path(path)
    if not path.exists():
        raise ModelError(f"{path}: no such model file")
    if not _looks_like_keras(path):
        raise ModelError(
            f"{path}: expected a Keras model ({', '.join(SUFFIXES)} or a SavedModel directory); "
            "received something else"
        )
    return path


def _looks_like_keras(path: Path) -> bool:
    if path.is_dir():
        return (path / "saved_model.pb").is_file()
    return path.suffix in SUFFIXES and (path.suffix != ".keras" or zipfile.is_zipfile(path))
