"""Product descriptions: generate texts. Each depends on its prompt and seed alone, not on the others of its batch."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from components.core.errors import DataError
from components.recipes.product_descriptions.config import GenerationSettings
from components.recipes.product_descriptions.generate.grammar import JsonTexts, json_texts, require_complete
from components.recipes.product_descriptions.generate.sampling import next_tokens, uniform_numbers
from components.training.device import limit_threads
from components.training.language.tokens import encode_prompt, padding_of

Progress = Callable[[int, int], None]  # (texts done, of how many)

LAST_TOKEN = {"use_cache": True, "logits_to_keep": 1}  # scores of the last place alone: the others were read already


def generate_texts(
    model: Any,
    tokenizer: Any,
    prompts: Sequence[str],
    seeds: Sequence[int],
    settings: GenerationSettings,
    on_progress: Progress | None = None,
) -> list[str]:
    """Return a text for each prompt and seed, without white space around it; empty if the model ends at once.

    Every batch is computed in one shape, (settings.batch, settings.longest_prompt), whatever the prompts and however
    many they are: so each row is computed by the same sums in the same order, and a text is the same alone and among
    others.

    Raises:
        DataError: a prompt has more than `settings.longest_prompt` tokens; or the texts should be JSON, and one is not
            complete after `settings.longest` tokens.
        ConfigError: `settings.json_schema` is no JSON schema.
    """
    rows = [_prompt_tokens(tokenizer, prompt, settings.longest_prompt) for prompt in prompts]
    texts: list[str] = []
    for start in range(0, len(rows), settings.batch):
        part = slice(start, start + settings.batch)
        with limit_threads(model.device, model.num_parameters()), torch.inference_mode():
            made = _generate_batch(model, tokenizer, rows[part], list(seeds[part]), settings)
        texts += [str(tokenizer.decode(tokens, skip_special_tokens=True)).strip() for tokens in made]
        (on_progress or _no_progress)(len(texts), len(rows))
    if settings.json_schema is not None:
        require_complete(texts, seeds, settings.longest)
    return texts


def _no_progress(done: int, total: int) -> None:
    """Report no progress."""


def _prompt_tokens(tokenizer: Any, prompt: str, longest: int) -> list[int]:
    tokens = encode_prompt(tokenizer, prompt)
    if not 0 < len(tokens) <= longest:
        raise DataError(
            f"The prompt {prompt[:60]!r} has {len(tokens)} tokens",
            expected=f"1 to {longest}",
            act="shorten the attributes, or raise generation.longest_prompt",
        )
    return tokens


def _generate_batch(
    model: Any, tokenizer: Any, prompts: Sequence[list[int]], seeds: list[int], settings: GenerationSettings
) -> list[list[int]]:
    """Return the tokens of each text, without the end token."""
    wanted, end, pad = len(prompts), int(tokenizer.eos_token_id), padding_of(tokenizer)
    filled = [*prompts, *[prompts[0]] * (settings.batch - wanted)]
    inputs, mask = _pad_left(filled, settings.longest_prompt, pad, model.device)
    numbers = uniform_numbers([*seeds, *[0] * (settings.batch - wanted)], settings.longest).to(model.device)
    said = torch.zeros(settings.batch, int(model.config.vocab_size), dtype=torch.bool, device=model.device)
    ended = torch.arange(settings.batch, device=model.device) >= wanted
    form = _form(model, tokenizer, settings)
    made, cache = [], None
    for place in range(settings.longest):
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -inputs.shape[1] :]
        output = model(
            input_ids=inputs, attention_mask=mask, position_ids=positions, past_key_values=cache, **LAST_TOKEN
        )
        cache = output.past_key_values
        scores = output.logits[:, -1]
        tokens = next_tokens(form.mask(scores) if form else scores, said, numbers[:, place], settings)
        if form:
            form.take(tokens)
        tokens = torch.where(ended, pad, tokens)
        ended = ended | (tokens == end)
        made.append(torch.where(ended, -1, tokens))
        if bool(ended.all()):
            break
        said.scatter_(1, tokens[:, None], True)
        inputs = tokens[:, None]
        mask = torch.cat([mask, torch.ones_like(inputs)], dim=1)
    columns = torch.stack(made, dim=1)[:wanted].tolist()
    return [[int(token) for token in row if token >= 0] for row in columns]


def _form(model: Any, tokenizer: Any, settings: GenerationSettings) -> JsonTexts | None:
    """Return the grammar of a batch, if its texts are JSON."""
    if settings.json_schema is None:
        return None
    return json_texts(tokenizer, int(model.config.vocab_size), settings.json_schema, settings.batch)


def _pad_left(rows: Sequence[list[int]], width: int, pad: int, device: torch.device) -> tuple[Tensor, Tensor]:
    tokens = torch.full((len(rows), width), pad)
    mask = torch.zeros_like(tokens)
    for number, row in enumerate(rows):
        tokens[number, width - len(row) :] = torch.tensor(row)
        mask[number, width - len(row) :] = 1
    return tokens.to(device), mask.to(device)
