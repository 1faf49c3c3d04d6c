"""What all tests share: MNIST where it is to be had, no network, no cache of the user's.

Before the first test MNIST is looked for on this machine, never downloaded, and handed to
everything that the tests start by $DIGITREC_DATA. Tests marked `mnist` are skipped with the reason
when there is none, and fail under $CI.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import drawn_digits
import pytest

import digitrec
from digitrec import datasets
from digitrec.datasets import Digits, mnist
from digitrec.errors import DataError, MissingExtraError

NO_PROXY = "http://127.0.0.1:9"
"""Where nobody listens: whatever goes to the network by mistake fails at once."""

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]

environment = pytest.MonkeyPatch()
cache = tempfile.TemporaryDirectory(prefix="digitrec-tests-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    place = mnist_place()
    if place is not None:
        environment.setenv(mnist.VARIABLE, str(place))
    for name, folder in (("XDG_CACHE_HOME", "cache"), ("KERAS_HOME", "keras")):
        environment.setenv(name, str(Path(cache.name) / folder))
    for name in ("http_proxy", "https_proxy"):
        environment.setenv(name, NO_PROXY)
    environment.setenv("no_proxy", "127.0.0.1,localhost")
    # Each process that a test starts would compile TensorFlow's modules anew.
    environment.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


def pytest_unconfigure() -> None:
    environment.undo()
    cache.cleanup()


def mnist_place() -> Path | None:
    if os.environ.get(mnist.VARIABLE):
        try:
            mnist.search()
        except DataError as error:
            raise pytest.UsageError(str(error)) from error
    for place in mnist.places():
        with suppress(DataError):
            mnist.require(place)
            return place.absolute()
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked `mnist` uses the fixture of that name, which skips or fails without it."""
    for item in items:
        if item.get_closest_marker("mnist") and isinstance(item, pytest.Function):
            item.fixturenames.insert(0, "mnist")


@pytest.fixture(scope="session", name="mnist")
def real_mnist() -> Digits:
    """MNIST itself. Mark what uses it `mnist`."""
    if os.environ.get(mnist.VARIABLE):
        return datasets.load("mnist")
    reason = "MNIST is not on this machine: digitrec data fetch, or set DIGITREC_DATA"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; under CI its tests have to run")
    pytest.skip(reason)


@pytest.fixture
def without_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has no MNIST and cannot download it."""
    monkeypatch.delenv(mnist.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no-cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "no-keras"))


@pytest.fixture(scope="session")
def digit_pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """PNG files of the digits 0 to 9 in that order, black on white, 200x200."""
    folder = tmp_path_factory.mktemp("digits")
    files = [folder / f"{digit}.png" for digit in range(10)]
    for digit, file in enumerate(files):
        drawn_digits.draw(digit).save(file)
    return files


@pytest.fixture(scope="session")
def run_cli() -> RunCli:
    """Runs `python -m digitrec ARGUMENTS...` and gives its status, stdout and stderr.

    `env` is added to this process's environment; a value None takes a variable out.
    """
    home = Path(digitrec.__file__).parent.parent

    def run(
        *arguments: object,
        cwd: Path | None = None,
        env: dict[str, str | None] | None = None,
        stdin: bytes | None = None,
        timeout: float = 300,
    ) -> "subprocess.CompletedProcess[str]":
        paths = [str(home), *filter(None, [os.environ.get("PYTHONPATH")])]
        changed = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "digitrec", *map(str, arguments)],
            cwd=cwd,
            env={name: value for name, value in changed.items() if value is not None},
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture(scope="session")
def c_compiler() -> str:
    """What compiles C. Use it in tests that compile."""
    from digitrec.compression.formats.c.program import compiler

    return program_or_skip(compiler)


@pytest.fixture(scope="session")
def node() -> str:
    """What runs JavaScript. Use it in tests that run it without a browser."""
    from digitrec.compression.formats.js.program import engine

    return program_or_skip(engine)


def program_or_skip(find: Callable[[], str]) -> str:
    """What is found; a test that needs it is skipped with the reason, and fails under $CI."""
    try:
        return find()
    except MissingExtraError as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}; under CI its tests have to run")
        pytest.skip(str(error))
