"""Where time goes: what each of some functions takes by itself, without the others of them."""

import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Places = Mapping[str, tuple[Any, str]]
"""What takes time, by where the function is that does it: a module or a class, and its name there.
Functions that call each other must not be of two threads or of two requests at once."""


@contextmanager
def watched(places: Places) -> Iterator[dict[str, float]]:
    """Gives the seconds that each takes from now on, those of others of them not counted in."""
    clock = _Clock(dict.fromkeys(places, 0.0))
    before = {stage: getattr(owner, name) for stage, (owner, name) in places.items()}
    for stage, (owner, name) in places.items():
        setattr(owner, name, clock.timing(before[stage], stage))
    try:
        yield clock.spent
    finally:
        for stage, (owner, name) in places.items():
            setattr(owner, name, before[stage])


class _Clock:
    """Adds up, and stops for a function while another runs that it has called."""

    def __init__(self, spent: dict[str, float]) -> None:
        self.spent = spent
        self._running: list[str] = []
        self._since = 0.0

    def timing(self, own: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The function, or coroutine function, which is timed."""
        if inspect.iscoroutinefunction(own):

            async def awaited(*given: Any, **named: Any) -> Any:
                with self._in(stage):
                    return await own(*given, **named)

            return awaited

        def called(*given: Any, **named: Any) -> Any:
            with self._in(stage):
                return own(*given, **named)

        return called

    @contextmanager
    def _in(self, stage: str) -> Iterator[None]:
        self._turn()
        self._running.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now
