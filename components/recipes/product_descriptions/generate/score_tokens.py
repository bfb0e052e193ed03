"""Product descriptions: how likely a model finds given texts, token by token."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from components.training.device import limit_threads
from components.training.language.tokens import IGNORED, encode_pair, pad_right, padding_of

BATCH = 16  # texts of similar length that are computed together


def score_tokens(model: Any, tokenizer: Any, prompts: Sequence[str], texts: Sequence[str]) -> list[Tensor]:
    """Return minus the log likelihood (nats) of each token of each text given its prompt: a tensor (tokens,) a text.

    The last token is the end of the text. The bits per byte of a text are the sum, divided by log 2 and by the number
    of bytes of the text in UTF-8.
    """
    rows = [encode_pair(tokenizer, prompt, text) for prompt, text in zip(prompts, texts, strict=True)]
    order = sorted(range(len(rows)), key=lambda number: len(rows[number].prompt) + len(rows[number].text))
    found: dict[int, Tensor] = {}
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        batch = pad_right([rows[number] for number in part], padding_of(tokenizer))
        with limit_threads(model.device, model.num_parameters()), torch.inference_mode():
            losses = _losses(model, batch.tokens, batch.mask, batch.labels)
        found |= {
            number: row[label[1:] != IGNORED] for number, row, label in zip(part, losses, batch.labels, strict=True)
        }
    return [found[number] for number in range(len(rows))]


def _losses(model: Any, tokens: Tensor, mask: Tensor, labels: Tensor) -> Tensor:
    """Return (texts, tokens - 1) losses in fp32 on the CPU; place i is of token i + 1."""
    logits = model(input_ids=tokens.to(model.device), attention_mask=mask.to(model.device), use_cache=False).logits
    wanted = labels[:, 1:].clamp(min=0).to(model.device)
    flat = torch.nn.functional.cross_entropy(logits[:, :-1].float().transpose(1, 2), wanted, reduction="none")
    return flat.cpu()
