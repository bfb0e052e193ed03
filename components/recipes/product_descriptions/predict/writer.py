"""Product descriptions: a version, or the base model, that writes texts for attributes and seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from components.core.errors import UsageError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.generate.base_model import (
    BASE_LOCK,
    OpenBase,
    open_settings,
    require_same_base,
    swap_adapter,
)
from components.recipes.product_descriptions.generate.generate import Progress, generate_texts
from components.recipes.product_descriptions.generate.score_tokens import score_tokens
from components.recipes.product_descriptions.prompts import fields_of, prompt_of
from components.recipes.product_descriptions.version_files import Writing, read_writing


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes with the base model of this process and the adapter of a checkpoint, or none."""

    writing: Writing
    checkpoint: Checkpoint | None

    def write(
        self, attributes: Sequence[Mapping[str, str]], seeds: Sequence[int], on_progress: Progress | None = None
    ) -> list[str]:
        """Return a text for each product and seed. A text depends on its own product and seed alone.

        Raises:
            UsageError: a product has none of the attributes that prompts name.
            DataError: a prompt is too long, or the JSON of a text is not complete.
            ConfigError: the schema of JSON texts is none.
            BaseModelError: the base is missing.
            CheckpointError: the adapter does not fit the base, or was trained on another one.
        """
        prompts = [self._prompt(each) for each in attributes]
        with BASE_LOCK:
            opened = self._opened()
            return generate_texts(
                *(opened.model, opened.tokenizer, prompts, seeds, self.writing.generation), on_progress
            )

    def nats(self, attributes: Sequence[Mapping[str, str]], texts: Sequence[str]) -> list[float]:
        """Return how unlikely the model finds each text: mean of minus the log likelihood of its tokens, in nats."""
        with BASE_LOCK:
            opened = self._opened()
            losses = score_tokens(opened.model, opened.tokenizer, [self._prompt(each) for each in attributes], texts)
        return [float(loss.double().mean()) for loss in losses]

    def with_settings(self, **changes: Any) -> "Writer":
        """Return the writer with other settings of generation."""
        generation = self.writing.generation.model_validate(self.writing.generation.model_dump() | changes)
        return replace(self, writing=self.writing.model_copy(update={"generation": generation}))

    def _opened(self) -> OpenBase:
        opened = open_settings(self.writing.base, self.writing.precision)
        require_same_base(self.writing.base, self.checkpoint)
        swap_adapter(opened, self.checkpoint)
        return opened

    def _prompt(self, attributes: Mapping[str, str]) -> str:
        named = fields_of(self.writing.prompt)
        if not any(attributes.get(name, "").strip() for name in named):
            found = f"The product has {', '.join(attributes) or 'no attributes'}"
            raise UsageError(found, expected=f"at least one of {', '.join(named)}, which the prompt names")
        return prompt_of(self.writing.prompt, attributes)


def writer_of(folder: Path, checkpoint: Checkpoint | None = None) -> Writer:
    """Return the writer of a version's folder; without its record, only its base model is checked."""
    writing = read_writing(folder)
    known = checkpoint or Checkpoint(folder, 0, "", base_digest=writing.base_digest)
    return Writer(writing, known)
