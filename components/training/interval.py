"""Training: trains from one checkpoint to the next, and saves what an interruption would lose."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.core.errors import DiskSpaceError, TrainingError
from components.core.run_log import Interruption, RunLog, defer_interruption
from components.training.checkpoints import checkpoint_folder, read_state, save_checkpoint, step_of
from components.training.device import memory_gb
from components.training.loop import Loss, StepReport, Training, optimizer_step, restore, step_metrics, training_state
from components.training.pause import save_pause, start_of
from components.training.processes import any_asked, once

CLIPPED_IN_A_ROW = 50  # steps after which a warning says that the clipping, and not the learning rate, sets the pace
SHOWN = 32  # products that an error names

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """A module with what is trained of it, and how that is written, read and checked."""

    module: Any  # a torch module
    training: Training
    loss: Loss
    write: Callable[[Path], None]  # writes the weights into a folder
    read: Callable[[Path], None]  # reads them from it
    check: Callable[[Path], object]  # raises CheckpointError unless they load as in memory, and change something
    examples: int  # in a step
    products_of: Callable[[int], Sequence[int]]  # index of a micro-batch -> the ids of its products
    counted: str = "examples"  # what the examples are called in the metrics


def checkpoint_steps(steps: int, every: int) -> Sequence[int]:
    """Return the steps at which a checkpoint is saved; the last step is always included.

    >>> list(checkpoint_steps(100, 40))
    [40, 80, 100]
    >>> len(checkpoint_steps(10**12, 1))  # a range: a slip in the YAML is told by the disk's size, not by the memory
    1000000000000
    """
    regular = range(every, steps + 1, every)
    return regular if steps % every == 0 else [*regular, steps]


def train_to(run: Trained, folder: Path, log: RunLog, previous: int, step: int) -> None:
    """Train from checkpoint `previous` (0: from the start), or from a later pause, to `step`, and save a checkpoint.

    If the process is asked to end, the step that it is at is finished and saved first. Of several processes all save
    the same step and end, whichever was asked.
    """
    _resume(run, folder, previous, step)
    run.module.train()
    with defer_interruption(log) as interruption:
        while run.training.step < step and not _asked(run, interruption):
            _log_step(run, log, _advance(run, previous))
        if run.training.step == step:
            run.module.eval()
            _save(run, folder, previous)
        else:
            state = training_state(run.training)
            once(run.training.accelerator, lambda: save_pause(folder, state, run.write))
        interruption.saved(f"step {run.training.step}")


def named(products: Sequence[int]) -> str:
    """Return the ids as words.

    >>> named([7, 3, 7])
    'products 3, 7'
    """
    ids = sorted(set(products))
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"products {', '.join(map(str, ids[:SHOWN]))}{more}"


def _asked(run: Trained, interruption: Interruption) -> bool:
    """Return whether any process was asked to end; then this one is too, after the block."""
    if not any_asked(interruption.asked, run.training.accelerator):
        return False
    interruption.ask()
    return True


def _resume(run: Trained, folder: Path, previous: int, step: int) -> None:
    start = start_of(folder, previous, step, checkpoint_folder(folder, previous))
    if start is not None and step_of(start) != run.training.step:
        run.read(start)
        restore(run.training, read_state(start))


def _log_step(run: Trained, log: RunLog, report: StepReport) -> None:
    step, settings = run.training.step, run.training.settings
    memory = memory_gb(run.training.accelerator.device)
    log.metrics(step_metrics(report, run.examples, memory, run.counted), step)
    log.progress("train", step, settings.steps)
    if report.clipped == CLIPPED_IN_A_ROW:
        _LOG.warning(
            "The gradient was clipped in %d steps in a row, until step %d (its norm is %.3g, train.clip is %g): "
            "lower train.learning_rate, or raise train.clip.",
            *(CLIPPED_IN_A_ROW, step, report.gradient_norm, settings.clip),
        )


def _advance(run: Trained, previous: int) -> StepReport:
    try:
        return optimizer_step(run.training, run.loss)
    except TrainingError as error:
        act = "lower train.learning_rate or correct the data, then train again"
        products = [product for micro in error.micro_batches for product in run.products_of(micro)]
        found = f"{error}{f', in a batch of the {named(products)}' if products else ''}; {_last_good(previous)}"
        raise TrainingError(found, act=act) from None


def _save(run: Trained, folder: Path, previous: int) -> None:
    def write(unfinished: Path) -> None:
        """Write the weights and check them, before the folder is renamed to its final name."""
        run.write(unfinished)
        run.check(unfinished)

    try:
        state = training_state(run.training)
        once(run.training.accelerator, lambda: save_checkpoint(folder, state, write))
    except DiskSpaceError as error:
        act = "free some space, then run the same command again"
        raise DiskSpaceError(f"{error}; {_last_good(previous)}", act=act) from None


def _last_good(previous: int) -> str:
    return f"step {previous} is the last good checkpoint" if previous else "there is no checkpoint yet"
