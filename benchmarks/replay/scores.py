"""Benchmarks / replay: scores versions on the newest validation rows, compares them in pairs, decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.replay.pictures import Facts
from benchmarks.replay.rows import Row
from benchmarks.replay.versions import ASKED, Version, generate
from components.core.config import PromotionPolicy
from components.core.differences import by_pair
from components.core.metric_table import METRICS, Measures
from components.core.ranking import Evidence, beats
from components.core.records import Candidate, Comparison, Decision, Score, Scorecard
from components.core.seeds import derive_seed
from components.core.selection import decide
from components.metrics.agreement import cosines
from components.metrics.comparison import Pair, compare_kernel_distances, compare_means
from components.metrics.intervals import Clusters
from components.metrics.kernel import kid
from components.metrics.means import mean_score

STEP = 400  # of the optimizer, as in the starter's YAML: sentences name it
MEASURES = Measures(METRICS, ("clip_score", "attribute_agreement", "white_background"))  # targets of the recipe


@dataclass(frozen=True)
class Exam:
    """What versions are scored on: the validation rows of the catalogue of a day."""

    day: int
    prompts: Sequence[Row]
    rows: Sequence[Row]  # all products of the year
    facts: Facts
    seed: int

    @property
    def real(self) -> Tensor:
        return self.facts.features[[row.number for row in self.prompts]]

    @property
    def captions(self) -> Tensor:
        """The number of each prompt's caption: equal captions are one cluster."""
        names: dict[str, int] = {}
        return torch.tensor([names.setdefault(self.facts.captions[row.number], len(names)) for row in self.prompts])

    @property
    def clusters(self) -> Clusters:
        return self.captions, self.captions


@dataclass(frozen=True)
class Answers:
    """What a version generated: features, and a value for each picture by score."""

    features: Tensor
    values: dict[str, Tensor]


def answers_of(version: Version, exam: Exam) -> Answers:
    """Generate a picture for each prompt and measure it."""
    found, facts = generate(version, exam.prompts, derive_seed(exam.seed, "exam", exam.day)), exam.facts
    texts = facts.texts[[row.number for row in exam.prompts]]
    return Answers(
        facts.features[found],
        {
            "clip_score": cosines(torch.from_numpy(facts.embeddings[found]), texts),
            "attribute_agreement": torch.tensor(
                [_agreement(exam.rows[number], prompt) for number, prompt in zip(found, exam.prompts, strict=True)]
            ),
            "white_background": facts.white[found],
            "sharpness": facts.sharp[found],
        },
    )


def candidate_of(version: Version, exam: Exam) -> tuple[Candidate, Answers]:
    """Return a version with its scorecard, and what it generated."""
    answers, facts = answers_of(version, exam), exam.facts
    others = facts.features[[row.number for row in version.training]]
    seed = derive_seed(exam.seed, "scores", exam.day)
    scores: dict[str, Score] = {"kid": kid(answers.features, exam.real, others, facts.extractor, exam.clusters, seed)}
    for name, values in answers.values.items():
        scores[name] = mean_score(name, values, "", exam.captions, seed)
    card = Scorecard(version.digest, f"day-{exam.day}", "validation", scores)
    return Candidate(version.number, STEP, card, version.digest), answers


def compared(new: tuple[Candidate, Answers], old: tuple[Candidate, Answers], exam: Exam) -> list[Comparison]:
    """Return the paired comparisons of the new version with the one in production."""
    ours, theirs = new[1], old[1]
    names, seed = (new[0].digest, old[0].digest), derive_seed(exam.seed, "pairs", exam.day)
    found = [
        compare_kernel_distances(Pair("kid", *names), ours.features, theirs.features, exam.real, exam.clusters, seed)
    ]
    for name in ours.values:
        found.append(compare_means(Pair(name, *names), ours.values[name], theirs.values[name], exam.captions, seed))
    return found


def decided(
    new: Candidate, old: Candidate | None, comparisons: Sequence[Comparison], policy: PromotionPolicy
) -> Decision:
    """Return the promotion policy's decision on the new version."""
    return decide([new], old, None, policy, comparisons, MEASURES)[0]


def is_clearly_better(
    new: Candidate, old: Candidate, comparisons: Sequence[Comparison], policy: PromotionPolicy
) -> bool:
    """Return whether a promotion had a benefit, by the rule with which promotions are decided."""
    return beats(new, old, Evidence(policy.primary, by_pair(comparisons), METRICS))


def _agreement(shown: Row, prompt: Row) -> float:
    same = [bool(getattr(shown, name) == getattr(prompt, name)) for name in ASKED]
    return sum(same) / len(same)
