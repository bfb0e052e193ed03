"""Product images: which checkpoints a training has, and what is done with each new one."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from components.recipes.product_images.config import TrainSettings
from components.recipes.product_images.train.training_run import TrainingRun
from components.recipes.product_images.train.validation_loss import HeldOut, validation_loss
from components.recipes.product_images.train.validation_pictures import has_validation_pictures
from components.training.checkpoints import checkpoint_folder, complete_checkpoints, read_state, step_of
from components.training.interval import checkpoint_steps
from components.training.progress import (
    Progress,
    read_progress,
    steps_until_stop,
    to_remove,
    with_loss,
    without,
    write_progress,
)


def reached_steps(settings: TrainSettings, progress: Progress) -> Sequence[int]:
    """Return the checkpoint steps up to the early stop, if the validation losses known so far end the training."""
    steps = checkpoint_steps(settings.steps, settings.checkpoint_every)
    return steps_until_stop(steps, progress.losses, settings.early_stop_patience)


def expected_steps(settings: TrainSettings, folder: Path) -> Iterator[int]:
    """Yield the steps whose checkpoints a complete training has."""
    progress = read_progress(folder)
    return (step for step in reached_steps(settings, progress) if step not in progress.removed)


def is_complete(settings: TrainSettings, folder: Path) -> bool:
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    return all(step in complete and has_validation_pictures(folder, step) for step in expected_steps(settings, folder))


def measure(run: TrainingRun, rows: HeldOut | None, step: int, complete: set[int]) -> None:
    """Log the validation loss of a checkpoint, and remove those beyond the limit, now that it is proven to be complete.

    Args:
        run: the training, whose UNet has the adapter of the checkpoint.
        rows: of the held-out products, None without any.
        step: of the checkpoint.
        complete: the steps of all complete checkpoints; those that are removed are taken out of it.
    """
    progress = read_progress(run.folder)
    if rows is not None:
        loss = progress.losses.get(step)
        progress = with_loss(progress, step, validation_loss(run, rows) if loss is None else loss)
        write_progress(run.folder, progress)
        run.log.metrics({"validation_loss": progress.losses[step]}, step)
    surplus = to_remove(complete, progress.losses, run.config.train.checkpoints_total_limit)
    if surplus:
        read_state(checkpoint_folder(run.folder, step))  # raises unless all its files are what was written
        write_progress(run.folder, without(progress, surplus))  # before: a removed one must not be trained again
    for old in surplus:
        shutil.rmtree(checkpoint_folder(run.folder, old))
        complete.remove(old)
