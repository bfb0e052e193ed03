"""Recipe failure_modes: the candidate that fine-tunes a transformer with a PEFT LoRA adapter."""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from components.core.errors import BaseModelError
from components.core.seeds import derive_seed
from components.recipes.failure_modes.candidates.cross_fit import fit_method
from components.recipes.failure_modes.candidates.missing_base import missing
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.settings import LoraSettings
from components.recipes.failure_modes.candidates.training import Method, Params, Training

ADAPTER, BASE, HEAD = "adapter", "base", "head.safetensors"
BATCH = 64  # texts that are scored at a time
CLIP = 1.0  # the largest norm of a gradient


@dataclass(frozen=True, slots=True)
class LoraScorer:
    """A transformer with its adapter, the mean of whose last hidden states a linear head classifies."""

    network: Any  # a PeftModel
    tokenizer: Any
    head: torch.nn.Linear
    kind: str = "fine-tuned"

    def scores(self, texts: Sequence[str]) -> Array:
        with torch.inference_mode():
            parts = [self.logits(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
            return torch.cat(parts).double().numpy()

    def logits(self, texts: Sequence[str]) -> Tensor:
        longest = min(self.tokenizer.model_max_length, 256)
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt")
        mask = tokens["attention_mask"][..., None]
        hidden = self.network(**tokens).last_hidden_state
        found: Tensor = self.head((hidden * mask).sum(1) / mask.sum(1).clamp(min=1))
        return found

    def save(self, folder: Path) -> None:
        """Write the adapter in PEFT's layout beside its base model, so that a version loads anywhere."""
        from safetensors.torch import save_file

        self.network.peft_config["default"].base_model_name_or_path = BASE  # no path of this machine
        self.network.save_pretrained(folder / ADAPTER, save_embedding_layers=False)  # True would ask the hub
        base = self.network.get_base_model()
        own = {name: tensor for name, tensor in base.state_dict().items() if "lora_" not in name}
        plain = {name.replace(".base_layer", ""): tensor.contiguous() for name, tensor in own.items()}
        base.config.save_pretrained(folder / BASE)
        save_file(plain, folder / BASE / "model.safetensors", metadata={"format": "pt"})
        self.tokenizer.save_pretrained(folder / BASE)
        save_file({"weight": self.head.weight.detach(), "bias": self.head.bias.detach()}, folder / HEAD)


def load_fine_tuned(folder: Path) -> LoraScorer:
    from peft import PeftModel
    from safetensors.torch import load_file

    base, tokenizer = _open_base(str(folder / BASE), None)
    with _without_deprecations():
        network = PeftModel.from_pretrained(base, folder / ADAPTER).eval()
    tensors = load_file(folder / HEAD)
    head = torch.nn.Linear(tensors["weight"].shape[1], tensors["weight"].shape[0])
    head.load_state_dict(tensors)
    return LoraScorer(network, tokenizer, head)


def fit(name: str, training: Training, _: Sequence[TextModel] = ()) -> FittedModel:
    """Fit a LoRA adapter and a head.

    Raises:
        BaseModelError: there is no base model, or it cannot be loaded.
    """
    reason = missing(training.settings)
    if reason:
        raise BaseModelError(reason)
    return fit_method(name, Method(partial(_fit, training.settings.lora)), training)


def _fit(lora: LoraSettings, _: Params, training: Training) -> tuple[LoraScorer, tuple[str, ...]]:
    classes = tuple(sorted(set(training.labels)))
    scorer = _fresh(lora, len(classes), training.seed)
    parameters = [p for p in scorer.network.parameters() if p.requires_grad] + list(scorer.head.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=lora.learning_rate, weight_decay=0.01)
    labels = torch.from_numpy(np.searchsorted(classes, training.labels))
    weights = torch.from_numpy(training.weights()).float()
    batches = [at for epoch in range(lora.epochs) for at in _order(len(labels), lora.batch, training.seed, epoch)]
    for step, at in enumerate(batches):
        optimizer.param_groups[0]["lr"] = lora.learning_rate * min(1, (step + 1) / 10) * (1 - step / len(batches))
        losses = torch.nn.functional.cross_entropy(
            scorer.logits([training.texts[i] for i in at]), labels[at], reduction="none"
        )
        optimizer.zero_grad()
        (losses * weights[at]).mean().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        optimizer.step()
    return scorer, classes


def _fresh(lora: LoraSettings, classes: int, seed: int) -> LoraScorer:
    """Return the base model with a new adapter and a head of zeros: neither has an effect yet.

    The network stays in evaluation mode: dropout would take its numbers from a global generator.
    """
    from peft import LoraConfig, get_peft_model

    base, tokenizer = _open_base(lora.base_model, lora.revision or None)
    config = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules="all-linear", lora_dropout=0.0)
    with _without_deprecations():
        network = get_peft_model(base, config).eval()
    numbers = torch.Generator().manual_seed(derive_seed(seed, "lora"))
    for name, parameter in sorted(network.named_parameters()):
        if "lora_A" in name:
            torch.nn.init.kaiming_uniform_(parameter.data, a=math.sqrt(5), generator=numbers)
    head = torch.nn.Linear(base.config.hidden_size, classes)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    return LoraScorer(network, tokenizer, head)


@contextmanager
def _without_deprecations() -> Iterator[None]:
    """Hide what transformers says of a property that peft 0.21 reads."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".is_gradient_checkpointing", category=FutureWarning)
        yield


def _open_base(name: str, revision: str | None) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    try:
        base = AutoModel.from_pretrained(name, revision=revision)
        return base.float().eval(), AutoTokenizer.from_pretrained(name, revision=revision)
    except (OSError, ValueError) as error:
        expected = "a folder with config.json, model.safetensors and tokenizer files, or the name of one on the hub"
        said = str(error).splitlines()[0]
        raise BaseModelError(
            f"The base model {name!r} cannot be loaded ({said})", expected=expected, act="correct train.lora.base_model"
        ) from error


def _order(n: int, batch: int, seed: int, epoch: int) -> list[list[int]]:
    numbers = torch.Generator().manual_seed(derive_seed(seed, "epoch", epoch))
    order = torch.randperm(n, generator=numbers).tolist()
    return [order[at : at + batch] for at in range(0, n, batch)]
