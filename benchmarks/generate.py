"""Benchmarks: pictures by stock diffusers, one at a time, and as `evaluate` generates them, in CPU seconds."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Annotated, Any

import torch
import typer
from diffusers import StableDiffusionPipeline
from torch import Tensor

from benchmarks.ours import SilentLog
from benchmarks.setting import SPLIT, Setting, Sizes, make_setting
from components.core.records import Checkpoint
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.generate.generated_pictures import PictureGenerator
from components.recipes.product_images.prompt_plan import PromptPlan, make_plan

AIM = 4.4  # times as fast as stock diffusers
CLOSE = 1  # grey levels by which pictures may differ: sums have another order in batches and with a merged adapter
STOCK, OURS = "stock diffusers, one at a time", "ours"


@dataclass(frozen=True)
class Pictures:
    pictures: Tensor  # uint8 (N, 3, H, W)
    seconds: float  # of CPU, for each picture


def main(
    pictures: Annotated[int, typer.Option(min=1, help="Pictures in a round.")] = 32,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, in which both ways take turns.")] = 3,
) -> None:
    """Print both ways, and one JSON object as the last line. Exit with 1 if the aim is missed."""
    torch.set_num_threads(1)
    logging.getLogger("diffusers").setLevel(logging.ERROR)
    with TemporaryDirectory() as folder:
        setting = make_setting(Path(folder) / "setting", Sizes(1, pictures, max(pictures, 16), 16))
        found = compare(setting, Path(folder), rounds)
    figures = figures_of(found) | {"pictures": pictures, "rounds": rounds}
    for name, seconds in figures["cpu_seconds"].items():
        typer.echo(f"{name:<32}{seconds:>8.3f} CPU s a picture")
    typer.echo(
        f"{figures['times_as_fast']:.2f} times as fast, at most {figures['grey_levels_apart']} grey levels apart"
    )
    typer.echo(json.dumps(figures))
    sys.exit(0 if figures["aims_reached"] else 1)


def compare(setting: Setting, folder: Path, rounds: int) -> Mapping[str, list[Pictures]]:
    """Generate the same pictures by both ways in turn."""
    plan = make_plan(setting.config, setting.snapshot.splits[SPLIT], smallest=2)
    (checkpoint,) = setting.checkpoints
    stock = _open_stock(setting, checkpoint)
    open_base(setting.config)
    found: dict[str, list[Pictures]] = {STOCK: [], OURS: []}
    for number in range(rounds):
        generator = PictureGenerator(setting.config, plan, folder / f"round-{number}", SilentLog())
        found[STOCK].append(_timed(partial(_generate_stock, stock, plan)))
        found[OURS].append(_timed(partial(_generate_ours, generator, checkpoint)))
    return found


def figures_of(found: Mapping[str, list[Pictures]]) -> dict[str, Any]:
    seconds = {name: median(each.seconds for each in rounds) for name, rounds in found.items()}
    stock, ours = (found[name][0].pictures.int() for name in (STOCK, OURS))
    ratio, apart = seconds[STOCK] / seconds[OURS], int((stock - ours).abs().max())
    return {
        "cpu_seconds": seconds,
        "times_as_fast": ratio,
        "aim": AIM,
        "grey_levels_apart": apart,
        "aims_reached": ratio >= AIM and apart <= CLOSE,
    }


def _timed(generate: Callable[[], Tensor]) -> Pictures:
    began = process_time()
    pictures = generate()
    return Pictures(pictures, (process_time() - began) / len(pictures))


def _open_stock(setting: Setting, checkpoint: Checkpoint) -> StableDiffusionPipeline:
    pipeline = StableDiffusionPipeline.from_pretrained(
        setting.base, dtype=torch.float32, safety_checker=None, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    pipeline.load_lora_weights(checkpoint.folder)
    pipeline.scheduler = type(ours := open_base(setting.config).scheduler).from_config(ours.config)
    return pipeline


def _generate_ours(generator: PictureGenerator, checkpoint: Checkpoint) -> Tensor:
    return generator(checkpoint).pictures


def _generate_stock(pipeline: StableDiffusionPipeline, plan: PromptPlan) -> Tensor:
    pictures = [
        pipeline(
            prompt,
            num_inference_steps=plan.sampling.steps,
            guidance_scale=plan.sampling.guidance,
            generator=torch.Generator().manual_seed(seed),
            output_type="pt",
        ).images
        for prompt, seed in zip(plan.prompts, plan.seeds, strict=True)
    ]
    return (torch.cat(pictures) * 255).round().to(torch.uint8)


if __name__ == "__main__":
    typer.run(main)
