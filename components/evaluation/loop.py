"""Evaluation: the loop over subjects: it calls the recipe to generate and score, compares, and stops early."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Generic, TypeVar

from torch import Tensor

from components.core.config import PromotionPolicy
from components.core.recipe import RunLog, Workplace
from components.core.records import BASE, Checkpoint, Comparison, Evaluation, Score, Scorecard
from components.core.seeds import derive_seed
from components.evaluation.comparisons import PairedDesign, Slices, compare_all, compare_slices, is_decided
from components.evaluation.subjects import NO_WORK, Outputs, SliceScores, Subject, Work, name_in_scorecards, role_of

T = TypeVar("T")
Generated = TypeVar("Generated")  # what a recipe's `generate` returns for one subject; it must be picklable


@dataclass(frozen=True)
class Measured(Generic[Outputs]):
    """The outputs of one subject at one look, their values (N,) by score, and the work that they took."""

    outputs: Outputs
    values: Mapping[str, Tensor]
    work: Work = NO_WORK


@dataclass(frozen=True)
class LoopInputs(Generic[Generated, Outputs]):
    """The recipe's part of the loop. A checkpoint of None means the base model.

    `generate` takes the number of examples and returns a function that generates them for one checkpoint;
    `workplace.spread` maps that function over the checkpoints, so it must be picklable. `measure` takes what was
    generated and the subject at the previous look, whose outputs are the first of these. `check` may raise an error
    about what was generated, before it is measured.
    """

    policy: PromotionPolicy
    seed: int
    snapshot: str  # digest
    split: str
    design: PairedDesign  # generation may stop at its looks (numbers of examples); the last one is the budget
    generate: Callable[[int], Callable[[Checkpoint | None], Generated]]
    measure: Callable[[Generated, Subject[Outputs] | None], Measured[Outputs]]
    score: Callable[[Subject[Outputs]], Mapping[str, Score]]
    check: Callable[[Sequence[Checkpoint | None], Sequence[Generated]], None] = lambda checkpoints, generated: None
    also_compared: Sequence[str] = ()  # scores to compare in pairs besides those of the policy
    slices: Callable[[int], Slices] = lambda count: {}
    score_slices: Callable[[Subject[Outputs], Slices], SliceScores] = lambda subject, slices: {}
    with_base: bool = True


@dataclass(frozen=True)
class EvaluationResult(Generic[Outputs]):
    """Subjects (the base model first), their comparisons, the examples at each look, and the seconds by phase.

    Checkpoints of equal weights are one subject, and have a scorecard each.
    """

    cards: Sequence[Scorecard]
    subjects: Sequence[Subject[Outputs]]
    comparisons: Sequence[Comparison]
    looks: Sequence[int]
    budget: int
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def evaluation(self) -> Evaluation:
        return Evaluation(self.cards, self.comparisons)


def run_evaluation(
    inputs: LoopInputs[Generated, Outputs], checkpoints: Sequence[Checkpoint], workplace: Workplace, log: RunLog
) -> EvaluationResult[Outputs]:
    """Generate for all subjects until the comparisons decide or the budget is spent; score and compare.

    Equal weights are generated and scored once: they would be the same subject twice, in every file and comparison.
    All subjects get the same number of examples, since scores of different numbers cannot be compared. Scores are
    logged at each checkpoint's step, those of the base model at step 0.
    """
    began = perf_counter()
    workplace = _workplace(checkpoints, workplace)
    subjects, comparisons, count = _until_decided(inputs, _distinct(checkpoints), workplace, log)
    compared = perf_counter()
    slices = inputs.slices(count)
    scored = list(
        _counted(log, "score", (_scored(inputs, subject, slices, log) for subject in subjects), len(subjects))
    )
    seed, scores = derive_seed(inputs.seed, "slices"), compared_scores(inputs, subjects)
    comparisons += compare_slices(subjects, scores, slices, inputs.design, seed)
    return EvaluationResult(
        cards=_cards(scored, checkpoints),
        subjects=scored,
        comparisons=comparisons,
        looks=[look for look in inputs.design.looks if look <= count],
        budget=inputs.design.looks[-1],
        seconds={"generating and comparing": compared - began, "scoring": perf_counter() - compared},
    )


def _distinct(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Return the checkpoints without those whose weights an earlier one has."""
    digests = [checkpoint.digest for checkpoint in checkpoints]
    return [checkpoint for at, checkpoint in enumerate(checkpoints) if checkpoint.digest not in digests[:at]]


