"""Deployments: what a request may not have: texts that are too long, refused words, too many outputs."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from deployments.service.problems import ProblemError
from registry.service_settings import LimitSettings


def outputs_of(request: BaseModel) -> int:
    """Return how many outputs a request asks for: its field `count`, 1 for requests without one."""
    count = getattr(request, "count", 1)
    return count if isinstance(count, int) else 1


def require_size(request: BaseModel, limits: LimitSettings, job: bool) -> None:
    """Raise ProblemError if a request asks for too many outputs, or has a text that is too long."""
    most, asked = (limits.job_outputs if job else limits.outputs), outputs_of(request)
    if asked > most:
        act = "ask for fewer, with further seeds" if job else "ask for fewer, or start a job with POST /jobs"
        raise ProblemError(422, f"count is {asked}", expected=f"{most} at most", act=act)
    longest = max((len(text) for text in texts_of(request)), default=0)
    if longest > limits.text:
        raise ProblemError(422, f"A text has {longest} characters", expected=f"{limits.text} at most", act="shorten it")


def require_no_refused_word(request: BaseModel, words: Sequence[str]) -> None:
    """Raise ProblemError (403) if a text of the request has one of the words, whatever its case and accents."""
    if not words:
        return
    said = " ".join(f" {_plain(text)} " for text in texts_of(request))
    found = next((word for word in words if f" {_plain(word)} " in said), None)
    if found is not None:
        raise ProblemError(403, f"The word {found!r} may not be used here", act="leave it out")


def texts_of(request: BaseModel) -> Iterator[str]:
    """Yield every text that a caller wrote: values of fields and keys inside them, not the names of fields."""
    return texts_in(list(request.model_dump().values()))


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value, also keys.

    >>> list(texts_in({"a": ["b", {"c": 1}]}))
    ['a', 'b', 'c']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_in(key)
            yield from texts_in(inner)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from texts_in(inner)


def _plain(text: str) -> str:
    """Return the words of a text in lower case without accents, other forms of letters as usual ones, between blanks.

    >>> _plain("Acmé-Shoes, new!")
    'acme shoes new'
    """
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters.casefold()))
