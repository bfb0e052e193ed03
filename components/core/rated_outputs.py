"""Core: what people rate of a kind of model: how its outputs are shown, and what is asked about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

LOWEST, HIGHEST = 1, 5  # an answer is a whole number; higher is better on every question


@dataclass(frozen=True, slots=True)
class Question:
    text: str  # `{category}` is replaced by what the model generates
    low: str  # what the lowest answer means
    high: str  # what the highest answer means


@dataclass(frozen=True, slots=True)
class RatedOutputs:
    """Outputs that people rate. `evaluate` writes them into a folder of its report.

    The folder has `index.json`: `model`, `snapshot`, `seal`, and `subjects`: digest -> {`step`, `files`: [{`file`,
    `sha256`, `about`}]}, with the same products or prompts for all subjects. `about`, which may be left out, has what
    the page shows beside an output, by name.
    """

    form: Literal["image", "text"]  # how the page shows a file
    folder: str  # in the report
    noun: str
    plural: str
    mixed: str  # what people see in random order: real ones and generated ones, in words
    questions: Mapping[str, Question]
