"""Demand: whether routing pays: the router against every candidate, and against the single method that is best here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from components.core.records import Comparison
from components.core.seeds import derive_seed
from components.evaluation.subjects import Subject
from components.metrics.comparison import Pair, compare_means
from components.recipes.demand.evaluate.answers import Shared
from components.recipes.demand.evaluate.setup import EvaluationSetup, Scored
from components.recipes.demand.scores import SCORES
from components.recipes.demand.train_settings import ROUTER

LOSS = "service_loss"


@dataclass(frozen=True)
class Hindsight:
    """The single method with the least service loss on this split, and how the router differs from it."""

    method: str
    comparison: Comparison


def router_of(subjects: Sequence[Subject[Any]]) -> Subject[Any] | None:
    return next((s for s in subjects if s.name == ROUTER and s.role == "checkpoint"), None)


def against_hindsight(setup: EvaluationSetup, subjects: Sequence[Subject[Scored]], shared: Shared) -> Hindsight | None:
    """Compare the router with the best single method here. It is known afterwards only, so it has an advantage."""
    router = router_of(subjects)
    if router is None:
        return None
    losses = {
        name: setup.measures.of_products(setup.measures.service_losses(shared.quantiles[name]))
        for name in shared.methods
    }
    best = min(losses, key=lambda name: float(np.nanmean(losses[name])))
    theirs, everyone = torch.from_numpy(losses[best]), torch.arange(len(setup.series))
    pair = Pair(LOSS, router.digest, best)
    seed = derive_seed(setup.config.seed, "hindsight")
    return Hindsight(best, compare_means(pair, router.values[LOSS], theirs, everyone, seed, SCORES))


def routing_sentence(
    subjects: Sequence[Subject[Any]], comparisons: Sequence[Comparison], hindsight: Hindsight | None
) -> str:
    """Say whether the router has clearly less service loss than all others, the best single method here included."""
    router = router_of(subjects)
    if router is None:
        return "There is no router among the candidates."
    titles = {s.digest: s.title for s in subjects if s is not router}
    gaps = [
        (
            titles.get(c.theirs if c.ours == router.digest else c.ours, ""),
            c.difference * (1 if c.ours == router.digest else -1),
            c.decided,
        )
        for c in comparisons
        if c.metric == LOSS and not c.part and router.digest in (c.ours, c.theirs)
    ]
    if hindsight:
        title = f"{hindsight.method} alone, the best single method here in hindsight"
        gaps.append((title, hindsight.comparison.difference, hindsight.comparison.decided))
    return _said([gap for gap in gaps if gap[0]])


def _said(gaps: Sequence[tuple[str, float, bool]]) -> str:
    """Return the sentence of (name, router's loss minus its loss, whether that is decided)."""
    better = [name for name, gap, decided in gaps if decided and gap < 0]
    worse = [name for name, gap, decided in gaps if decided and gap > 0]
    open_ = [name for name, _, decided in gaps if not decided]
    parts = [("is clearly better than", better), ("is clearly worse than", worse), ("is not told apart from", open_)]
    said = "; it ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names)
    pays = "Routing does not pay here" if worse else "It is not shown that routing pays here"
    pays = pays if worse or open_ else "Routing pays here"
    return f"{pays}: the router {said}." if said else "The router was compared with nothing."
