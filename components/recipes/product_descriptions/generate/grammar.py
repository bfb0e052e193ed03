"""Product descriptions: texts that are JSON of a stated form: which tokens may come next, by llguidance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from components.core.errors import ConfigError, DataError

# Models begin a text with a blank, which JSON alone has no place for.
BLANK = "start: /[ \\n\\t]*/ object\nobject: %json "

TIGHT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}  # no token is spent on blanks


@dataclass(frozen=True)
class JsonTexts:
    """The state of a grammar in each text of a batch. After a complete object only the end may come."""

    matchers: Sequence[Any]  # of llguidance, one a text
    end: int  # the end token

    def mask(self, scores: Tensor) -> Tensor:
        """Return the scores (texts, vocabulary) with minus infinity for tokens that break the form."""
        allowed = torch.zeros(len(self.matchers), scores.shape[1], dtype=torch.bool)
        for row, matcher in enumerate(self.matchers):
            if matcher.is_stopped():
                allowed[row, self.end] = True
                continue
            bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8), bitorder="little")
            known = torch.from_numpy(bits[: scores.shape[1]].astype(bool))
            allowed[row, : len(known)] = known
        return scores.masked_fill(~allowed.to(scores.device), -torch.inf)

    def take(self, tokens: Tensor) -> None:
        """Go on in each text by its token (texts,)."""
        for matcher, token in zip(self.matchers, tokens.tolist(), strict=True):
            if not matcher.is_stopped():
                matcher.consume_token(int(token))


def json_texts(tokenizer: Any, vocabulary: int, schema: Mapping[str, Any], count: int) -> JsonTexts:
    """Return the grammar at the start of `count` texts.

    Raises:
        ConfigError: it is no JSON schema of an object that the library knows.
    """
    form = json.dumps({**schema, "x-guidance": TIGHT}, sort_keys=True)
    matcher = _matcher(_tokens(tokenizer, vocabulary), form)
    return JsonTexts([matcher.deep_copy() for _ in range(count)], int(tokenizer.eos_token_id))


def require_complete(texts: Sequence[str], seeds: Sequence[int], longest: int) -> None:
    """Raise DataError if a text was cut before its JSON was complete."""
    for text, seed in zip(texts, seeds, strict=True):
        try:
            json.loads(text)
        except ValueError:
            raise DataError(
                f"The text of seed {seed} is no complete JSON after {longest} tokens",
                expected="an object of json_schema",
                act="raise generation.longest, or give texts and lists in the schema a maxLength and maxItems",
            ) from None


def _matcher(tokens: Any, schema: str) -> Any:
    from llguidance import LLMatcher  # only texts that are JSON need it

    matcher = LLMatcher(tokens, LLMatcher.grammar_from_lark(BLANK + schema), log_level=0)
    if matcher.is_error():
        why = " ".join(matcher.get_error().split())[:200].rstrip(".")
        raise ConfigError(
            f"json_schema is no form that texts can have ({why})",
            expected='a JSON schema, such as {"type": "object", "properties": {"text": {"type": "string"}}}',
            act="correct it",
        )
    return matcher


@lru_cache(maxsize=2)
def _tokens(tokenizer: Any, vocabulary: int) -> Any:
    from llguidance.hf import from_tokenizer

    return from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=int(tokenizer.eos_token_id))
