"""The shapes of what is answered, for the OpenAPI page; what fills them is `Reading.as_dict`."""

from typing import Literal

from pydantic import BaseModel, Field


class Digit(BaseModel):
    """One digit of a picture."""

    digit: int | str = Field(description="0 to 9, or the class's name")
    confidence: float = Field(ge=0, le=1)
    status: Literal["ok", "uncertain", "not_a_digit"]
    line: int = Field(ge=0, description="which line of the picture it is on, from 0")
    box: list[int] = Field(
        min_length=4, max_length=4, description="x, y, width and height in the upright picture"
    )
    probabilities: list[float] = Field(description="one a class, calibrated, summing to 1")


class Stages(BaseModel):
    """How a picture was read: PNG files in base64."""

    picture: str
    ink: str
    boxes: str
    digits: list[str] = Field(description="each digit in MNIST's form, 28 x 28")


class Reading(BaseModel):
    """What a picture says, as `digitrec predict --json` prints it."""

    file: str | None
    status: Literal["ok", "uncertain", "not_a_digit", "empty", "error"]
    text: str
    digits: list[Digit]
    notes: list[str]
    error: str | None
    stages: Stages | None = Field(None, description="if asked for")


class Readings(BaseModel):
    """What several pictures say, in their order."""

    results: list[Reading]


class Error(BaseModel):
    """Why there is no answer, in one line."""

    error: str
