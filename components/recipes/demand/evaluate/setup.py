"""Demand: the functions with which the loop over candidates measures and scores forecasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import torch
from torch import Tensor

from components.core.records import Comparison, Score
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject
from components.metrics.comparison import Pair, compare_sets
from components.metrics.means import mean_score
from components.metrics.ratios import Sums, ratio_difference, ratio_score
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.evaluate.answers import Answers, Shared, answer
from components.recipes.demand.evaluate.measures import Measures
from components.recipes.demand.forecasters.methods import levels_with
from components.recipes.demand.forecasters.rows import Array, Rows, split_rows
from components.recipes.demand.scores import SCORES
from components.recipes.demand.series import Series, SeriesSnapshot

OF_ALL = ("bias", "wape")
CLASS, ABC = "demand class", "ABC"  # names of slices
IN_SLICES = ("service_loss", "rmsse", "coverage_80", "order_cost", "regret")


@dataclass(frozen=True)
class Scored:
    """The forecasts of one candidate, and the parts of its scores that are ratios."""

    answers: Answers
    sums: Mapping[str, Sums]


ForecastSubject = Subject[Scored]


@dataclass(frozen=True)
class EvaluationSetup:
    """What all candidates of one evaluation share: the series of a split, and its rows."""

    config: DemandConfig
    snapshot: SeriesSnapshot
    split: str

    @cached_property
    def series(self) -> Sequence[Series]:
        return self.snapshot.splits[self.split]

    @cached_property
    def rows(self) -> Rows:
        return split_rows(self.series, self.config.data)

    @cached_property
    def measures(self) -> Measures:
        levels = levels_with(self.config.evaluate.service_level)
        return Measures(self.rows, len(self.series), levels, self.config.evaluate)

    def oracle(self, shared: Shared) -> Array:
        """Return (n,) the least service loss of any method in each row: no choice of a method can have less."""
        found = [self.measures.service_losses(shared.quantiles[name]) for name in shared.methods]
        return np.asarray(np.min(np.stack(found), axis=0))

    def loop_inputs(self, shared: Mapping[str, Shared]) -> LoopInputs[Answers, Scored]:
        """Return the inputs of the loop over candidates; `shared` are the forecasts of each training."""
        oracle = np.min(np.stack([self.oracle(found) for found in shared.values()]), axis=0)
        everyone = torch.arange(len(self.series))
        return LoopInputs(
            policy=self.config.promote,
            seed=self.config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(everyone, [len(self.series)], dict.fromkeys(OF_ALL, self._compare), SCORES),
            generate=lambda count: partial(answer, self.rows, shared),
            measure=lambda answers, before: self.measure(answers, oracle),
            score=self.score,
            also_compared=tuple(SCORES),
            slices=self.slices,
            score_slices=self.score_slices,
            with_base=False,
        )

    def measure(self, answers: Answers, oracle: Array) -> Measured[Scored]:
        values = self.measures.values(answers.means, answers.quantiles)
        values["regret"] = self.measures.of_products(self.measures.service_losses(answers.quantiles) - oracle)
        sums = self.measures.sums(answers.means, answers.quantiles)
        return Measured(Scored(answers, sums), {name: torch.from_numpy(found) for name, found in values.items()})

    def score(self, subject: ForecastSubject) -> Mapping[str, Score]:
        """Return every score of one candidate, in the order of the table."""
        seed = derive_seed(self.config.seed, "scores")
        everyone = torch.arange(len(self.series))
        of_all = {name: ratio_score(SCORES[name], sums, seed) for name, sums in subject.outputs.sums.items()}
        means = {name: mean_score(name, v, "", everyone, seed, metrics=SCORES) for name, v in subject.values.items()}
        found = {**of_all, **means}
        return {name: found[name] for name in SCORES if name in found}

    def slices(self, count: int) -> Slices:
        """Return the products of each demand class, and those of A, B and C."""
        return {
            CLASS: _places([one["demand_class"] for one in self.series]),
            ABC: _places([one["abc"] for one in self.series]),
        }

    def score_slices(self, subject: ForecastSubject, parts: Slices) -> SliceScores:
        seed = derive_seed(self.config.seed, "slices")
        return {
            slice_: {
                part: {
                    name: mean_score(name, subject.values[name][at], "", at, seed, metrics=SCORES) for name in IN_SLICES
                }
                for part, at in found.items()
            }
            for slice_, found in parts.items()
        }

    def _compare(self, pair: Pair, ours: ForecastSubject, theirs: ForecastSubject, seed: int) -> Comparison:
        mine, others = ours.outputs.sums[pair.metric], theirs.outputs.sums[pair.metric]
        gap, reach = ratio_difference(mine, others, seed)
        return compare_sets(pair, gap, reach, len(self.series), SCORES)


def _places(values: Sequence[str]) -> dict[str, Tensor]:
    names = sorted(set(values))
    return {name: torch.tensor([k for k, value in enumerate(values) if value == name]) for name in names}
