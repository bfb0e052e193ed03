"""Product images: train a LoRA adapter, and save checkpoints with validation pictures."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig

from components.core.errors import DataError, TrainingError
from components.core.files import require_space
from components.core.recipe import RunLog
from components.core.records import Checkpoint, Snapshot
from components.recipes.product_images.config import ProductImagesConfig, TrainSettings
from components.recipes.product_images.example import ProductImage, check_split
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.recipes.product_images.generate.base_model import base_reference, open_base
from components.recipes.product_images.train.fit_to_machine import compiled, fit_to_machine
from components.recipes.product_images.train.kept_checkpoints import (
    expected_steps,
    is_complete,
    measure,
    reached_steps,
)
from components.recipes.product_images.train.latent_cache import Conditioning, load_conditioning, shared_cache
from components.recipes.product_images.train.loss import Denoising
from components.recipes.product_images.train.prepare_options import loss_options
from components.recipes.product_images.train.training_run import TrainingRun, trained_of
from components.recipes.product_images.train.validation_loss import held_out
from components.recipes.product_images.train.validation_pictures import generate_validation_pictures
from components.recipes.product_images.train.warm_start import keep_start, start_folder
from components.training.checkpoints import checkpoint_folder, complete_checkpoints, step_of
from components.training.device import choose_device, fast_layout, limit_threads
from components.training.diffusion.adapter_files import adapter_digest
from components.training.diffusion.lora import add_lora, load_adapter, swap_adapter
from components.training.diffusion.pipelines import Pipeline, pooled_width
from components.training.interval import checkpoint_steps, named, train_to
from components.training.loop import TrainingSettings, prepare_training
from components.training.order import require_batch
from components.training.pause import forget_pause
from components.training.processes import main_first, once
from components.training.progress import read_progress
from components.training.same_training import interrupted_otherwise, note_training, require_same_training

FP32 = 4  # bytes
COPIES = 3  # of each LoRA weight in a checkpoint: the weight and two moments of AdamW

_LOG = logging.getLogger(__name__)


def train(
    config: ProductImagesConfig,
    snapshot: Snapshot[ProductImage],
    folder: Path,
    log: RunLog,
    start: Checkpoint | None = None,
) -> list[Checkpoint]:
    """Train on the train split and return the checkpoints by step; those in `folder` are not trained again.

    After an interruption at any moment, another call ends with the same bits (on CPU; sums on CUDA may differ in their
    last bits). Validation pictures are in `folder / "validation"`, one file for each checkpoint. With
    `train.warm_start` the training begins with the adapter of `start`.

    Raises:
        BaseModelError: the base model is missing, or of a kind that cannot be trained.
        DataError: an example has another form, or the train split does not fill one step.
        DiskSpaceError: checkpoints and caches will not fit, or the disk is full; the last good checkpoint is kept.
        TrainingError: the loss or the gradient is not finite; the last complete checkpoint is kept.
        CheckpointError: a new checkpoint has no effect, or does not load as it was trained; or the folder holds
            another training.
    """
    settings = config.train
    examples = len(check_split(snapshot, "train"))
    require_batch(examples, settings.batch)
    _require_step(examples, settings)
    require_same_training(folder, _inputs(config, snapshot))
    with main_first(choose_device()):  # which removes what is damaged
        if settings.warm_start:
            keep_start(folder, start)
        complete = is_complete(settings, folder)
    if not complete:
        pipeline = open_base(config)
        unet, device = pipeline.unet, pipeline.device
        with limit_threads(device, unet.num_parameters()), fast_layout(unet, device):
            _train_missing(config, snapshot, folder, log)
        with main_first(device):
            forget_pause(folder)
    return [_checkpoint(config, folder, step) for step in expected_steps(settings, folder)]


def _train_missing(config: ProductImagesConfig, snapshot: Snapshot[ProductImage], folder: Path, log: RunLog) -> None:
    """Train every checkpoint that is missing; generate its validation pictures and compute its loss if they are."""
    run, inputs = prepare_run(config, snapshot, folder, log), _inputs(config, snapshot)
    for sentence in interrupted_otherwise(folder, inputs):
        _LOG.warning(sentence)
    trained, accelerator = trained_of(run), run.training.accelerator
    once(accelerator, partial(note_training, folder, inputs))
    with main_first(run.denoising.device):
        rows = held_out(run, snapshot)
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    for step in checkpoint_steps(config.train.steps, config.train.checkpoint_every):
        progress = read_progress(folder)
        if step not in reached_steps(config.train, progress):
            break
        if step in progress.removed:
            continue
        if step not in complete:
            train_to(trained, folder, log, max((known for known in complete if known < step), default=0), step)
            complete.add(step)
        swap_adapter(run.pipeline, _checkpoint(config, folder, step))
        once(accelerator, partial(generate_validation_pictures, run.pipeline, config, folder, step, log))
        once(accelerator, partial(measure, run, rows, step, complete))


def _inputs(config: ProductImagesConfig, snapshot: Snapshot[ProductImage]) -> dict[str, Any]:
    """Return everything that the weights of a training depend on, for the sentence that names a change."""
    settings = config.train.model_dump(mode="json")
    base = base_digest(base_folder(config.base))
    return {"snapshot": snapshot.digest, "base model": base, "seed": config.seed, "train": settings}


def _require_step(examples: int, settings: TrainSettings) -> None:
    """Raise DataError if a step would need an example twice."""
    batches = examples // settings.batch
    if settings.accumulation > batches:
        raise DataError(
            f"train.accumulation is {settings.accumulation}, and the train split has {batches} batches of "
            f"{settings.batch}",
            expected="a step of at most one epoch",
            act=f"lower train.accumulation to {batches} at most, or train.batch",
        )


def space_needed(settings: TrainSettings, parameters: int, examples: int, example_bytes: int) -> int:
    """Return the most bytes that a training writes: all checkpoints and the cached conditioning."""
    checkpoint = parameters * FP32 * COPIES + 1_000_000  # names, JSON and a validation picture
    steps, limit = checkpoint_steps(settings.steps, settings.checkpoint_every), settings.checkpoints_total_limit
    kept = (
        len(steps) if limit is None else min(len(steps), limit + 2)
    )  # the best one, and a new one before an old one goes
    return kept * checkpoint + examples * example_bytes


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
    digest, products = base_digest(base_folder(config.base)), [e["id"] for e in snapshot.splits["train"]]
    if settings.warm_start and (kept := start_folder(folder, lora, digest, base_reference(config))):
        load_adapter(pipeline.unet, kept)
    fit_to_machine(config, pipeline, form, log)
    with main_first(device):
        conditioning = load_conditioning(pipeline, snapshot, shared_cache(folder), log)
        options = loss_options(config, pipeline, snapshot, shared_cache(folder), log)
    _require_finite(conditioning, products)
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
        options=options,
    )
    training = prepare_training(_plan(settings), parameters, device, dtype)
    return TrainingRun(config, pipeline, training, denoising, folder, log, products)


def _require_finite(conditioning: Conditioning, products: Sequence[int]) -> None:
    """Raise TrainingError if the VAE makes no numbers of a picture, as one in half precision may do."""
    finite = torch.isfinite(conditioning.mean).flatten(1).all(1) & torch.isfinite(conditioning.std).flatten(1).all(1)
    if not bool(finite.all()):
        bad = [product for product, ok in zip(products, finite.tolist(), strict=True) if not ok]
        raise TrainingError(
            f"The latents of the {named(bad)} are not finite, found before step 1",
            expected="numbers",
            act="set train.precision to fp32, or look at these pictures",
        )


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
    pipeline: Pipeline,
    parameters: Sequence[torch.nn.Parameter],
    folder: Path,
    examples: int,
) -> None:
    side = config.data.size // pipeline.vae_scale_factor
    latents = 2 * pipeline.vae.config.latent_channels * side * side
    width = pipeline.unet.config.cross_attention_dim
    texts = pipeline.tokenizer.model_max_length * width + pooled_width(pipeline.unet.config)
    count = sum(parameter.numel() for parameter in parameters)
    needed = space_needed(config.train, count, examples, FP32 * (latents + texts))
    require_space(folder, needed, f"Training {config.model}")


def _checkpoint(config: ProductImagesConfig, folder: Path, step: int) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    base = base_digest(base_folder(config.base))
    return Checkpoint(path, step, adapter_digest(path), base_reference(config), base)
