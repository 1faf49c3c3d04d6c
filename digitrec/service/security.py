"""Who may ask, and what browsers may do with the answers."""

import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path

from digitrec.errors import OptionError
from digitrec.service.refusal import Refused

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own files and the pictures that it makes, from nowhere else."""

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),  # the page's files are asked for anew, or they would not match
)
"""Of every answer."""

GUARDED = ("/predict", "/corrections", "/metrics", "/v1", "/v2")
HEALTH = "/v2/health/"
"""What wants a key, where there are keys, and what of it is answered without."""


def keys_of(path: str | None) -> tuple[bytes, ...]:
    """The keys in a file, one a line; none without a file.

    Raises:
        OptionError: the file cannot be read or has no key.
    """
    if path is None:
        return ()
    try:
        lines = Path(path).read_bytes().split()
    except OSError as error:
        raise OptionError(f"--api-key-file: {path}: cannot be read ({error.strerror})") from error
    if not lines:
        raise OptionError(f"--api-key-file: {path}: expected a key a line; the file is empty")
    return tuple(lines)


def check_key(keys: Sequence[bytes], path: str, headers: Mapping[bytes, bytes]) -> None:
    """Raise Refused unless a request has one of the keys, or needs none.

    Every key is compared, each in a time that does not tell how much of it is right.
    """
    if not keys or not path.startswith(GUARDED) or path.startswith(HEALTH):
        return
    given = headers.get(b"x-api-key") or headers.get(b"authorization", b"").removeprefix(b"Bearer ")
    if not sum([hmac.compare_digest(given, key) for key in keys]):
        raise Refused(
            401, "expected a key, as X-API-Key or as Authorization: Bearer",
            {"WWW-Authenticate": "Bearer"},
        )  # fmt: skip


def check_origin(origins: Sequence[bytes], method: str, headers: Mapping[bytes, bytes]) -> None:
    """Raise Refused when a browser sends what a page of another origin made.

    Browsers send simple requests without asking, and only keep the answer from the page: what is
    kept here, such as corrections, would be kept all the same.
    """
    origin = headers.get(b"origin")
    if origin is None or method in ("GET", "HEAD", "OPTIONS") or origin in origins:
        return
    if origin.partition(b"://")[2] != headers.get(b"host"):
        raise Refused(403, "expected a page of this service's own; see --allow-origin")
