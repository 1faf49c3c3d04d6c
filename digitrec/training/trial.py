"""What a search looks for, and what came of each recipe that it tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digitrec.errors import OptionError, expect_one_of
from digitrec.training.recipe import Recipe
from digitrec.training.space import SPACES, Space, left_to_choose

OBJECTIVES = {"accuracy": "misses", "parameters": "parameters", "multiply_adds": "multiply_adds"}
"""What may be looked for, and the figure of a trial that is then to be small."""

FINISHED, PRUNED, REFUSED = "finished", "pruned", "refused"


@dataclass(frozen=True)
class Search:
    """What is looked for, and among what.

    Attributes:
        base: the recipe of which each trial changes some knobs.
        preset: its name, before `fixed` was changed in it.
        fixed: the knobs that were changed in it for all trials.
        space: one of SPACES.
        objectives: some of OBJECTIVES; with more than accuracy nothing is pruned.

    Raises:
        OptionError: there is no such space or objective, or none of them is accuracy.
    """

    base: Recipe
    preset: str = "default"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    space: str = "training"
    objectives: tuple[str, ...] = ("accuracy",)

    def __post_init__(self) -> None:
        expect_one_of("space", self.space, SPACES)
        for name in self.objectives:
            expect_one_of("objectives", name, OBJECTIVES)
        if "accuracy" not in self.objectives or len({*self.objectives}) < len(self.objectives):
            raise OptionError(
                "objectives: expected accuracy, alone or with others, each once; "
                f"received {','.join(self.objectives)}"
            )

    def choices(self) -> Space:
        """The knobs that each trial chooses. Raises OptionError when there are none."""
        left = left_to_choose(SPACES[self.space], self.base, self.fixed)
        if not left:
            raise OptionError(f"space: expected knobs to choose; {self.space} has none left")
        return left

    def recipe_of(self, trial: "Trial") -> dict[str, Any]:
        """A trial's recipe as a preset and knobs, as `digitrec compare` reads it from a file."""
        return {"preset": self.preset, **self.fixed, **trial.knobs}

    def as_dict(self) -> dict[str, Any]:
        """What must be the same for a search to be gone on with."""
        named = {"space": self.space, "objectives": ",".join(self.objectives)}
        return {**named, **self.base.as_dict(), "searched": ",".join(self.choices())}


@dataclass(frozen=True)
class Trial:
    """What came of one recipe.

    Attributes:
        number: from 0.
        state: finished, pruned (before its last epoch) or refused (it cannot be built or trained).
        knobs: those that it chose.
        misses: of `count` digits that it did not learn from; None unless finished.
        count: digits that it was scored on.
        parameters: of the network.
        multiply_adds: of the network, for one digit.
        seconds: of the fit.
        reason: why it was refused.
    """

    number: int
    state: str
    knobs: Mapping[str, Any]
    misses: int | None = None
    count: int | None = None
    parameters: int | None = None
    multiply_adds: int | None = None
    seconds: float | None = None
    reason: str | None = None
