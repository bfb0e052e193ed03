"""Product descriptions: train a LoRA adapter, and save checkpoints with their validation loss and texts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from components.core.errors import DataError
from components.core.files import require_space
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.generate.base_folder import (
    base_digest,
    base_folder,
    base_reference,
    split_revision,
)
from components.recipes.product_descriptions.generate.base_model import (
    BASE_LOCK,
    OpenBase,
    open_base,
    precision_of,
    swap_adapter,
)
from components.recipes.product_descriptions.predict.checking import checking_of
from components.recipes.product_descriptions.train.loss import description_loss
from components.recipes.product_descriptions.train.validation import texts_path, validation_loss, write_texts
from components.recipes.product_descriptions.version_files import ADAPTER, Checking, adapter_folder, write_version
from components.training.checkpoints import checkpoint_folder, complete_checkpoints, step_of
from components.training.device import choose_device, limit_threads
from components.training.interval import Trained, checkpoint_steps, train_to
from components.training.language.adapter_files import BaseName, adapter_digest
from components.training.language.effect_check import check_adapter_effect
from components.training.language.lora import add_lora, load_adapter, lora_form, save_adapter
from components.training.loop import TrainingSettings, prepare_training
from components.training.order import require_batch
from components.training.pause import forget_pause
from components.training.processes import main_first, once
from components.training.progress import read_progress, steps_until_stop, with_loss, write_progress
from components.training.same_training import interrupted_otherwise, note_training, require_same_training

FP32 = 4  # bytes
COPIES = 3  # of each LoRA weight in a checkpoint: the weight and two moments of AdamW
SMALL = 1_000_000  # bytes of names, JSON and texts in a checkpoint

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Run:
    config: ProductDescriptionsConfig
    snapshot: Descriptions
    folder: Path
    log: RunLog
    opened: OpenBase


def train(
    config: ProductDescriptionsConfig,
    snapshot: Descriptions,
    folder: Path,
    log: RunLog,
    start: Checkpoint | None = None,
) -> list[Checkpoint]:
    """Train on the train split and return the checkpoints by step; those in `folder` are not trained again.

    After an interruption at any moment, another call ends with the same bits (on CPU; sums on CUDA may differ in their
    last bits). Texts of each checkpoint are in `folder / "validation"`.

    Raises:
        BaseModelError: the base model is missing, or cannot be used.
        DataError: the train split does not fill one step.
        DiskSpaceError: checkpoints will not fit, or the disk is full; the last good checkpoint is kept.
        TrainingError: the loss or the gradient is not finite; the last complete checkpoint is kept.
        CheckpointError: a new checkpoint has no effect, or does not load as it was trained; or the folder holds
            another training.
    """
    _require_step(len(snapshot.splits["train"]), config)
    require_same_training(folder, _inputs(config, snapshot))
    with main_first(choose_device()):  # which removes what is damaged
        complete = _is_complete(config, folder)
    if not complete:
        with BASE_LOCK:
            _train_missing(_Run(config, snapshot, folder, log, open_base(config)))
        with main_first(choose_device()):
            forget_pause(folder)
    return [_checkpoint(config, folder, step) for step in _reached(config, folder)]


def _train_missing(run: _Run) -> None:
    """Train every checkpoint that is missing; compute its loss and write its texts if they are."""
    inputs = _inputs(run.config, run.snapshot)
    for sentence in interrupted_otherwise(run.folder, inputs):
        _LOG.warning(sentence)
    model = run.opened.model
    with limit_threads(model.device, model.num_parameters()):
        _train_steps(run, _prepare(run), inputs)


def _train_steps(run: _Run, trained: Trained, inputs: dict[str, Any]) -> None:
    accelerator = trained.training.accelerator
    once(accelerator, partial(note_training, run.folder, inputs))
    complete = {step_of(path) for path in complete_checkpoints(run.folder)}
    for step in checkpoint_steps(run.config.train.steps, run.config.train.checkpoint_every):
        if step not in _reached(run.config, run.folder):
            break
        if step not in complete:
            train_to(trained, run.folder, run.log, max((known for known in complete if known < step), default=0), step)
            complete.add(step)
        swap_adapter(run.opened, _checkpoint(run.config, run.folder, step))
        once(accelerator, partial(_measure, run, step))


def _prepare(run: _Run) -> Trained:
    """Return a training at step 0: the base with a new adapter, its tokens, and the optimizer."""
    config, model, settings = run.config, run.opened.model, run.config.train
    lora = settings.lora
    parameters = add_lora(model, lora_form(lora.rank, lora.alpha, frozenset(lora.targets), lora.dropout), config.seed)
    count = sum(parameter.numel() for parameter in parameters)
    checkpoints = len(checkpoint_steps(settings.steps, settings.checkpoint_every))
    require_space(run.folder, checkpoints * (count * FP32 * COPIES + SMALL), f"Training {config.model}")
    if settings.gradient_checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    loss = description_loss(config, run.snapshot, model, run.opened.tokenizer)
    name, revision = split_revision(base_reference(config.base))
    return Trained(
        module=model,
        training=prepare_training(
            _plan(config), parameters, model.device, precision_of(config.base, settings.precision).dtype
        ),
        loss=loss,
        write=partial(_write, run, BaseName(name, revision or None), checking_of(config, run.snapshot)),
        read=lambda path: load_adapter(model, adapter_folder(path)),
        check=lambda path: check_adapter_effect(model, adapter_folder(path)),
        examples=settings.batch * settings.accumulation,
        products_of=loss.products_of,
    )


def _write(run: _Run, base: BaseName, checking: Checking, unfinished: Path) -> None:
    """Write the adapter in memory, and what a version needs besides, into a checkpoint's folder."""
    folder = unfinished / ADAPTER
    folder.mkdir()
    save_adapter(run.opened.model, base, folder)
    write_version(folder, run.config, base_digest(base_folder(run.config.base)), checking)


