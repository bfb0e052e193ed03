"""Recipe failure_modes: reasons to abstain that lie in a text: empty, another language, unknown words, far from all."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from components.recipes.failure_modes.analysis.similarity import TrainingTexts, words_of

EMPTY, OTHER_LANGUAGE, UNKNOWN_WORDS, FAR = (
    "empty",
    "another language",
    "out of vocabulary",
    "far from the training data",
)
RARELY = 0.01  # the share of training comments that are at most this similar to another one
UNLIKELY = 0.02  # the chance that a comment like the training ones has as few known words
MOST_KNOWN = 0.95  # the share of known words that is expected at most: new comments always have a new word
# Frequent words that English comments lack, of languages in which maintenance is written down.
FUNCTION_WORDS: Mapping[str, str] = {
    "German": "der die das und ist nicht mit von ein eine wird beim für auf dem den zu im",
    "French": "le la les et est une des du dans pas avec sur pour qui au ne fuit",
    "Spanish": "el los las y es una con por para del que se en al está",
    "Portuguese": "o os e é uma com por para da que não se em ao está",
    "Italian": "il lo gli e è una con per del della che si nel sul di",
    "Dutch": "de het een en niet met van voor wordt bij naar te",
}
LANGUAGES = tuple(frozenset(words.split()) for words in FUNCTION_WORDS.values())
ENOUGH = 2  # function words of one language, none of which the training comments have


@dataclass(frozen=True, slots=True)
class Familiar:
    """What the training comments have: words, scripts, and how similar to each other they are."""

    words: frozenset[str]
    scripts: frozenset[str]
    index: TrainingTexts
    least_similarity: float

    def reasons(self, texts: Sequence[str]) -> list[str]:
        """Return why each text cannot be classified, or an empty string. A text has the first reason that applies."""
        closest = self.index.closest(texts) if len(texts) else ()
        return [self._reason(text, float(near)) for text, near in zip(texts, closest, strict=True)]

    def _reason(self, text: str, closest: float) -> str:
        words = words_of(text)
        if not words:
            return EMPTY
        if self._foreign(words):
            return OTHER_LANGUAGE
        if self._unknown(words) or (closest < self.least_similarity and not self.words.intersection(words)):
            return UNKNOWN_WORDS
        return FAR if closest < self.least_similarity else ""

    def _unknown(self, words: Sequence[str]) -> bool:
        """Return whether fewer words are known than a comment of this length has, but for two in a hundred."""
        known = sum(word in self.words for word in words)
        return bool(bdtr(known, len(words), min(self.index.known_share, MOST_KNOWN)) < UNLIKELY)

    def _foreign(self, words: Sequence[str]) -> bool:
        other_script = [word for word in words if _script(word[0]) not in self.scripts]
        if len(other_script) * 2 > len(words):
            return True
        unknown = set(words) - self.words
        return any(len(unknown & known) >= ENOUGH for known in LANGUAGES)


def familiar_with(index: TrainingTexts, least_similarity: float) -> Familiar:
    """Return what is familiar to a model, with the similarity that `learn_familiar` found."""
    words = frozenset(word for text in index.texts for word in words_of(text))
    return Familiar(words, frozenset(_script(word[0]) for word in words), index, least_similarity)


def learn_familiar(index: TrainingTexts) -> Familiar:
    """Return what is familiar to a model: the words of its training comments, and their similarity to each other.

    A text is far from them if it is less similar to its nearest one than 99 % of them are to theirs.
    """
    least = float(np.quantile(index.closest_other(), RARELY)) if len(index.texts) else 0.0
    return familiar_with(index, max(least, float(np.finfo(float).eps)))


def _script(letter: str) -> str:
    """Return the script of a letter, such as LATIN or CYRILLIC: the first word of its Unicode name."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
