"""Product images: train a LoRA adapter, checkpoint by checkpoint, and draw what each has learnt."""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig

from components.core.errors import TrainingError
from components.core.files import require_space
from components.core.recipe import RunLog
from components.core.records import Checkpoint, Snapshot
from components.recipes.product_images.config import ProductImagesConfig, TrainSettings
from components.recipes.product_images.generate.base_folder import base_folder
from components.recipes.product_images.generate.base_model import base_digest, base_reference, open_base
from components.recipes.product_images.train.latent_cache import load_conditioning
from components.recipes.product_images.train.loss import Denoising
from components.recipes.product_images.train.validation_pictures import draw_validation, is_drawn
from components.training.checkpoints import (
    checkpoint_folder,
    complete_checkpoints,
    read_state,
    save_checkpoint,
    step_of,
)
from components.training.device import limit_threads, memory_gb
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

FP32 = 4  # bytes
COPIES = 3  # of each LoRA weight in a checkpoint: itself and two moments


@dataclass(frozen=True, slots=True)
class _Work:
    """What one call of `train` has in hand."""

    config: ProductImagesConfig
    pipeline: StableDiffusionPipeline
    training: Training
    denoising: Denoising
    folder: Path
    log: RunLog


def train(config: ProductImagesConfig, snapshot: Snapshot, folder: Path, log: RunLog) -> list[Checkpoint]:
    """Train on the train split and return the checkpoints by step; those that stand in `folder` are not trained again.

    Interrupted at any moment and called again, it ends with the same bits (on CPU; CUDA's own sums may differ in their
    last bits). Validation pictures lie in
    `folder / "validation"`, one file a checkpoint.

    Raises:
        BaseModelError: the base model is missing, or is no Stable Diffusion.
        DataError: the train split does not fill one batch.
        DiskSpaceError: checkpoints and caches will not fit; nothing has been written.
        TrainingError: the loss or the gradient is no number; the last complete checkpoint stands.
        CheckpointError: a new checkpoint has no effect, or does not load as it was trained.
    """
    require_batch(len(snapshot.splits["train"]), config.train.batch)
    steps = checkpoint_steps(config.train)
    standing = {step_of(path) for path in complete_checkpoints(folder)}
    if not (standing.issuperset(steps) and all(is_drawn(folder, step) for step in steps)):
        pipeline = open_base(config)
        with limit_threads(pipeline.device, pipeline.unet.num_parameters()):
            _train_missing(config, snapshot, folder, standing, log)
        shutil.rmtree(folder / "cache", ignore_errors=True)
    return [_checkpoint(config, folder, step) for step in steps]


def _train_missing(
    config: ProductImagesConfig, snapshot: Snapshot, folder: Path, standing: Collection[int], log: RunLog
) -> None:
    """Train every stretch at whose end no checkpoint stands; draw the validation pictures that are not there."""
    work = _prepare(config, snapshot, folder, log)
    steps = checkpoint_steps(config.train)
    for previous, step in zip([0, *steps], steps, strict=False):
        if step not in standing:
            _go(work, previous, step)
        swap_adapter(work.pipeline, _checkpoint(config, folder, step))
        draw_validation(work.pipeline, config, folder, step, log)


def checkpoint_steps(settings: TrainSettings) -> range | list[int]:
    """Return the steps at which a checkpoint is saved; the last step is always one."""
    regular = range(settings.checkpoint_every, settings.steps + 1, settings.checkpoint_every)
    return regular if regular[-1] == settings.steps else [*regular, settings.steps]


def space_needed(settings: TrainSettings, parameters: int, examples: int, example_bytes: int) -> int:
    """Return the bytes that a training writes at most: all checkpoints, and the cache of its conditioning."""
    checkpoint = parameters * FP32 * COPIES + 1_000_000  # names, JSON and a validation picture
    return len(checkpoint_steps(settings)) * checkpoint + examples * example_bytes


def _prepare(config: ProductImagesConfig, snapshot: Snapshot, folder: Path, log: RunLog) -> _Work:
    settings = config.train
    pipeline = open_base(config)
    lora = settings.lora
    form = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=list(lora.targets))
    device, dtype = pipeline.device, pipeline.unet.dtype
    parameters = add_lora(pipeline.unet, form, config.seed)
    _require_space(config, pipeline, parameters, folder, len(snapshot.splits["train"]))
    if settings.gradient_checkpointing:
        pipeline.unet.enable_gradient_checkpointing()
    else:
        pipeline.unet.disable_gradient_checkpointing()

    digest = base_digest(base_folder(config.base))
    conditioning = load_conditioning(pipeline, digest, snapshot, folder / "cache", log)
    denoising = Denoising(
        unet=pipeline.unet,
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
    return _Work(config, pipeline, training, denoising, folder, log)


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


def _go(work: _Work, previous: int, step: int) -> None:
    """Train from checkpoint `previous` (0: from the start) to `step`, and save that."""
    training, settings = work.training, work.config.train
    if training.step != previous:
        path = checkpoint_folder(work.folder, previous)
        swap_adapter(work.pipeline, _checkpoint(work.config, work.folder, previous))
        restore(training, read_state(path))
    work.pipeline.unet.train()
    while training.step < step:
        report = _advance(work, previous)
        examples = settings.batch * settings.accumulation
        work.log.metrics(step_metrics(report, examples, memory_gb(work.denoising.device)), training.step)
        work.log.progress("train", training.step, settings.steps)
    work.pipeline.unet.eval()
    save_checkpoint(work.folder, training_state(training), lambda unfinished: _write(work, unfinished))


def _advance(work: _Work, previous: int) -> StepReport:
    try:
        return optimizer_step(work.training, work.denoising.loss)
    except TrainingError as error:
        good = f"step {previous} is the last good checkpoint" if previous else "there is no checkpoint yet"
        raise TrainingError(f"{error}; {good}: lower train.learning_rate or mend the data, then train again.") from None


def _write(work: _Work, unfinished: Path) -> None:
    """Write the adapter and prove it, before its folder gets its name."""
    save_adapter(work.pipeline.unet, unfinished)
    check_adapter_effect(work.pipeline, unfinished)


def _checkpoint(config: ProductImagesConfig, folder: Path, step: int) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    base = base_digest(base_folder(config.base))
    return Checkpoint(path, step, adapter_digest(path), base_reference(config), base)
