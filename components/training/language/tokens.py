"""Training: prompts and texts as tokens, and batches of them in which the loss ignores the prompts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from components.core.errors import BaseModelError, DataError

IGNORED = -100  # the label that torch's cross entropy leaves out


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt and the text after it. The last token of the text is the end token, unless the text was cut."""

    prompt: Sequence[int]
    text: Sequence[int]


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Tokens, filled up at the right. All tensors are (batch, tokens), int64."""

    tokens: Tensor
    mask: Tensor  # 1 for a token, 0 where a row is filled up
    labels: Tensor  # IGNORED for prompts and where a row is filled up


def require_end(tokenizer: Any, origin: str) -> int:
    """Return the id of the end token. Raises BaseModelError if there is none: no text would ever end."""
    end = tokenizer.eos_token_id
    if end is None:
        raise BaseModelError(
            f"The tokenizer of {origin} has no end token",
            expected="eos_token in its tokenizer_config.json",
            act="add it, or name another base.model",
        )
    return int(end)


def encode_prompt(tokenizer: Any, prompt: str) -> list[int]:
    """Return the tokens of a prompt, with the begin token of tokenizers that use one, and without any end token."""
    tokens = [int(token) for token in tokenizer(prompt)["input_ids"]]
    while tokens and tokens[-1] == tokenizer.eos_token_id:
        tokens.pop()
    return tokens


def encode_pair(tokenizer: Any, prompt: str, text: str, longest: int | None = None) -> Encoded:
    """Return the tokens of a prompt and of the text after it, which begins with a space and ends with the end token.

    Args:
        tokenizer: of transformers.
        prompt: what comes before the text.
        text: without white space around it.
        longest: the most tokens of both; the text is cut there.

    Raises:
        DataError: nothing of the text fits.
    """
    before = encode_prompt(tokenizer, prompt)
    after = [int(token) for token in tokenizer(f" {text}", add_special_tokens=False)["input_ids"]]
    after.append(int(tokenizer.eos_token_id))
    if longest is not None:
        after = after[: max(longest - len(before), 0)]
    if not after:
        found = f"The prompt {prompt[:60]!r} has {len(before)} tokens"
        raise DataError(found, expected=f"fewer than {longest}", act="shorten data.prompt, or raise train.longest")
    return Encoded(before, after)


def padding_of(tokenizer: Any) -> int:
    """Return the id with which rows are filled up; no loss and no attention ever sees it."""
    pad = tokenizer.pad_token_id
    return int(tokenizer.eos_token_id if pad is None else pad)


def pad_right(rows: Sequence[Encoded], pad: int) -> TokenBatch:
    """Return a batch as wide as its longest row."""
    width = max(len(row.prompt) + len(row.text) for row in rows)
    tokens = torch.full((len(rows), width), pad)
    mask, labels = torch.zeros_like(tokens), torch.full_like(tokens, IGNORED)
    for number, row in enumerate(rows):
        start, end = len(row.prompt), len(row.prompt) + len(row.text)
        tokens[number, :end] = torch.tensor([*row.prompt, *row.text])
        mask[number, :end] = 1
        labels[number, start:end] = torch.tensor(list(row.text))
    return TokenBatch(tokens, mask, labels)
