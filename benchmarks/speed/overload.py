"""Ten times as many connections as there is room for, for a minute, and what is left of it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import servers
from parts import Part, Target
from servers import Service
from service import CONNECTIONS, Found, loaded, one_digit, paced

SECONDS, QUICK = 60, 2
WARM, AFTER = 3, 1
"""Seconds of the usual load before, and of the second in which all is to be as before."""

TIMES = 10
BESIDE = 20
"""Requests a second of somebody who asks beside the crowd, and sees how late answers are."""

MOST_LATE, FLAT, AS_FAST = 300, 1.1, 0.9


def measure(quick: bool) -> Part:
    """Load, overload, load again."""
    from digitrec.service.settings import Settings

    seconds = QUICK if quick else SECONDS
    connections = TIMES * Settings().places
    with servers.ours() as service, one_digit() as digit:
        before = loaded(service, digit, CONNECTIONS, WARM)
        with remembered(service) as memory, asked(service, seconds) as beside:
            crowd = loaded(service, digit, connections, seconds)
        after = loaded(service, digit, CONNECTIONS, AFTER)
    half = len(memory) // 2
    first, second = max(memory[:half]), max(memory[half:])
    wrong = crowd["wrong"] + beside[0]["wrong"]
    rows = [
        ["answered by 200, a second", f"{answered(crowd) / crowd['seconds']:,.0f}"],
        ["by 503 and Retry-After, a second", f"{crowd['refused'] / crowd['seconds']:,.0f}"],
        ["otherwise, or not at all", f"{wrong:.0f}"],
        ["99 % of those that were accepted, ms", f"{beside[0]['p99']:.0f}"],
        ["most memory in the first half, MB", f"{first:.0f}"],
        ["and in the second", f"{second:.0f}"],
        [f"a second before, {CONNECTIONS} connections", f"{before['rate']:,.0f}"],
        ["in the second after", f"{after['rate']:,.0f}"],
    ]
    targets = {
        "overload, answered": Target("requests answered by 200 or 503, of all",
                                     1.0 - bool(wrong), 1),
        "overload, p99": Target("300 ms by what 99 % of the accepted take",
                                MOST_LATE / beside[0]["p99"], 1, absolute=True),
        "overload, memory": Target("memory before by memory after", first / second, 1 / FLAT),
        "overload, after": Target("speed in the second after by that before",
                                  after["rate"] / before["rate"], AS_FAST),
    }  # fmt: skip
    head = [f"{connections} connections where {Settings().places} have room", "measured"]
    return Part(head, rows, targets)


def answered(found: Found) -> float:
    """Requests that were read."""
    return found["requests"] - found["refused"] - found["wrong"]


@contextmanager
def remembered(service: Service) -> Iterator[list[float]]:
    """The memory that a service has, looked at again and again, in MB."""
    found: list[float] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.25):
            found.append(service.megabytes)

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield found
    finally:
        done.set()
        watch.join()


@contextmanager
def asked(service: Service, seconds: float) -> Iterator[list[Found]]:
    """What somebody finds who asks beside the crowd."""
    found: list[Found] = []

    def ask() -> None:
        time.sleep(0.5)
        with one_digit() as digit:
            found.append(paced(service, digit, BESIDE, seconds - 1))

    beside = threading.Thread(target=ask)
    beside.start()
    try:
        yield found
    finally:
        beside.join()
