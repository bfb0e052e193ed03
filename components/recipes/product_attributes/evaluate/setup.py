"""Product attributes: the functions with which the loop over candidates measures and scores generated rows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain

import numpy as np
import torch

from components.core.records import Score
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject
from components.metrics.means import mean_score
from components.metrics.two_samples import c2st
from components.recipes.product_attributes.candidates.model import mutual_information
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.evaluate.generated import GeneratedRows, generate_rows
from components.recipes.product_attributes.evaluate.measure import (
    Outputs,
    Weights,
    compare_outputs,
    floors_of,
    make_weights,
    measure_rows,
    measure_set,
    set_score,
)
from components.recipes.product_attributes.evaluate.tables import Reference, reference_of
from components.recipes.product_attributes.rows.row import ProductRows
from components.recipes.product_attributes.scores import C2ST, PAIRS, SCORES

OF_SETS = (C2ST, PAIRS, "column_shapes", "category_coverage", "excess_copies")
OF_ROWS = ("validity", "accepted", "tstr", "copies", "closer_to_training", "closest_record")
MOST_CLASSES = 12  # of the column that a classifier predicts, by default
MOST_PARTS, SMALLEST_PART = 12, 20  # values of a slice that are shown, and the real rows that one must have
RowsSubject = Subject[Outputs]


@dataclass(frozen=True)
class EvaluationSetup:
    """What all candidates of one evaluation share: the real rows of a split, and random numbers."""

    config: ProductAttributesConfig
    snapshot: ProductRows
    split: str

    @cached_property
    def reference(self) -> Reference:
        return reference_of(self.config, self.snapshot, self.split)

    @cached_property
    def weights(self) -> Weights:
        return make_weights(self.reference.count, derive_seed(self.config.seed, "weights"))

    @cached_property
    def floors(self) -> Mapping[str, float]:
        return floors_of(self.reference, self.floor_outputs, self.target, self.seed)

    @cached_property
    def floor_outputs(self) -> Outputs:
        """The scores of training rows in place of generated ones."""
        return measure_set(self.reference, self.reference.sample, self.weights, self.config.evaluate.folds, self.seed)

    @property
    def seed(self) -> int:
        return derive_seed(self.config.seed, "scores")

    @cached_property
    def target(self) -> int:
        """The column that a classifier predicts."""
        encoding = self.reference.encoding
        if self.config.evaluate.predict in encoding.names:
            return encoding.place(str(self.config.evaluate.predict))
        information = mutual_information(self.reference.training.codes, tuple(s + 1 for s in encoding.sizes))
        levels = set(chain.from_iterable(self.config.data.hierarchies))
        fits = [
            k
            for k, column in enumerate(encoding.columns)
            if not column.is_number and 2 <= column.known <= MOST_CLASSES and column.name not in levels
        ]
        return max(fits or range(len(encoding.columns)), key=lambda k: (information[k].sum(), -k))

    def loop_inputs(self) -> LoopInputs[GeneratedRows, Outputs]:
        """Return the inputs of the loop over candidates."""
        count, first = self.reference.count, derive_seed(self.config.seed, "generated", self.split) % 2**40
        return LoopInputs(
            policy=self.config.promote,
            seed=self.config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(torch.arange(count), [count], dict.fromkeys(OF_SETS, compare_outputs), SCORES),
            generate=lambda number: partial(generate_rows, first, number),
            measure=self.measure,
            score=self.score,
            also_compared=tuple(SCORES),
            slices=self.slices,
            score_slices=self.score_slices,
            with_base=False,
        )

    def measure(self, found: GeneratedRows, before: RowsSubject | None) -> Measured[Outputs]:
        table = self.reference.table(found.rows)
        outputs = measure_set(self.reference, table, self.weights, self.config.evaluate.folds, self.seed)
        values = measure_rows(self.reference, table, found.at_once, self.target, self.seed)
        return Measured(outputs, {name: torch.from_numpy(value) for name, value in values.items()})

    def score(self, subject: RowsSubject) -> Mapping[str, Score]:
        """Return every score of one candidate, in the order of the table, with the floor of real rows."""
        clusters, floors = torch.arange(self.reference.count), self.floors
        found = {name: set_score(name, subject.outputs, floors[name]) for name in OF_SETS}
        for name in OF_ROWS:
            score = mean_score(name, subject.values[name], "", clusters, self.seed, metrics=SCORES)
            found[name] = replace(score, floor=floors.get(name))
        return {name: found[name] for name in SCORES}

    def slices(self, count: int) -> Slices:
        """Return the real rows of the most frequent values of the columns to slice by."""
        rows, found = self.reference.held_out.rows, {}
        for name in self.config.evaluate.slices:
            if name in self.reference.encoding.names:
                counts = Counter(str(row[name]) for row in rows if row[name] is not None)
                values = [v for v, n in counts.most_common(MOST_PARTS) if n >= SMALLEST_PART]
                found[name] = {
                    value: torch.tensor([k for k, r in enumerate(rows) if str(r[name]) == value]) for value in values
                }
        return {name: parts for name, parts in found.items() if parts}

    def score_slices(self, subject: RowsSubject, parts: Slices) -> SliceScores:
        """Return for each value how well a classifier predicts its real rows, and tells generated ones from them."""
        return {
            name: {value: self._part(subject, name, value, at) for value, at in found.items()}
            for name, found in parts.items()
        }

    def _part(self, subject: RowsSubject, name: str, value: str, at: torch.Tensor) -> Mapping[str, Score]:
        tstr = mean_score("tstr", subject.values["tstr"][at], "", at, self.seed, metrics=SCORES)
        made = np.array([str(row[name]) == value for row in subject.outputs.table.rows])
        if made.sum() < SMALLEST_PART:
            return {"tstr": tstr}
        real, (ours, theirs) = at.numpy(), subject.outputs.probabilities
        aucs = c2st(ours[made], theirs[real], self.weights.generated[:, made], self.weights.real[:, real])
        apart = set_score(C2ST, replace(subject.outputs, sets={C2ST: aucs}), self.floors[C2ST])
        enough = min(len(real), int(made.sum())) >= apart.smallest_n  # of few rows an AUC is chance, even far below 0.5
        return {C2ST: replace(apart, n=len(real), honest=enough, floor=None), "tstr": tstr}
