"""Failure modes: the functions with which the loop over candidates measures and scores answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import torch

from components.core.records import Score
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices
from components.evaluation.loop import LoopInputs, Measured
from components.evaluation.subjects import SliceScores, Subject
from components.metrics.means import mean_score
from components.recipes.failure_modes.comment import Comment, Comments
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.evaluate.answers import Answers, answer
from components.recipes.failure_modes.evaluate.set_scores import SET_SCORES, Truth, compare_sets, set_scores
from components.recipes.failure_modes.scores import SCORES

LABEL, ASSET = "failure mode", "asset"  # names of slices
OF_EXAMPLES = ("accuracy", "log_loss", "latency_ms")
TINY = 1e-12
AnswersSubject = Subject[Answers]


@dataclass(frozen=True)
class EvaluationSetup:
    """What all candidates of one evaluation share: the comments of a split that have labels."""

    config: FailureModesConfig
    snapshot: Comments
    split: str

    @cached_property
    def comments(self) -> list[Comment]:
        return [comment for comment in self.snapshot.splits[self.split] if comment["label"] is not None]

    @cached_property
    def labels(self) -> list[str]:
        return [str(comment["label"]) for comment in self.comments]

    @cached_property
    def truth(self) -> Truth:
        names = {str(c["label"]) for part in self.snapshot.splits.values() for c in part if c["label"] is not None}
        numbers = {group: n for n, group in enumerate(dict.fromkeys(c["group"] for c in self.comments))}
        return Truth(tuple(sorted(names)), tuple(self.labels), np.array([numbers[c["group"]] for c in self.comments]))

    def loop_inputs(self) -> LoopInputs[Answers, Answers]:
        """Return the inputs of the loop over candidates."""
        texts = [comment["text"] for comment in self.comments]
        of_sets = {name: partial(compare_sets, self.truth) for name in SET_SCORES}
        return LoopInputs(
            policy=self.config.promote,
            seed=self.config.seed,
            snapshot=self.snapshot.digest,
            split=self.split,
            design=PairedDesign(torch.from_numpy(self.truth.groups), [len(texts)], of_sets, SCORES),
            generate=lambda count: partial(answer, texts[:count]),
            measure=self.measure,
            score=self.score,
            also_compared=tuple(SCORES),
            slices=self.slices,
            score_slices=self.score_slices,
            with_base=False,
        )

    def measure(self, answers: Answers, before: AnswersSubject | None) -> Measured[Answers]:
        known = {name: column for column, name in enumerate(answers.classes)}
        rows = [(row, known.get(label, -1)) for row, label in enumerate(self.labels)]
        likely = [answers.probabilities[row, column] if column >= 0 else 0.0 for row, column in rows]
        right = [float(found == label) for found, label in zip(answers.predicted, self.labels, strict=True)]
        values = {
            "accuracy": torch.tensor(right, dtype=torch.float64),
            "log_loss": -torch.tensor(likely, dtype=torch.float64).clamp(min=TINY).log(),
            "latency_ms": torch.from_numpy(answers.milliseconds),
        }
        return Measured(answers, values)

    def score(self, subject: AnswersSubject) -> Mapping[str, Score]:
        """Return every score of one candidate, in the order of the table."""
        clusters, seed = torch.from_numpy(self.truth.groups), derive_seed(self.config.seed, "scores")
        means = {n: mean_score(n, subject.values[n], "", clusters, seed, metrics=SCORES) for n in OF_EXAMPLES}
        found = {**means, **set_scores(self.truth, subject.outputs, seed)}
        return {name: found[name] for name in SCORES if name in found}

    def slices(self, count: int) -> Slices:
        """Return the comments of each critical failure mode (all without such a list), and of each asset."""
        critical = self.config.evaluate.critical or self.truth.names
        by_label = {name: _places(self.labels, name) for name in critical}
        assets = [comment["asset"] for comment in self.comments]
        by_asset = {str(name): _places(assets, name) for name in sorted({a for a in assets if a})}
        found = {LABEL: by_label, **({ASSET: by_asset} if 1 < len(by_asset) <= 50 else {})}
        return {slice_: {name: at for name, at in parts.items() if len(at)} for slice_, parts in found.items()}

    def score_slices(self, subject: AnswersSubject, parts: Slices) -> SliceScores:
        """Return the share of right answers in each slice: for a failure mode that is its recall."""
        clusters, seed = torch.from_numpy(self.truth.groups), derive_seed(self.config.seed, "slices")
        right = subject.values["accuracy"]
        return {
            slice_: {
                name: {"accuracy": mean_score("accuracy", right[at], "", clusters[at], seed, metrics=SCORES)}
                for name, at in found.items()
            }
            for slice_, found in parts.items()
        }


def _places(values: Sequence[str | None], value: str | None) -> torch.Tensor:
    return torch.tensor([place for place, other in enumerate(values) if other == value], dtype=torch.int64)
