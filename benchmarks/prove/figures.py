"""Benchmarks: the figures of a proof, read from the scratch registry and from the adapter itself."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from components.core.config import ModelConfig


@dataclass(frozen=True, slots=True)
class TrainingFigures:
    """What the training's run says. Times are in seconds, memory is in GB."""

    steps: int
    step: float  # median time of a step
    slowest: float  # 95th percentile
    first_loss: float
    last_loss: float
    validation: Mapping[int, float]
    memory: float


def machine() -> str:
    """Return the machine in words: device, processor, cores, torch."""
    import torch

    from components.training.device import choose_device

    device = choose_device()
    card = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
    return f"{device.type} ({card}), {platform.system()}, {os.cpu_count()} cores, torch {torch.__version__}"


def training_figures(model: str, pictures: int) -> TrainingFigures:
    """Return the figures of the newest training. `pictures` is the number of pictures in a step."""
    from registry import tags
    from registry.client import connect
    from registry.tracking import newest_run

    run = newest_run(model, {tags.FLOW: "train"})
    assert run is not None, "the training has no run"

    def history(name: str) -> list[tuple[int, float]]:
        found = connect().get_metric_history(run.info.run_id, name)
        return sorted((point.step, point.value) for point in found)

    times = sorted(pictures / value for _, value in history("images_per_second"))
    losses = [value for _, value in history("loss")]
    tenth = max(1, len(losses) // 10)
    return TrainingFigures(
        steps=len(losses),
        step=median(times),
        slowest=times[int(0.95 * (len(times) - 1))],
        first_loss=sum(losses[:tenth]) / tenth,
        last_loss=sum(losses[-tenth:]) / tenth,
        validation=dict(history("validation_loss")),
        memory=max(value for _, value in history("memory_gb")),
    )


def adapter_effects(config: ModelConfig) -> dict[int, float]:
    """Load each adapter as any client of diffusers does, and return by how much it changes the base's output.

    Raises:
        CheckpointError: an adapter has no effect, or does not load as it was trained.
    """
    from components.recipes.product_images.config import ProductImagesConfig
    from components.recipes.product_images.generate.base_model import open_base
    from components.training.checkpoints import complete_checkpoints, step_of
    from components.training.diffusion.effect_check import check_adapter_effect
    from components.training.diffusion.lora import load_adapter

    assert isinstance(config, ProductImagesConfig)
    pipeline = open_base(config)
    effects = {}
    for folder in _trainings(config.model):
        for path in complete_checkpoints(folder):
            load_adapter(pipeline.unet, path)
            effects[step_of(path)] = check_adapter_effect(pipeline, path)
    return effects


def _trainings(model: str) -> list[Path]:
    from registry.settings import settings

    return sorted((settings().home / "checkpoints" / model).iterdir())


def scores(evaluated: Mapping[str, Any]) -> list[str]:
    """Return a line for the base model and for each version with the scores that `status` shows."""
    rows = [evaluated["base"]] if evaluated.get("base") else []
    rows += sorted(evaluated["versions"], key=lambda version: int(version["version"]))
    titles = [(column["name"], column["title"], column["decimals"]) for column in evaluated["shown"]]
    return [f"  {_named(row):<22}" + "   ".join(_score(row, *column) for column in titles) for row in rows]


def _named(row: Mapping[str, Any]) -> str:
    return "base model" if not row["step"] else f"version {row['version']}, step {row['step']}"


def _score(row: Mapping[str, Any], name: str, title: str, decimals: int) -> str:
    value = row.get(name)
    return f"{title} {'none' if value is None else format(value, f'.{decimals}f')}"
