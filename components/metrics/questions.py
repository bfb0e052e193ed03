"""Metrics: the questions that people answer about a picture."""

from dataclasses import dataclass

LOWEST, HIGHEST = 1, 5  # an answer is a whole number; higher is better on every question


@dataclass(frozen=True, slots=True)
class Question:
    text: str  # `{category}` is replaced by what the model generates
    low: str  # what the lowest answer means
    high: str  # what the highest answer means


QUESTIONS = {
    "realism": Question("How real does it look?", "clearly artificial", "a real photograph"),
    "category": Question("Does it fit the category “{category}”?", "not at all", "entirely"),
    "quality": Question("Is it of professional quality?", "unusable", "ready for the shop"),
}