def _workplace(checkpoints: Sequence[Checkpoint], workplace: Workplace) -> Workplace:
    """Return the workplace; weights in production that this training made too are not of another training."""
    times = sum(checkpoint.digest == workplace.production for checkpoint in checkpoints)
    return replace(workplace, other_training=workplace.other_training and times < 2)


def _cards(subjects: Sequence[Subject[Any]], checkpoints: Sequence[Checkpoint]) -> list[Scorecard]:
    """Return the base model's scorecard if there is one, and one of each checkpoint."""
    found = {subject.digest: subject.card for subject in subjects}
    of_checkpoints = [replace(found[c.digest], subject=name_in_scorecards(c)) for c in checkpoints]
    return [*([found[BASE]] if BASE in found else []), *of_checkpoints]


def compared_scores(inputs: LoopInputs[Any, Any], subjects: Sequence[Subject[Any]]) -> list[str]:
    """Return the scores to compare in pairs: those of the policy and `also_compared` that were measured."""
    wanted = dict.fromkeys((*inputs.policy.scores, *inputs.policy.slices, *inputs.also_compared))
    return [name for name in wanted if name in inputs.design.of_sets or name in subjects[0].values]


def _until_decided(
    inputs: LoopInputs[Generated, Outputs], checkpoints: Sequence[Checkpoint], workplace: Workplace, log: RunLog
) -> tuple[list[Subject[Outputs]], list[Comparison], int]:
    """Return the subjects, their comparisons and the number of examples, at the look that decides or the last one."""
    candidates = [*([None] if inputs.with_base else []), *checkpoints]
    subjects: list[Subject[Outputs]] = []
    comparisons: list[Comparison] = []
    for count in inputs.design.looks:
        generated = list(workplace.spread(inputs.generate(count), candidates))
        inputs.check(candidates, generated)
        pairs = list(zip(candidates, generated, strict=True))
        measured = _measured(inputs, pairs, subjects, workplace)
        subjects = list(_counted(log, f"measure {count} examples of each", measured, len(pairs)))
        seed = derive_seed(inputs.seed, "comparisons", count)
        log.progress(f"compare in pairs on {count}", 0, 1)
        comparisons = compare_all(subjects, compared_scores(inputs, subjects), inputs.design, seed)
        log.progress(f"compare in pairs on {count}", 1, 1)
        names = [subject.digest for subject in subjects]
        if is_decided(comparisons, names, inputs.policy.primary, inputs.design.metrics):
            break
    return subjects, comparisons, count


def _counted(log: RunLog, what: str, results: Iterator[T], total: int) -> Iterator[T]:
    """Yield the results, and log how many there are so far: before the first one too, as each may take minutes."""
    log.progress(what, 0, total)
    for done, result in enumerate(results, start=1):
        log.progress(what, done, total)
        yield result


def _measured(
    inputs: LoopInputs[Generated, Outputs],
    generated: Sequence[tuple[Checkpoint | None, Generated]],
    before: Sequence[Subject[Outputs]],
    workplace: Workplace,
) -> Iterator[Subject[Outputs]]:
    """Yield the subjects of one look. All values are measured again, since some depend on the whole set."""
    for number, (checkpoint, found) in enumerate(generated):
        measured = inputs.measure(found, before[number] if before else None)
        yield Subject(
            step=checkpoint.step if checkpoint else 0,
            digest=checkpoint.digest if checkpoint else BASE,
            role=role_of(checkpoint, workplace),
            promoted=checkpoint is not None and checkpoint.digest == workplace.production,
            card=Scorecard(name_in_scorecards(checkpoint), inputs.snapshot, inputs.split, {}),
            outputs=measured.outputs,
            values=measured.values,
            work=measured.work,
        )


def _scored(
    inputs: LoopInputs[Generated, Outputs], subject: Subject[Outputs], slices: Slices, log: RunLog
) -> Subject[Outputs]:
    scores = inputs.score(subject)
    log.metrics({name: score.value for name, score in scores.items()}, subject.step)
    return replace(subject, card=replace(subject.card, scores=scores), slices=inputs.score_slices(subject, slices))