def _measure(run: _Run, step: int) -> None:
    """Log the validation loss of the checkpoint in memory, and write its texts."""
    progress = read_progress(run.folder)
    loss = progress.losses.get(step)
    if loss is None:
        loss = validation_loss(run.opened, run.config, run.snapshot)
    if loss is not None:
        write_progress(run.folder, with_loss(progress, step, loss))
        run.log.metrics({"validation_loss": loss}, step)
    write_texts(run.opened, run.config, run.folder, step, run.log)


def _plan(config: ProductDescriptionsConfig) -> TrainingSettings:
    settings = config.train
    return TrainingSettings(
        steps=settings.steps,
        accumulation=settings.accumulation,
        peak_rate=settings.learning_rate,
        warmup=settings.warmup,
        clip=settings.clip,
        optimizer=settings.optimizer,
        weight_decay=settings.weight_decay,
    )


def _inputs(config: ProductDescriptionsConfig, snapshot: Descriptions) -> dict[str, Any]:
    """Return everything that the weights of a training depend on, for the sentence that names a change."""
    return {
        "snapshot": snapshot.digest,
        "base model": base_digest(base_folder(config.base)),
        "base": config.base.model_dump(mode="json"),
        "prompt": config.data.prompt,
        "seed": config.seed,
        "train": config.train.model_dump(mode="json"),
    }


def _require_step(examples: int, config: ProductDescriptionsConfig) -> None:
    """Raise DataError if a step would need an example twice."""
    settings = config.train
    require_batch(examples, settings.batch)
    batches = examples // settings.batch
    if settings.accumulation > batches:
        raise DataError(
            f"train.accumulation is {settings.accumulation}, and the train split has {batches} batches of "
            f"{settings.batch}",
            expected="a step of at most one epoch",
            act=f"lower train.accumulation to {batches} at most, or train.batch",
        )


def _reached(config: ProductDescriptionsConfig, folder: Path) -> Sequence[int]:
    """Return the checkpoint steps up to the early stop, if the validation losses known so far end the training."""
    settings = config.train
    steps = checkpoint_steps(settings.steps, settings.checkpoint_every)
    return steps_until_stop(steps, read_progress(folder).losses, settings.early_stop_patience)


def _is_complete(config: ProductDescriptionsConfig, folder: Path) -> bool:
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    return all(step in complete and texts_path(folder, step).is_file() for step in _reached(config, folder))


def _checkpoint(config: ProductDescriptionsConfig, folder: Path, step: int) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    base = base_digest(base_folder(config.base))
    return Checkpoint(path, step, adapter_digest(adapter_folder(path)), base_reference(config.base), base)
