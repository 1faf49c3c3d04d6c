"""Whether the service lives, and whether it is to be given requests."""

from dataclasses import dataclass

from digitrec.service.refusal import Refused


@dataclass
class Health:
    """Ready from the beginning, for nothing is answered before; no longer once it drains."""

    draining: bool = False

    def expect_ready(self) -> None:
        """Raise Refused while it drains."""
        if self.draining:
            raise Refused(503, "not ready: the service is about to stop")
