"""Product descriptions: the texts of one subject, and its losses on real texts, computed or read from the cache."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from components.core.errors import CheckpointError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import BASE, Checkpoint
from components.evaluation.tensor_cache import cached_outputs
from components.metrics.likelihood import TextLosses
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.text_cache import cached_texts
from components.recipes.product_descriptions.evaluate.text_plan import TextPlan
from components.recipes.product_descriptions.generate.base_folder import base_digest, base_folder
from components.recipes.product_descriptions.generate.base_model import (
    BASE_LOCK,
    OpenBase,
    open_base,
    require_same_base,
    swap_adapter,
)
from components.recipes.product_descriptions.generate.generate import generate_texts
from components.recipes.product_descriptions.generate.score_tokens import score_tokens


@dataclass(frozen=True)
class GeneratedTexts:
    """The texts of one subject, its losses on the real texts of the same products, and the work that was needed."""

    texts: Sequence[str]
    losses: TextLosses
    fresh: int
    seconds: float

    def __add__(self, more: "GeneratedTexts") -> "GeneratedTexts":
        """Return the later texts, which include the earlier ones, and the work of both."""
        return GeneratedTexts(more.texts, more.losses, self.fresh + more.fresh, self.seconds + more.seconds)

    def none(self) -> "GeneratedTexts":
        return GeneratedTexts([], self.losses.first(0), 0, 0.0)


@dataclass(frozen=True)
class TextGenerator:
    """Generates the texts of the plan with the checkpoint it is called with. It can be pickled."""

    config: ProductDescriptionsConfig
    plan: TextPlan
    cache: Path
    log: RunLog

    def __call__(self, checkpoint: Checkpoint | None) -> GeneratedTexts:
        """Return the texts of a checkpoint, or of the base model if it is None, and the losses of the real texts.

        Raises:
            CheckpointError: the adapter does not fit the base, or all texts are empty.
        """
        with BASE_LOCK:
            require_same_base(self.config.base, checkpoint)
            opened = open_base(self.config)
            swap_adapter(opened, checkpoint)
            began = perf_counter()
            folder = self.cache / subject_digest(opened, self.config, checkpoint)
            texts, fresh = self._texts(opened, checkpoint, folder)
            losses = self._losses(opened, folder)
            generated = GeneratedTexts(texts, losses, fresh, perf_counter() - began)
        if texts and not any(texts):
            raise CheckpointError(
                f"All {len(texts)} texts of {name_of(checkpoint)} are empty",
                expected="descriptions",
                act="train again with a lower learning rate, or name another base model",
            )
        return generated

    def _texts(self, opened: OpenBase, checkpoint: Checkpoint | None, folder: Path) -> tuple[list[str], int]:
        what, total, fresh = f"texts of {name_of(checkpoint)}", len(self.plan.seeds), 0

        def generate(pairs: Sequence[tuple[str, int]], already: int) -> list[str]:
            nonlocal fresh
            fresh += len(pairs)
            prompts, seeds = zip(*pairs, strict=True)
            return generate_texts(
                opened.model,
                opened.tokenizer,
                prompts,
                seeds,
                self.config.generation,
                lambda done, _: self.log.progress(what, already + done, total),
            )

        texts = cached_texts(folder / "texts", list(zip(self.plan.prompts, self.plan.seeds, strict=True)), generate)
        self.log.progress(what, total, total)
        return texts, fresh

    def _losses(self, opened: OpenBase, folder: Path) -> TextLosses:
        return real_losses(opened, self.plan.prompts, self.plan.real, folder / "losses")


def real_losses(opened: OpenBase, prompts: Sequence[str], texts: Sequence[str], cache: Path) -> TextLosses:
    """Return the losses of the texts given their prompts; each pair is computed once and kept in `cache`."""
    pairs = list(zip(prompts, texts, strict=True))
    numbers = {digest_of(pair): pair for pair in pairs}

    def compute(missing: Sequence[tuple[str, int]], already: int) -> Tensor:
        chosen = [numbers[name] for name, _ in missing]
        found = score_tokens(opened.model, opened.tokenizer, [p for p, _ in chosen], [t for _, t in chosen])
        rows = [
            [float(nats.double().sum()), len(nats), len(text.encode())]
            for nats, (_, text) in zip(found, chosen, strict=True)
        ]
        return torch.tensor(rows, dtype=torch.float64)

    cached_outputs(cache, [(name, 0) for name in numbers], compute)
    table = cached_outputs(cache, [(digest_of(pair), 0) for pair in pairs], compute)
    return TextLosses(*table.unbind(1))


def check_effect(checkpoints: Sequence[Checkpoint | None], generated: Sequence[GeneratedTexts]) -> None:
    """Raise CheckpointError if an adapter predicts real texts exactly as the base model does."""
    base = next((g for c, g in zip(checkpoints, generated, strict=True) if c is None), None)
    for checkpoint, found in zip(checkpoints, generated, strict=True):
        if checkpoint is not None and base is not None and found.losses.nats.equal(base.losses.nats):
            raise CheckpointError(
                f"The adapter in {checkpoint.folder} predicts texts exactly as the base model does",
                expected="a change",
                act="train again, with a higher learning rate or more steps",
            )


def subject_digest(opened: OpenBase, config: ProductDescriptionsConfig, checkpoint: Checkpoint | None) -> str:
    """Return a digest of all that texts depend on besides prompt and seed.

    The size of a batch is part of it: sums are rounded differently in another shape.
    """
    return digest_of(
        {
            "base": [base_digest(base_folder(config.base)), config.base.quantization],
            "adapter": checkpoint.digest if checkpoint else BASE,
            "generation": config.generation.model_dump(mode="json", exclude_none=True),
            "computed": [opened.model.device.type, str(opened.model.dtype)],
        }
    )


def name_of(checkpoint: Checkpoint | None) -> str:
    return checkpoint.title if checkpoint else "the base model"
