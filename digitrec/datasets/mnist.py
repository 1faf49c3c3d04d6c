"""MNIST: where it is looked for, and how its arrays are known to be the ones that everybody uses.

MNIST is the set of 70,000 digits that Y. LeCun, C. Cortes and C. Burges published in 1998. The
container (idx, idx.gz, npz) does not matter: the SHA-256 of the decoded arrays is checked.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.arrays import StoredPart, find_arrays
from digitrec.datasets.digits import Digits, Part
from digitrec.datasets.split import with_validation
from digitrec.errors import DataError, about
from digitrec.files import keras_home

VARIABLE = "DIGITREC_DATA"
"""The environment variable that names MNIST's folder (or its .npz file)."""

SHA256 = {
    "train images": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "train labels": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "test images": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "test labels": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""Of each array's values as bytes: the idx file without its header."""


def load() -> Digits:
    """MNIST from this machine, else downloaded.

    Raises:
        DataError: $DIGITREC_DATA is set and MNIST is not there, or no mirror gives it.
        OutputError: what is downloaded cannot be written.
    """
    return search() or download()


def search(*, checked: bool = False) -> Digits | None:
    """MNIST from this machine: from $DIGITREC_DATA when set, else from our cache or Keras's.

    Args:
        checked: look at the test digits too, which otherwise are read when they are asked for.

    Raises:
        DataError: $DIGITREC_DATA is set and MNIST is not there.
    """
    for place in places():
        if os.environ.get(VARIABLE):
            with about(f"${VARIABLE}"):
                return _with_test(require(place)) if checked else require(place)
        with suppress(DataError):
            digits = require(place)
            # A cache without the test part is a download that broke off.
            if "test" in digits.readers:
                return _with_test(digits) if checked else digits
    return None


def places() -> tuple[Path, ...]:
    """Where MNIST is looked for on this machine, in that order, whether there or not."""
    if named := os.environ.get(VARIABLE):
        return (Path(named).expanduser(),)
    return cache_folder(), keras_home() / "datasets" / "mnist.npz"


def cache_folder() -> Path:
    """Where downloads are kept: `digitrec/mnist` in $XDG_CACHE_HOME, else in ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "digitrec" / "mnist"


def download() -> Digits:
    """Download MNIST to `cache_folder()`.

    Raises:
        DataError: no mirror gives it.
        OutputError: the folder cannot be written.
    """
    from digitrec.datasets.download import fetch_mnist

    folder = cache_folder()
    fetch_mnist(folder)
    return require(folder)


def require(place: Path) -> Digits:
    """MNIST from a folder or an .npz file. Raises DataError when it is not there."""
    parts = find_arrays(place)
    digits = from_arrays(place, parts)
    if not digits.verified:
        wrong = mismatches("train", parts["train"].read())
        raise DataError(f"{place}: expected MNIST; {'; '.join(wrong)}")
    return digits


def from_arrays(place: Path, parts: Mapping[str, StoredPart]) -> Digits:
    """The set stored at `place`, noted as unverified when it is not MNIST.

    The test part is read when it is asked for, which raises DataError when the train part is
    MNIST's and the test part is not.

    Raises:
        DataError: there is no train part, or it cannot be read.
    """
    if "train" not in parts:
        raise DataError(f"{place}: expected MNIST's train part as idx, idx.gz or npz; it is absent")
    whole = parts["train"].read()
    verified = not mismatches("train", whole)
    readers = with_validation(lambda: whole, place)
    if "test" in parts:
        readers["test"] = lambda: _read_test(parts["test"], verified)
    if verified:
        return Digits("mnist", readers, verified=True, place=place)
    return Digits(str(place), readers, notes=(f"{place}: not MNIST, so its digits are unverified",))


def digest(array: NDArray[np.integer]) -> str:
    """The SHA-256 of an array's values as bytes, in hexadecimal, which SHA256 lists for MNIST."""
    return hashlib.sha256(np.ascontiguousarray(array, np.uint8).data).hexdigest()


def mismatches(name: str, part: Part) -> list[str]:
    """One phrase for each array that is not MNIST's, of a whole part called "train" or "test"."""
    received = {f"{name} images": digest(part.images), f"{name} labels": digest(part.labels)}
    return [
        f"{array}: expected SHA-256 {SHA256[array]}; received {value}"
        for array, value in received.items()
        if value != SHA256[array]
    ]


def _read_test(stored: StoredPart, verified: bool) -> Part:
    part = stored.read()
    if verified and (wrong := mismatches("test", part)):
        raise DataError(f"{stored.source}: expected MNIST's test part; {'; '.join(wrong)}")
    return part


def _with_test(digits: Digits) -> Digits:
    """The set, when its test part is MNIST's. Raises DataError when it is not."""
    digits.part("test")
    return digits
