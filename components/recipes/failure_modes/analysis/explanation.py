"""Recipe failure_modes: which words moved a prediction, by leaving each of them out."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.recipes.failure_modes.candidates.model import Array, TextModel

MOST_WORDS = 60  # of a text that are left out in turn; a comment has fewer


@dataclass(frozen=True, slots=True)
class Moved:
    """A word, and by how much the probability of the answer falls without it. Negative: the word spoke against it."""

    word: str
    effect: float


def words_that_moved(model: TextModel, texts: Sequence[str]) -> list[list[Moved]]:
    return explained(model, texts)[1]


def explained(model: TextModel, texts: Sequence[str]) -> tuple[Array, list[list[Moved]]]:
    """Return (n, classes) the probabilities of each text, and its words, the one with the largest effect first.

    It works for every model, and explains the probability that the model gives (occlusion: Zeiler and Fergus, 2014).
    Two words that say the same hide each other's effect.
    """
    parts = [text.split()[:MOST_WORDS] for text in texts]
    shorter = [" ".join(words[:k] + words[k + 1 :]) for words in parts for k in range(len(words))]
    found = model.probabilities([*texts, *shorter])
    at, moved = len(texts), list[list[Moved]]()
    for row, words in enumerate(parts):
        answer = int(found[row].argmax())
        effects = found[row, answer] - found[at : at + len(words), answer]
        at += len(words)
        pairs = [Moved(word, float(effect)) for word, effect in zip(words, effects, strict=True)]
        moved.append(sorted(pairs, key=lambda one: -abs(one.effect)))
    return found[: len(texts)], moved
