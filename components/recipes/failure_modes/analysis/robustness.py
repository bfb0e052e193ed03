"""Recipe failure_modes: how a model does on typos, other casing, cut texts, other assets and later periods."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.core.seeds import derive_seed
from components.recipes.failure_modes.analysis.abstention import Share, share
from components.recipes.failure_modes.candidates.model import TextModel

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TYPO_EVERY = 12  # characters: one typo in about two words
FEWEST = 5  # comments of a part that is reported


@dataclass(frozen=True, slots=True)
class Robustness:
    """The accuracy on changed texts, and the share of answers that stay as they are without the change."""

    accuracy: Share
    same_answer: Share


def robustness(model: TextModel, texts: Sequence[str], labels: Sequence[str], seed: int) -> dict[str, Robustness]:
    """Return the result of each change in CHANGES, and of none."""
    before = _answers(model, texts)
    found = {"unchanged": before}
    for name, change in CHANGES.items():
        numbers = random.Random(derive_seed(seed, name))
        found[name] = _answers(model, [change(text, numbers) for text in texts])
    return {name: Robustness(_agreement(after, labels), _agreement(after, before)) for name, after in found.items()}


def accuracy_by_part(answers: Sequence[str], labels: Sequence[str], parts: Sequence[str | None]) -> Mapping[str, Share]:
    """Return the accuracy on the comments of each part, such as an asset; parts with fewer than 5 are left out."""
    places = {part: [i for i, of in enumerate(parts) if of == part] for part in sorted({p for p in parts if p})}
    return {
        part: _agreement([answers[i] for i in at], [labels[i] for i in at])
        for part, at in places.items()
        if len(at) >= FEWEST
    }


def accuracy_by_period(
    answers: Sequence[str], labels: Sequence[str], dates: Sequence[str | None], periods: int = 4
) -> Mapping[str, Share]:
    """Return the accuracy in periods of equally many comments, in order; ISO dates, comments without one left out."""
    order = sorted((date, i) for i, date in enumerate(dates) if date)
    chunks = [chunk for chunk in np.array_split(np.arange(len(order)), periods) if len(chunk) >= FEWEST]
    found = {}
    for chunk in chunks:
        at = [order[k][1] for k in chunk]
        name = f"{order[chunk[0]][0]} to {order[chunk[-1]][0]}"
        found[name] = _agreement([answers[i] for i in at], [labels[i] for i in at])
    return found


def with_typos(text: str, numbers: random.Random) -> str:
    """Return the text with letters swapped, lost, doubled or replaced, one for every 12 characters and at least one."""
    letters = list(text)
    places = [i for i, letter in enumerate(letters) if letter.isalpha()]
    for i in numbers.sample(places, min(len(places), max(1, len(text) // TYPO_EVERY))):
        kind = numbers.randrange(4)
        if kind == 0 and i + 1 < len(letters):
            letters[i], letters[i + 1] = letters[i + 1], letters[i]
        else:
            letters[i] = ("", letters[i] * 2, numbers.choice(LETTERS))[kind % 3]
    return "".join(letters)


def _answers(model: TextModel, texts: Sequence[str]) -> list[str]:
    return [model.classes[k] for k in model.probabilities(texts).argmax(1)]


def _agreement(answers: Sequence[str], labels: Sequence[str]) -> Share:
    return share(sum(a == b for a, b in zip(answers, labels, strict=True)), len(answers))


Change = Callable[[str, random.Random], str]
CHANGES: Mapping[str, Change] = {
    "typos": with_typos,
    "upper case": lambda text, _: text.upper(),
    "lower case": lambda text, _: text.lower(),
    "first half": lambda text, _: text[: (len(text) + 1) // 2],
    "no punctuation": lambda text, _: "".join(c if c.isalnum() else " " for c in text),
}
