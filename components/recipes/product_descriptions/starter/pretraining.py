"""Product descriptions: trains the starter's base model from scratch, and writes it in transformers' layout."""

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from components.core.files import new_folder
from components.core.seeds import derive_seed
from components.recipes.product_descriptions.starter.corpus import corpus
from components.recipes.product_descriptions.starter.vocabulary import LONGEST, train_vocabulary
from components.training.device import limit_threads
from components.training.language.tokens import Encoded, encode_pair, pad_right, padding_of
from components.training.order import batch_indices

WIDTH, LAYERS, HEADS, INNER = 160, 4, 5, 448
CHECKED = 128  # texts that the loss is measured on at the end
Progress = Callable[[int, int, float], None]  # (steps done, of how many, loss)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training of the base model depends on. The same plan gives the same bits on one kind of machine."""

    texts: int = 12_000
    steps: int = 750
    batch: int = 16
    rate: float = 3e-3
    warmup: int = 40
    seed: int = 0

    def scaled(self, effort: float) -> "Plan":
        steps = max(int(self.steps * effort), 2)
        return Plan(
            max(int(self.texts * effort), 64), steps, self.batch, self.rate, min(self.warmup, steps - 1), self.seed
        )


def pretrain(folder: Path, plan: Plan, on_progress: Progress) -> Mapping[str, float]:
    """Train on `plan.texts` descriptions, write the model into the folder, and return its figures.

    An existing folder is replaced when the training is complete.
    """
    pairs = corpus(plan.texts, plan.seed)
    tokenizer = train_vocabulary(f"{pair.prompt} {pair.text}" for pair in pairs)
    rows = [encode_pair(tokenizer, pair.prompt, pair.text, LONGEST) for pair in pairs]
    torch.manual_seed(derive_seed(plan.seed, "weights"))  # noqa: TID251  # transformers initialises from no other
    model = LlamaForCausalLM(_shape(tokenizer))
    with limit_threads(torch.device("cpu"), model.num_parameters()):
        _train(model, rows, padding_of(tokenizer), plan, on_progress)
        unseen = [encode_pair(tokenizer, pair.prompt, pair.text) for pair in corpus(CHECKED, plan.seed + 1)]
        loss = _loss_of(model, unseen, padding_of(tokenizer))
    _write(model, tokenizer, folder)
    return {"parameters": model.num_parameters(), "texts": plan.texts, "steps": plan.steps, "loss on new texts": loss}


def _shape(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=LONGEST,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _train(model: Any, rows: Sequence[Encoded], pad: int, plan: Plan, on_progress: Progress) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    model.train()
    for step in range(plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * _share(step, plan)
        order = batch_indices(step, len(rows), plan.batch, plan.seed)[2]
        loss = _batch_loss(model, [rows[int(row)] for row in order], pad)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        on_progress(step + 1, plan.steps, float(loss.detach()))
    model.eval()


def _share(step: int, plan: Plan) -> float:
    """Return the share of the largest rate: a linear rise, then half a cosine down to a twentieth."""
    if step < plan.warmup:
        return (step + 1) / plan.warmup
    done = (step - plan.warmup) / max(plan.steps - plan.warmup, 1)
    return 0.05 + 0.95 * (1 + math.cos(math.pi * done)) / 2


def _batch_loss(model: Any, rows: Sequence[Encoded], pad: int) -> Any:
    batch = pad_right(rows, pad)
    return model(input_ids=batch.tokens, attention_mask=batch.mask, labels=batch.labels).loss


@torch.no_grad()
def _loss_of(model: Any, rows: Sequence[Encoded], pad: int) -> float:
    parts = [_batch_loss(model, rows[start : start + 16], pad) for start in range(0, len(rows), 16)]
    return float(torch.stack(parts).mean())


def _write(model: Any, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    with new_folder(folder) as unfinished:
        model.half().save_pretrained(unfinished)
        tokenizer.save_pretrained(unfinished)
        shutil.rmtree(folder, ignore_errors=True)  # the new one is complete
