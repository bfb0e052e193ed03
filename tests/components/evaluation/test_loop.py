"""Tests: the loop over subjects generates until the comparisons decide, with any recipe's own scores."""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from components.core.config import PromotionPolicy
from components.core.metric_table import METRICS, Interval, Measures, Metric
from components.core.recipe import Workplace
from components.core.records import BASE, Candidate, Checkpoint, Verdict
from components.core.selection import decide
from components.evaluation.comparisons import PairedDesign
from components.evaluation.loop import LoopInputs, Measured, run_evaluation
from components.evaluation.subjects import Subject, Work
from components.metrics.means import mean_score

BUDGET = 64
STAINS = Metric("Stains", "stains on a fruit", -1, "stains", 0, float("inf"), Interval.BOOTSTRAP)
TABLE = {**METRICS, "stains": STAINS}


@dataclass
class ListLog:
    logged: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.logged.append((step, values))

    def progress(self, what: str, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Fruits:
    """Generates `count` fruits; the base model's have about 9 stains, and each step has one stain less."""

    count: int
    spread: float

    def __call__(self, checkpoint: Checkpoint | None) -> Tensor:
        step = checkpoint.step if checkpoint else 0
        noise = torch.randn(BUDGET, generator=torch.Generator().manual_seed(step))
        return (9 - step + self.spread * noise)[: self.count]


def measure(stains: Tensor, before: Subject[Tensor] | None) -> Measured[Tensor]:
    known = len(before.outputs) if before else 0
    assert before is None or before.outputs.equal(stains[:known])
    return Measured(stains, {"stains": stains.double()}, Work(1.0, len(stains) - known, known))


def score(subject: Subject[Tensor]) -> Mapping[str, Any]:
    values = subject.values["stains"]
    return {"stains": mean_score("stains", values, "", torch.arange(len(values)), 1, metrics=TABLE)}


def inputs(spread: float = 0.1, looks: Sequence[int] = (16, 32, BUDGET)) -> LoopInputs[Tensor, Tensor]:
    return LoopInputs(
        policy=PromotionPolicy.model_construct(primary=("stains",)),
        seed=1,
        snapshot="s1",
        split="validation",
        design=PairedDesign(torch.arange(BUDGET), looks, metrics=TABLE),
        generate=lambda count: Fruits(count, spread),
        measure=measure,
        score=score,
    )


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "cache", tmp_path / "report", production="c2")


@pytest.fixture
def checkpoints(tmp_path: Path) -> list[Checkpoint]:
    return [Checkpoint(tmp_path, step, f"c{step}") for step in (1, 2, 3)]


def test_generation_stops_at_the_first_look_that_decides(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    result = run_evaluation(inputs(), checkpoints, workplace, ListLog())
    assert (result.looks, result.budget) == ([16], BUDGET)
    assert {len(subject.outputs) for subject in result.subjects} == {16}
    assert {c.method for c in result.comparisons} == {"confidence sequence"}


def test_where_nothing_decides_the_budget_is_spent(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    result = run_evaluation(inputs(spread=1e3), checkpoints, workplace, ListLog())
    assert result.looks == [16, 32, BUDGET]
    assert {subject.card.scores["stains"].n for subject in result.subjects} == {BUDGET}


def test_a_fixed_test_set_is_one_look(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    result = run_evaluation(inputs(looks=[BUDGET]), checkpoints, workplace, ListLog())
    assert result.looks == [BUDGET]
    assert {c.method for c in result.comparisons} == {"paired bootstrap"}


def test_subjects_are_the_base_and_the_checkpoints_and_know_production(
    workplace: Workplace, checkpoints: list[Checkpoint]
) -> None:
    log = ListLog()
    result = run_evaluation(inputs(), checkpoints, workplace, log)
    assert [subject.role for subject in result.subjects] == ["base", "checkpoint", "checkpoint", "checkpoint"]
    assert [subject.in_production for subject in result.subjects] == [False, False, True, False]
    assert result.subjects[2].title == "step 2 (in production)"
    foreign = run_evaluation(inputs(), checkpoints, replace(workplace, other_training=True), ListLog()).subjects[2]
    assert (foreign.role, foreign.in_production, foreign.key) == ("production", True, "production")
    assert foreign.title == "production (step 2 of another training)"
    assert [card.subject for card in result.evaluation.scorecards] == [BASE, "step-1", "step-2", "step-3"]
    assert [step for step, _ in log.logged] == [0, 1, 2, 3]
    without = run_evaluation(replace(inputs(), with_base=False), checkpoints, workplace, ListLog())
    assert without.evaluation.base is None


def test_equal_weights_are_one_subject_with_a_scorecard_for_each_checkpoint(
    workplace: Workplace, checkpoints: list[Checkpoint], tmp_path: Path
) -> None:
    again = Checkpoint(tmp_path, 20, "c2")  # the version in production, of an earlier training
    result = run_evaluation(inputs(), [*checkpoints, again], replace(workplace, other_training=True), ListLog())
    assert [subject.digest for subject in result.subjects] == [BASE, "c1", "c2", "c3"]
    assert result.subjects[2].title == "step 2 (in production)"
    cards = result.evaluation.trained
    assert [card.subject for card in cards] == ["step-1", "step-2", "step-3", "step-20"]
    assert cards[3].scores == cards[1].scores
    assert all(c.ours != c.theirs for c in result.comparisons)


def test_slices_are_compared_with_production(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    halves = {"half": {"first": torch.arange(8), "second": torch.arange(8, 16)}}
    result = run_evaluation(replace(inputs(), slices=lambda count: halves), checkpoints, workplace, ListLog())
    parts = [c for c in result.comparisons if c.part]
    assert {(c.ours, c.theirs) for c in parts} == {("c1", "c2"), ("c3", "c2")}
    assert {c.part for c in parts} == {"half=first", "half=second"}


def test_a_recipe_may_refuse_what_was_generated(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    def refuse(candidates: Sequence[Checkpoint | None], generated: Sequence[Tensor]) -> None:
        raise ValueError(f"{len(candidates)} subjects, {len(generated[0])} fruits")

    with pytest.raises(ValueError, match="4 subjects, 16 fruits"):
        run_evaluation(replace(inputs(), check=refuse), checkpoints, workplace, ListLog())


def test_outputs_may_be_generated_in_another_process(workplace: Workplace, checkpoints: list[Checkpoint]) -> None:
    def elsewhere(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return [pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(work))(item))) for item in items]

    here = run_evaluation(inputs(), checkpoints, workplace, ListLog())
    there = run_evaluation(inputs(), checkpoints, replace(workplace, spread=elsewhere), ListLog())
    assert there.evaluation == here.evaluation


def test_a_score_that_only_the_recipe_knows_promotes_the_version_with_the_fewest_stains(
    workplace: Workplace, checkpoints: list[Checkpoint]
) -> None:
    evaluation = run_evaluation(inputs(), checkpoints, workplace, ListLog()).evaluation
    cards = zip(checkpoints, evaluation.trained, strict=True)
    candidates = [Candidate(c.step, c.step, card, c.digest) for c, card in cards]
    policy = inputs().policy
    decisions = decide(candidates, candidates[1], evaluation.base, policy, evaluation.comparisons, Measures(TABLE))
    assert [d.version for d in decisions if d.verdict is Verdict.PROMOTE] == [3]
    unpaired = decide(candidates, candidates[1], evaluation.base, policy, (), Measures(TABLE))
    assert [d.version for d in unpaired if d.verdict is Verdict.PROMOTE] == [3]
