"""Product images: trains from one checkpoint to the next, and saves what an interruption would lose."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.core.errors import DiskSpaceError, TrainingError
from components.core.run_log import Interruption, RunLog, defer_interruption
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.train.loss import Denoising
from components.training.checkpoints import checkpoint_folder, read_state, save_checkpoint, step_of
from components.training.device import memory_gb
from components.training.diffusion.effect_check import check_adapter_effect
from components.training.diffusion.lora import load_adapter, save_adapter
from components.training.diffusion.pipelines import Pipeline
from components.training.loop import (
    StepReport,
    Training,
    optimizer_step,
    restore,
    step_metrics,
    training_state,
)
from components.training.order import batch_indices
from components.training.pause import save_pause, start_of
from components.training.processes import any_asked, once

CLIPPED_IN_A_ROW = 50  # steps after which a warning says that the clipping, and not the learning rate, sets the pace
SHOWN = 32  # products that an error names

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The objects of one call of `train`."""

    config: ProductImagesConfig
    pipeline: Pipeline
    training: Training
    denoising: Denoising
    folder: Path
    log: RunLog
    products: Sequence[int] = ()  # the ids of the train split, in its order


def train_to(run: TrainingRun, previous: int, step: int) -> None:
    """Train from checkpoint `previous` (0: from the start), or from a later pause, to `step`, and save a checkpoint.

    If the process is asked to end, the step that it is at is finished and saved first. Of several processes all save
    the same step and end, whichever was asked.
    """
    _resume(run, previous, step)
    run.pipeline.unet.train()
    with defer_interruption(run.log) as interruption:
        while run.training.step < step and not _asked(run, interruption):
            _log_step(run, _advance(run, previous))
        if run.training.step == step:
            run.pipeline.unet.eval()
            _save(run, step, previous)
        else:
            _pause(run)
        interruption.saved(f"step {run.training.step}")


def _asked(run: TrainingRun, interruption: Interruption) -> bool:
    """Return whether any process was asked to end; then this one is too, after the block."""
    if not any_asked(interruption.asked, run.training.accelerator):
        return False
    interruption.ask()
    return True


def _resume(run: TrainingRun, previous: int, step: int) -> None:
    start = start_of(run.folder, previous, step, checkpoint_folder(run.folder, previous))
    if start is not None and step_of(start) != run.training.step:
        load_adapter(run.pipeline.unet, start)
        restore(run.training, read_state(start))


def _log_step(run: TrainingRun, report: StepReport) -> None:
    settings = run.config.train
    examples, step = settings.batch * settings.accumulation, run.training.step
    run.log.metrics(step_metrics(report, examples, memory_gb(run.denoising.device)), step)
    run.log.progress("train", step, settings.steps)
    if report.clipped == CLIPPED_IN_A_ROW:
        _LOG.warning(
            "The gradient was clipped in %d steps in a row, until step %d (its norm is %.3g, train.clip is %g): "
            "lower train.learning_rate, or raise train.clip.",
            *(CLIPPED_IN_A_ROW, step, report.gradient_norm, settings.clip),
        )


def _advance(run: TrainingRun, previous: int) -> StepReport:
    try:
        return optimizer_step(run.training, run.denoising.loss)
    except TrainingError as error:
        act = "lower train.learning_rate or correct the data, then train again"
        raise TrainingError(f"{error}{_products(run, error)}; {_last_good(previous)}", act=act) from None


def _products(run: TrainingRun, error: TrainingError) -> str:
    """Return the products of the micro-batches at which the error happened."""
    settings, known = run.denoising, len(run.denoising.conditioning)
    rows = [int(row) for m in error.micro_batches for row in batch_indices(m, known, settings.batch, settings.seed)[2]]
    return f", in a batch of the {named([run.products[row] for row in rows])}" if rows and run.products else ""


def named(products: Sequence[int]) -> str:
    """Return the ids as words.

    >>> named([7, 3, 7])
    'products 3, 7'
    """
    ids = sorted(set(products))
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"products {', '.join(map(str, ids[:SHOWN]))}{more}"


def _last_good(previous: int) -> str:
    return f"step {previous} is the last good checkpoint" if previous else "there is no checkpoint yet"


def _save(run: TrainingRun, step: int, previous: int) -> None:
    try:
        state = training_state(run.training)
        once(run.training.accelerator, lambda: save_checkpoint(run.folder, state, lambda path: _write(run, path)))
    except DiskSpaceError as error:
        act = "free some space, then run the same command again"
        raise DiskSpaceError(f"{error}; {_last_good(previous)}", act=act) from None


def _pause(run: TrainingRun) -> None:
    """Save the state without the check of its effect, which a training has only after some steps."""
    state = training_state(run.training)
    once(run.training.accelerator, lambda: save_pause(run.folder, state, lambda path: _write_adapter(run, path)))


def _write(run: TrainingRun, unfinished: Path) -> None:
    """Write the adapter and check its effect, before the folder is renamed to its final name."""
    _write_adapter(run, unfinished)
    check_adapter_effect(run.pipeline, unfinished)


def _write_adapter(run: TrainingRun, folder: Path) -> None:
    save_adapter(run.pipeline.unet, folder, type(run.pipeline))
