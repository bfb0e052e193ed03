"""Demand: forecast past origins with every method, learn from the errors, and save each candidate as a checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from components.core.errors import TrainingError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.demand.classes.demand_class import CLASSES
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.methods import LIGHTGBM, levels_with
from components.recipes.demand.forecasters.past import PastForecasts, past_forecasts
from components.recipes.demand.model_files import (
    ABOUT,
    FORM,
    OFFSETS,
    PAST,
    POLICY,
    TREES,
    model_folder,
    weights_digest,
    write_json,
)
from components.recipes.demand.predict.products import save_products
from components.recipes.demand.router.candidates import Learnt, make_policy, why_none
from components.recipes.demand.router.policy import Policy
from components.recipes.demand.series import TEST, TRAIN, SeriesSnapshot
from components.training.checkpoints import State, complete_checkpoints, save_checkpoint, step_of

MOST_PAST = 20_000  # past forecasts that a version keeps, to say how methods did on like products
SKIPPED, DONE = "skipped.json", "candidates.json"


def train(config: DemandConfig, snapshot: SeriesSnapshot, folder: Path, log: RunLog) -> list[Checkpoint]:
    """Return the checkpoints of the candidates; the step of each is its place in `train.candidates`, from 1.

    All candidates share the forecasts of all methods at past origins, which are by far the most of the work. A finished
    training is not done again; one that was interrupted begins anew, but for the candidates that it had finished.

    Raises:
        DataError: the train split is too short, or no method ran.
        TrainingError: no candidate can run on this machine.
    """
    if not (folder / DONE).is_file():
        _make_candidates(_Work(config, snapshot, log), folder)
    found = [(step_of(path), path) for path in complete_checkpoints(folder)]
    if not found:
        raise TrainingError("No candidate can run here", expected="one at least", act="see train.candidates")
    names = list(config.train.candidates)
    return [Checkpoint(path, step, weights_digest(path), name=names[step - 1]) for step, path in found]


def _make_candidates(work: "_Work", folder: Path) -> None:
    """Save a checkpoint of each candidate that has none, and note those that have no policy, with the reason."""
    complete = {step_of(path) for path in complete_checkpoints(folder)}
    policies = {name: make_policy(name, work.learnt) for name in work.config.train.candidates}
    for step, policy in enumerate(policies.values(), start=1):
        work.log.progress("save candidates", step - 1, len(policies))
        if policy is not None and step not in complete:
            _save(work, folder, step, policy)
    work.log.progress("save candidates", len(policies), len(policies))
    _note_skipped(folder / "validation", work, [name for name, policy in policies.items() if policy is None])
    write_json(folder / DONE, {name: policy is not None for name, policy in policies.items()})


@dataclass(frozen=True)
class _Work:
    """What is computed once for all candidates, when the first of them asks."""

    config: DemandConfig
    snapshot: SeriesSnapshot
    log: RunLog

    @cached_property
    def past(self) -> PastForecasts:
        return past_forecasts(self.config, self.snapshot.splits[TRAIN], self.log)

    @cached_property
    def learnt(self) -> Learnt:
        level = round(self.config.evaluate.service_level, 6)
        levels, season = levels_with(level), self.config.data.seasonal_periods
        return Learnt(self.past, levels, level, season, self.config.seed)

    def about(self) -> dict[str, Any]:
        """Return what a version forecasts by, besides its policy and its weights."""
        data = self.config.data
        return {
            "form": FORM,
            "frequency": data.frequency,
            "horizon": data.horizon,
            "season": data.seasonal_periods,
            "levels": list(levels_with(self.config.evaluate.service_level)),
            "service_level": round(self.config.evaluate.service_level, 6),
            "thresholds": data.classes.model_dump(mode="json"),
            "methods": list(self.past.methods),
            "classes": list(CLASSES),
            "best": self.learnt.best,
            "foundation": self.config.train.foundation,
            "sarima_series": self.config.train.sarima_series,
            "seed": self.config.seed,
            "skipped": dict(self.past.skipped),
            "failed": dict(self.past.failed),
            "trained_on": digest_of([len(self.past.rows), self.snapshot.digest]),
        }


def _save(work: _Work, folder: Path, step: int, policy: Policy) -> None:
    from safetensors.numpy import save_file

    def write(unfinished: Path) -> None:
        write_json(unfinished / POLICY, {"form": FORM, **policy.as_json()})
        write_json(unfinished / ABOUT, work.about())
        save_file({name: found.values for name, found in work.past.offsets.items()}, unfinished / OFFSETS)
        save_file(_past(work.learnt), unfinished / PAST)
        save_products(work.snapshot.splits[TEST], unfinished)
        if LIGHTGBM in policy.needed and work.past.trees is not None:
            work.past.trees.save(unfinished / TREES)
        if policy.kind == "router":
            work.learnt.router.save(unfinished)
        model_folder(unfinished)

    save_checkpoint(folder, State(step, {}, {}), write)


def _past(learnt: Learnt) -> dict[str, Any]:
    """Return arrays of the past forecasts that have losses, evenly thinned out if there are very many."""
    places = np.flatnonzero(learnt.known)
    places = places[:: -(-len(places) // MOST_PAST) or 1]
    numbers = {name: number for number, name in enumerate(CLASSES)}
    return {
        "features": np.ascontiguousarray(learnt.features[places]),
        "losses": np.ascontiguousarray(learnt.losses[places]),
        "classes": np.array([numbers[learnt.past.rows.classes[k]] for k in places.tolist()], dtype=np.int64),
        "folds": np.ascontiguousarray(learnt.past.rows.folds[places]),
    }


def _note_skipped(folder: Path, work: _Work, without: Sequence[str]) -> None:
    skipped = {**work.past.skipped, **{name: why_none(name, work.learnt) for name in without}}
    if skipped:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / SKIPPED, skipped)
