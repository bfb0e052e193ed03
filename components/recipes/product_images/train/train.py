"""Product images: train a LoRA adapter, and save checkpoints with validation pictures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig

from components.core.errors import TrainingError
from components.core.files import require_space
from components.core.recipe import RunLog
from components.core.records import Checkpoint, Snapshot
from components.recipes.product_images.config import ProductImagesConfig, TrainSettings
from components.recipes.product_images.example import ProductImage, check_split
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import base_reference, open_base
from components.recipes.product_images.train.fit_to_machine import compiled, fit_to_machine
from components.recipes.product_images.train.latent_cache import load_conditioning, shared_cache
from components.recipes.product_images.train.loss import Denoising
from components.recipes.product_images.train.validation_pictures import (
    generate_validation_pictures,
    has_validation_pictures,
)
from components.training.checkpoints import (
    checkpoint_folder,
    complete_checkpoints,
    read_state,
    save_checkpoint,
    step_of,
)
from components.training.device import choose_device, fast_layout, limit_threads, memory_gb
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.effect_check import check_adapter_effect
from components.training.diffusion.lora import add_lora, save_adapter, swap_adapter
from components.training.loop import (
    StepReport,
    Training,
    TrainingSettings,
    optimizer_step,
    prepare_training,
    restore,
    step_metrics,
    training_state,
)
from components.training.order import require_batch
from components.training.processes import main_first, once

FP32 = 4  # bytes
COPIES = 3  # of each LoRA weight in a checkpoint: the weight and two moments of AdamW


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The objects of one call of `train`."""

    config: ProductImagesConfig
    pipeline: StableDiffusionPipeline
    training: Training
    denoising: Denoising
    folder: Path
    log: RunLog


def train(config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog) -> list[Checkpoint]:
    """Train on the train split and return the checkpoints by step; those in `folder` are not trained again.

    After an interruption at any moment, another call ends with the same bits (on CPU; sums on CUDA may differ in their
    last bits). Validation pictures are in `folder / "validation"`, one file for each checkpoint.

    Raises:
        BaseModelError: the base model is missing, or is not Stable Diffusion.
        DataError: an example has another form, or the train split does not fill one batch.
        DiskSpaceError: checkpoints and caches will not fit; nothing has been written.
        TrainingError: the loss or the gradient is not finite; the last complete checkpoint is kept.
        CheckpointError: a new checkpoint has no effect, or does not load as it was trained.
    """
    require_batch(len(check_split(snapshot, "train")), config.train.batch)
    steps = checkpoint_steps(config.train)
    with main_first(choose_device()):  # which removes what is damaged
        complete = {step_of(path) for path in complete_checkpoints(folder)}
    if not (complete.issuperset(steps) and all(has_validation_pictures(folder, step) for step in steps)):
        pipeline = open_base(config)
        unet, device = pipeline.unet, pipeline.device
        with limit_threads(device, unet.num_parameters()), fast_layout(unet, device):
            _train_missing(config, snapshot, folder, complete, log)
    return [_checkpoint(config, folder, step) for step in steps]


def _train_missing(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path, complete: Collection[int], log: RunLog
) -> None:
    """Train every checkpoint that is missing, and generate its validation pictures if they are missing."""
    run = prepare_run(config, snapshot, folder, log)
    steps = checkpoint_steps(config.train)
    for previous, step in zip([0, *steps], steps, strict=False):
        if step not in complete:
            _train_to(run, previous, step)
        swap_adapter(run.pipeline, _checkpoint(config, folder, step))
        generate = partial(generate_validation_pictures, run.pipeline, config, folder, step, log)
        once(run.training.accelerator, generate)


def checkpoint_steps(settings: TrainSettings) -> range | list[int]:
    """Return the steps at which a checkpoint is saved; the last step is always included."""
    regular = range(settings.checkpoint_every, settings.steps + 1, settings.checkpoint_every)
    return regular if regular[-1] == settings.steps else [*regular, settings.steps]


