"""Every test talks to a server of its own on this machine."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from idx_files import NAMES, idx_bytes, small_arrays

from digitrec.datasets import download, mnist
from digitrec.datasets.download import FILES, fetch_mnist
from digitrec.errors import DataError, OutputError

ARRAYS = small_arrays(train=300)
FILE = NAMES["train images"]  # 235 kB: noise does not pack
CONTENT = {NAMES[name]: gzip.compress(idx_bytes(array)) for name, array in ARRAYS.items()}
HALF = len(CONTENT[FILE]) // 2


@dataclass
class Mirror:
    """What a server gives, and how."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(CONTENT))
    ranges: bool = True
    breaks_after: int | None = None  # bytes of each answer
    silent: bool = False
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # name and Range

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name, wanted = request.path.removeprefix("/mnist/"), request.headers["Range"]
        self.asked.append((name, wanted))
        if self.silent:
            time.sleep(1)
        if name not in self.files:
            request.send_error(404)
            return
        content = self.files[name]
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if wanted and self.ranges and start >= len(content):
            request.send_error(416)
            return
        partial = bool(wanted) and self.ranges
        rest = content[start:] if partial else content
        request.send_response(206 if partial else 200)
        request.send_header("Content-Length", str(len(rest)))
        request.end_headers()
        request.wfile.write(rest[: self.breaks_after])


@contextmanager
def serving(mirror: Mirror) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/mnist/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch):
    for name, array in ARRAYS.items():
        monkeypatch.setitem(mnist.SHA256, name, mnist.digest(array))


def fetch(folder, *mirrors):
    """Fetch from mirrors that run as long as that takes."""
    with ExitStack() as stack:
        for mirror in mirrors:
            mirror.url = stack.enter_context(serving(mirror))
        fetch_mnist(folder, [mirror.url for mirror in mirrors])


def assert_fetched(folder):
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def test_names_agree_with_mnists():
    assert FILES == NAMES
    assert len(download.MIRRORS) >= 2
    assert all(url.startswith("https://") and url.endswith("/") for url in download.MIRRORS)


def test_four_files_are_fetched_and_stay(tmp_path):
    mirror = Mirror()
    fetch(tmp_path / "cache" / "mnist", mirror)
    assert_fetched(tmp_path / "cache" / "mnist")
    assert mirror.asked == [(name, None) for name in NAMES.values()]
    again = Mirror(files={})
    fetch(tmp_path / "cache" / "mnist", again)
    assert again.asked == []


def test_a_file_that_is_wrong_is_fetched_again(tmp_path):
    (tmp_path / FILE).write_bytes(b"wrong")
    fetch(tmp_path, Mirror())
    assert_fetched(tmp_path)


def test_what_breaks_off_is_gone_on_with(tmp_path):
    mirror = Mirror(breaks_after=HALF)
    fetch(tmp_path, mirror)
    assert_fetched(tmp_path)
    ranges = [wanted for name, wanted in mirror.asked if name == FILE]
    assert ranges[:2] == [None, f"bytes={HALF}-"]


def test_an_interrupted_fetch_is_gone_on_with_next_time(tmp_path):
    (tmp_path / f"{FILE}.part").write_bytes(CONTENT[FILE][:HALF])
    mirror = Mirror()
    fetch(tmp_path, mirror)
    assert_fetched(tmp_path)
    assert mirror.asked[0] == (FILE, f"bytes={HALF}-")


def test_a_part_that_is_whole_already_is_taken(tmp_path):
    (tmp_path / f"{FILE}.part").write_bytes(CONTENT[FILE])
    fetch(tmp_path, Mirror())
    assert_fetched(tmp_path)


def test_a_mirror_that_knows_no_ranges_starts_again(tmp_path):
    (tmp_path / f"{FILE}.part").write_bytes(CONTENT[FILE][:HALF])
    fetch(tmp_path, Mirror(ranges=False))
    assert_fetched(tmp_path)


def test_wrong_bytes_of_an_earlier_fetch_are_thrown_away(tmp_path):
    (tmp_path / f"{FILE}.part").write_bytes(b"x" * HALF)
    mirror = Mirror()
    fetch(tmp_path, mirror)
    assert_fetched(tmp_path)
    assert mirror.asked[:2] == [(FILE, f"bytes={HALF}-"), (FILE, None)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Mirror(files={}), "HTTP 404"),
        (Mirror(files={**CONTENT, FILE: CONTENT[NAMES["test images"]]}), "another file"),
        (Mirror(files={**CONTENT, FILE: b"<html>log in first</html>"}), "another file"),
        (Mirror(breaks_after=0), "broke off after 0 of"),
    ],
    ids=["absent", "wrong", "html", "breaks"],
)
def test_the_next_mirror_is_tried_and_a_failure_says_why(tmp_path, bad, reason):
    fetch(tmp_path / "both", bad, Mirror())
    assert_fetched(tmp_path / "both")
    with pytest.raises(DataError, match=f"{FILE}: expected it from a mirror") as caught:
        fetch(tmp_path / "bad", bad, Mirror(files={}))
    message = str(caught.value)
    assert f"{bad.url}: {reason}" in message
    assert message.count("http://") == 2
    assert "\n" not in message
    assert not (tmp_path / "bad" / FILE).exists()


def test_nobody_listening_is_noticed_at_once(tmp_path):
    with serving(Mirror()) as url:
        pass
    start = time.monotonic()
    with pytest.raises(DataError, match=f"{url}: .*refused"):
        fetch_mnist(tmp_path, [url])
    assert time.monotonic() - start < 5


def test_a_silent_mirror_is_left_after_the_time_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.2)
    with pytest.raises(DataError, match=r"timed out|no answer in 0\.2 s"):
        fetch(tmp_path, Mirror(silent=True))


def test_an_endless_answer_is_cut_short(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 1000)
    with pytest.raises(DataError, match="expected at most 1,000 bytes; received more"):
        fetch(tmp_path, Mirror())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        fetch_mnist(tmp_path / "file" / "mnist", ["http://127.0.0.1:9/"])
