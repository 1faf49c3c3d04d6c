"""Every knob of an attack, each defined once."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from digitrec.errors import OptionError
from digitrec.training.attacks import ATTACKS, GOALS, NORMS, WHITE
from digitrec.training.knobs import check, knob


@dataclass(frozen=True)
class Attack:
    """What is done to digits. Raises OptionError for a value that is not allowed."""

    kind: str = knob("pgd", "by what: gradients, tried squares, or turns and shifts", among=ATTACKS)
    norm: str = knob("inf", "fgsm, pgd: how distances are measured", among=NORMS)
    epsilon: float = knob(
        0.3,
        "fgsm, pgd, square: the distance, for pixels from 0 to 1; by the norm inf at most 1",
        low=0.001,
        high=28,
    )
    steps: int = knob(40, "pgd: steps of each restart", low=1, high=10_000)
    restarts: int = knob(1, "pgd: random places to begin at", low=1, high=1_000)
    goal: str = knob("cross_entropy", "pgd: what is to grow", among=GOALS)
    queries: int = knob(5_000, "square: answers that each digit may cost", low=2, high=1_000_000)
    degrees: float = knob(30.0, "moves: largest turn either way", low=0, high=180)
    pixels: float = knob(3.0, "moves: largest shift along each axis", low=0, high=14)
    seed: int = knob(0, "of what is random", low=0, high=2**31 - 1)

    def __post_init__(self) -> None:
        for item in fields(self):
            check(item.name, getattr(self, item.name), item.metadata)
        if self.kind != "moves":
            self._check_distance()

    def _check_distance(self) -> None:
        """Norm and epsilon, where the attack heeds them."""
        if self.norm == "inf" and self.epsilon > 1:
            raise OptionError(
                f"epsilon: expected 0.001 to 1 by the norm inf; received {self.epsilon:g}"
            )
        if self.kind != "square":
            return
        if self.norm != "inf":
            raise OptionError(f"norm: expected inf for the attack square; received {self.norm}")
        if self.epsilon * WHITE < 1:
            raise OptionError(
                "epsilon: expected at least 1/255, one grey level, for the attack square; "
                f"received {self.epsilon:g}"
            )

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
