"""Failure modes: fit the candidates, and save each as a checkpoint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.core.errors import CheckpointError, DataError, TrainingError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.failure_modes.analysis.abstention import threshold_for
from components.recipes.failure_modes.analysis.similarity import index_texts
from components.recipes.failure_modes.analysis.unfamiliar import learn_familiar
from components.recipes.failure_modes.candidates import LADDER, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.model import FittedModel
from components.recipes.failure_modes.comment import Comments, labelled
from components.recipes.failure_modes.config import AnswerSettings, FailureModesConfig
from components.recipes.failure_modes.model_files import (
    ANSWERING,
    MODEL,
    READING,
    TRAINED,
    model_folder,
    weights_digest,
)
from components.training.checkpoints import State, checkpoint_folder, complete_checkpoints, save_checkpoint, step_of

MOST_KEPT = 20_000  # comments of the training that a version keeps, to compare others with
STUDY = "studies.db"  # of Optuna, in the folder of the training
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
    rows = _rows(texts, labels)
    settings = config.train.model_copy(update={"storage": config.train.storage or _own_storage(folder)})
    fitted: list[FittedModel] = []
    steps: list[tuple[int, str]] = []
    for step, name in enumerate(config.train.candidates, start=1):
        log.progress("fit candidates", step - 1, len(config.train.candidates))
        if name in skipped:
            continue
        if step not in complete:
            model = fit_candidate(name, texts, labels, settings, config.seed, fitted)
            _save(config, folder, step, model, rows)
        fitted.append(load_model(model_folder(checkpoint_folder(folder, step)) / MODEL))
        steps.append((step, name))
    log.progress("fit candidates", len(config.train.candidates), len(config.train.candidates))
    if not steps:
        raise TrainingError(f"No candidate can run here ({'; '.join(skipped.values())})", expected="one at least")
    _note_skipped(folder / "validation", skipped)
    return [_checkpoint(folder, step, name) for step, name in steps]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What all candidates are fitted on, and what a version keeps of it: the comments that it compares others with."""

    texts: Sequence[str]
    labels: Sequence[str]
    least_similarity: float

    @property
    def kept(self) -> dict[str, Sequence[str]]:
        every = -(-len(self.texts) // MOST_KEPT) or 1
        return {"texts": self.texts[::every], "labels": self.labels[::every]}


def _rows(texts: Sequence[str], labels: Sequence[str]) -> _Rows:
    kept = _Rows(texts, labels, 0.0).kept
    return _Rows(texts, labels, learn_familiar(index_texts(kept["texts"], kept["labels"])).least_similarity)


def _save(config: FailureModesConfig, folder: Path, step: int, model: FittedModel, rows: _Rows) -> None:
    def write(unfinished: Path) -> None:
        save_model(model, unfinished / MODEL)
        _write_json(unfinished / READING, config.data.reading.model_dump(mode="json"))
        _write_json(unfinished / ANSWERING, _answering(model, rows, config.answer))
        _write_json(unfinished / TRAINED, rows.kept)
        if load_model(unfinished / MODEL).classes != model.classes:
            raise CheckpointError(f"Candidate {step} does not load as it was saved", act="train again")

    save_checkpoint(folder, State(step, {}, {}), write)


def _answering(model: FittedModel, rows: _Rows, settings: AnswerSettings) -> dict[str, Any]:
    """Return what a version answers by: its threshold, set on held-out answers, and when a comment is far from all."""
    right = np.array([model.classes[place] for place in model.held_out.argmax(1)]) == np.array(rows.labels)
    threshold = threshold_for(settings.precision, model.held_out.max(1), right)
    return {
        "threshold": threshold.confidence,
        "precision": settings.precision,
        "top": settings.top,
        "least_similarity": rows.least_similarity,
        "trained_on": digest_of(list(rows.texts)),
    }


def _own_storage(folder: Path) -> str:
    """Return the address of the database of this training's searches, which an interrupted one continues."""
    return f"sqlite:///{(folder / STUDY).absolute()}"


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _checkpoint(folder: Path, step: int, name: str) -> Checkpoint:
    path = checkpoint_folder(folder, step)
    return Checkpoint(path, step, weights_digest(path / MODEL), name=name)


def _note_skipped(folder: Path, skipped: dict[str, str]) -> None:
    if skipped:
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / SKIPPED, skipped)
