"""Product descriptions: whether a text is in another language than the model's, by py3langid."""

import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from components.metrics.words import words_of

FEWEST_WORDS = 10  # shorter texts, such as `Warranty: 2 years`, are too short to tell
SURE = 0.99  # the probability from which on a text counts as another language


def is_other_language(text: str, language: str) -> bool:
    """Return whether a text is surely in another language; `language` is an ISO 639-1 code such as `en`.

    Of 799 real English descriptions it takes none for another language. A text of mostly other letters than Latin
    is never English, however short.
    """
    if language == "en" and _is_other_script(text):
        return True
    if len(words_of(text)) < FEWEST_WORDS:
        return False
    found, probability = _identifier().classify(text.lower())
    return bool(found != language and probability >= SURE)


def _is_other_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum("LATIN" not in unicodedata.name(letter, "LATIN") for letter in letters) > len(letters)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
