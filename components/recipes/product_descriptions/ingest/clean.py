"""Product descriptions: one description without mark-up, mojibake and emoji, or why it cannot be used."""

import re
from dataclasses import dataclass

from ftfy import fix_encoding

from components.data.catalogue.style_files import clean_text
from components.data.catalogue.values import is_missing, tidy
from components.metrics.words import sentences_of, words_of
from components.recipes.product_descriptions.ingest.language import is_other_language

MARKUP, MOJIBAKE, EMOJI, SHORTENED = "mark-up", "mojibake", "emoji", "shortened"
EMPTY, MARKUP_ONLY, NO_WORDS = "no-description", "mark-up-only", "no-words"
TOO_LONG, TOO_SHORT, OTHER_LANGUAGE = "too-long", "too-short", "other-language"
MOST_WORDS = 1000  # a longer one is no description of one product, but a page that was pasted into the field
# Pictographs, dingbats, flags, and what joins or varies them. Signs such as (R), TM and degrees are no emoji.
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]+")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>|&\w+;")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text of one line a block, the repairs that were made, and why it cannot be used, or empty."""

    text: str
    repairs: tuple[str, ...] = ()
    refused: str = ""


def clean(markup: str, language: str) -> Cleaned:
    """Return the text of a description in HTML.

    >>> clean("<p>Red canvas shoe \U0001f45f</p>", "en")
    Cleaned(text='Red canvas shoe', repairs=('mark-up', 'emoji'), refused='')
    """
    if is_missing(tidy(markup)) and not _EMOJI.search(markup):
        return Cleaned("", refused=EMPTY)
    decoded = markup if markup.isascii() else fix_encoding(markup)
    plain = clean_text(decoded)
    text = "\n".join(filter(None, (" ".join(line.split()) for line in _EMOJI.sub(" ", plain).splitlines())))
    changed = (
        (MARKUP, _TAG.search(decoded) is not None),
        (MOJIBAKE, decoded != markup),
        (EMOJI, _EMOJI.search(plain) is not None),
    )
    repairs = tuple(name for name, was_made in changed if was_made)
    return Cleaned(text, repairs, _unusable(plain, text, language))


def _unusable(plain: str, text: str, language: str) -> str:
    if not plain:
        return MARKUP_ONLY
    words = words_of(text)
    if not any(letter.isalpha() for word in words for letter in word):
        return NO_WORDS
    if len(words) > MOST_WORDS:
        return TOO_LONG
    return OTHER_LANGUAGE if is_other_language(text, language) else ""


def fit(cleaned: Cleaned, shortest: int, longest: int) -> Cleaned:
    """Return the text with `longest` words at most, cut after a whole sentence; a text of too few words is refused."""
    if cleaned.refused:
        return cleaned
    text = cleaned.text if len(words_of(cleaned.text)) <= longest else _first_sentences(cleaned.text, longest)
    repairs = cleaned.repairs if text == cleaned.text else (*cleaned.repairs, SHORTENED)
    return Cleaned(text, repairs, TOO_SHORT if len(words_of(text)) < shortest else "")


def _first_sentences(text: str, longest: int) -> str:
    """Return the beginning of a text, up to the end of the last sentence that fits; empty if the first does not."""
    end, words = 0, 0
    for sentence in sentences_of(text):
        words += len(words_of(sentence))
        if words > longest:
            break
        end = text.index(sentence, end) + len(sentence)
    while end and end < len(text) and text[end] in ".!?":
        end += 1
    return text[:end]
