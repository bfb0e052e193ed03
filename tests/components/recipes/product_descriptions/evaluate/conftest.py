"""Tests: a tiny base model with two adapters, and one evaluation of them, made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from components.core.recipe import Workplace
from components.core.records import Checkpoint, Evaluation
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.evaluate import evaluate
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.generate.base_folder import base_digest
from components.training.language.adapter_files import BaseName
from components.training.language.lora import add_lora, lora_form, save_adapter
from tests.components.recipes.product_descriptions.described import snapshot
from tests.components.recipes.product_descriptions.settings import config
from tests.components.training.language.toy_language_model import disturb, make_toy_model, write_toy_model

N = 18


@dataclass
class Log:
    """Keeps what it is told."""

    done: list[tuple[str, int, int]] = field(default_factory=list)
    values: dict[int, Mapping[str, float]] = field(default_factory=dict)

    def progress(self, what: str, done: int, total: int) -> None:
        self.done.append((what, done, total))

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.values[step] = values


@dataclass(frozen=True)
class Evaluated:
    config: ProductDescriptionsConfig
    snapshot: Descriptions
    checkpoints: list[Checkpoint]
    workplace: Workplace
    evaluation: Evaluation
    log: Log


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ProductDescriptionsConfig:
    base = write_toy_model(tmp_path_factory.mktemp("base"))
    generation = "generation={longest: 20, longest_prompt: 128, batch: 9}"
    evaluation = f"evaluate={{texts: {N}, block: {N}}}"
    return config(f"base.model={base}", generation, evaluation, "train.precision=fp32")


def write_checkpoint(folder: Path, base: Path, step: int, size: float = 0.3) -> Checkpoint:
    model = make_toy_model()
    add_lora(model, lora_form(2, 4, frozenset({"q_proj", "v_proj"})), step)
    disturb(model, step, size)
    folder.mkdir()
    save_adapter(model, BaseName(str(base)), folder)
    return Checkpoint(folder, step, f"{step:012d}", str(base), base_digest(base))


@pytest.fixture(scope="package")
def evaluated(settings: ProductDescriptionsConfig, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder, base = tmp_path_factory.mktemp("evaluation"), Path(settings.base.model)
    known = snapshot(folder)
    checkpoints = [write_checkpoint(folder / f"step-{step}", base, step) for step in (2, 4)]
    workplace, log = Workplace(folder / "cache", folder / "report"), Log()
    workplace.report.mkdir()
    found = evaluate(settings, known, "validation", checkpoints, workplace, log)
    return Evaluated(settings, known, checkpoints, workplace, found, log)
