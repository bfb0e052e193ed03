"""Failure modes: fit the candidates, and save each as a checkpoint."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.core.errors import CheckpointError, DataError, TrainingError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.failure_modes.candidates import LADDER, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.model import FittedModel
from components.recipes.failure_modes.comment import Comments, labelled
from components.recipes.failure_modes.config import AnswerSettings, FailureModesConfig
from components.recipes.failure_modes.model_files import ANSWERING, MODEL, READING, model_folder, weights_digest
from components.training.checkpoints import State, checkpoint_folder, complete_checkpoints, save_checkpoint, step_of

Array = NDArray[np.float64]
Labelled = tuple[list[str], list[str]]  # texts and their failure modes
SKIPPED = "skipped.json"  # candidate -> why it cannot run on this machine, in the folder `validation`


def train(config: FailureModesConfig, snapshot: Comments, folder: Path, log: RunLog) -> list[Checkpoint]:
    """Fit each candidate on the train split, and return the checkpoints; a finished candidate is not fitted again.

    The step of a checkpoint is the place of its candidate in `train.candidates`, from 1.

    Raises:
        DataError: the snapshot has no labels, or one failure mode only.
        TrainingError: no candidate can run on this machine.
    """
    texts, labels = labelled(snapshot, "train")
    if not texts:
        raise DataError(f"Snapshot {snapshot.digest} has no labels", expected="some to train on", act="name data.label")
    skipped = {name: why for name in config.train.candidates if (why := LADDER[name].missing(config.train))}
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    fitted: list[FittedModel] = []
    steps: list[tuple[int, str]] = []
    for step, name in enumerate(config.train.candidates, start=1):
        log.progress("fit candidates", step - 1, len(config.train.candidates))
        if name in skipped:
            continue
        if step not in complete:
            model = fit_candidate(name, texts, labels, config.train, config.seed, fitted)
            _save(config, folder, step, model, (texts, labels))
        fitted.append(load_model(model_folder(checkpoint_folder(folder, step)) / MODEL))
        steps.append((step, name))
    log.progress("fit candidates", len(config.train.candidates), len(config.train.candidates))
    if not steps:
        raise TrainingError(f"No candidate can run here ({'; '.join(skipped.values())})", expected="one at least")
    _note_skipped(folder / "validation", skipped)
    return [_checkpoint(folder, step, name) for step, name in steps]


def _save(config: FailureModesConfig, folder: Path, step: int, model: FittedModel, of: Labelled) -> None:
    def write(unfinished: Path) -> None:
        save_model(model, unfinished / MODEL)
        _write_json(unfinished / READING, config.data.reading.model_dump(mode="json"))
        _write_json(unfinished / ANSWERING, answering(model, of, config.answer))
        if load_model(unfinished / MODEL).classes != model.classes:
            raise CheckpointError(f"Candidate {step} does not load as it was saved", act="train again")

    save_checkpoint(folder, State(step, {}, {}), write)


def answering(model: FittedModel, of: Labelled, settings: AnswerSettings) -> dict[str, Any]:
    """Return what a version keeps of its training to answer by: its threshold, and the digest of its training texts."""
    texts, labels = of
    right = np.array([model.classes[place] for place in model.held_out.argmax(1)]) == np.array(labels)
    threshold = threshold_for(model.held_out.max(1), right, settings.precision)
    return {"threshold": threshold, "top": settings.top, "precision": settings.precision, "texts": digest_of(texts)}


def threshold_for(confidence: Array, right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest confidence from which on at least this share of answers is right; above 1 if none is."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.append(confidence[order][:-1] != confidence[order][1:], True)  # equal confidences go together
    enough = np.flatnonzero((shares >= precision) & last)
    return float(confidence[order][enough[-1]]) if len(enough) else 1.01


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _checkpoint(folder: Path, step: int, name: str) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    return Checkpoint(path, step, weights_digest(path / MODEL), name=name)


def _note_skipped(folder: Path, skipped: dict[str, str]) -> None:
    if skipped:
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / SKIPPED, skipped)