def space_needed(settings: TrainSettings, parameters: int, examples: int, example_bytes: int) -> int:
    """Return the most bytes that a training writes: all checkpoints and the cached conditioning."""
    checkpoint = parameters * FP32 * COPIES + 1_000_000  # names, JSON and a validation picture
    return len(checkpoint_steps(settings)) * checkpoint + examples * example_bytes


def prepare_run(
    config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog
) -> TrainingRun:
    """Return a training at step 0: the base with a new adapter, its conditioning, and the optimizer."""
    settings = config.train
    pipeline = open_base(config)
    lora = settings.lora
    form = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=list(lora.targets))
    device, dtype = pipeline.device, pipeline.unet.dtype
    parameters = add_lora(pipeline.unet, form, config.seed)
    _require_space(config, pipeline, parameters, folder, len(snapshot.splits["train"]))
    fit_to_machine(config, pipeline, form, log)
    with main_first(device):
        conditioning = load_conditioning(pipeline, snapshot, shared_cache(folder), log)
    denoising = Denoising(
        unet=compiled(pipeline.unet, device, settings.compile),
        scheduler=pipeline.scheduler,
        conditioning=conditioning,
        batch=settings.batch,
        caption_dropout=settings.caption_dropout,
        lora_dropout=lora.dropout,
        seed=config.seed,
        device=device,
        dtype=dtype,
    )
    training = prepare_training(_plan(settings), parameters, device, dtype)
    return TrainingRun(config, pipeline, training, denoising, folder, log)


def _plan(settings: TrainSettings) -> TrainingSettings:
    return TrainingSettings(
        steps=settings.steps,
        accumulation=settings.accumulation,
        peak_rate=settings.learning_rate,
        warmup=settings.warmup,
        clip=settings.clip,
        optimizer=settings.optimizer,
        weight_decay=settings.weight_decay,
    )


def _require_space(
    config: ProductImagesConfig,
    pipeline: StableDiffusionPipeline,
    parameters: Sequence[torch.nn.Parameter],
    folder: Path,
    examples: int,
) -> None:
    side = config.data.size // pipeline.vae_scale_factor
    latents = 2 * pipeline.vae.config.latent_channels * side * side
    texts = pipeline.tokenizer.model_max_length * pipeline.text_encoder.config.hidden_size
    count = sum(parameter.numel() for parameter in parameters)
    needed = space_needed(config.train, count, examples, FP32 * (latents + texts))
    require_space(folder, needed, f"Training {config.model}")


def _train_to(run: TrainingRun, previous: int, step: int) -> None:
    """Train from checkpoint `previous` (0: from the start) to `step`, and save a checkpoint."""
    training, settings = run.training, run.config.train
    if training.step != previous:
        path = checkpoint_folder(run.folder, previous)
        swap_adapter(run.pipeline, _checkpoint(run.config, run.folder, previous))
        restore(training, read_state(path))
    run.pipeline.unet.train()
    while training.step < step:
        report = _advance(run, previous)
        examples = settings.batch * settings.accumulation
        run.log.metrics(step_metrics(report, examples, memory_gb(run.denoising.device)), training.step)
        run.log.progress("train", training.step, settings.steps)
    run.pipeline.unet.eval()
    state = training_state(training)
    once(training.accelerator, lambda: save_checkpoint(run.folder, state, lambda unfinished: _write(run, unfinished)))


def _advance(run: TrainingRun, previous: int) -> StepReport:
    try:
        return optimizer_step(run.training, run.denoising.loss)
    except TrainingError as error:
        good = f"step {previous} is the last good checkpoint" if previous else "there is no checkpoint yet"
        act = "lower train.learning_rate or correct the data, then train again"
        raise TrainingError(f"{error}; {good}", act=act) from None


def _write(run: TrainingRun, unfinished: Path) -> None:
    """Write the adapter and check its effect, before the folder is renamed to its final name."""
    save_adapter(run.pipeline.unet, unfinished)
    check_adapter_effect(run.pipeline, unfinished)


def _checkpoint(config: ProductImagesConfig, folder: Path, step: int) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    base = base_digest(base_folder(config.base))
    return Checkpoint(path, step, adapter_digest(path), base_reference(config), base)
