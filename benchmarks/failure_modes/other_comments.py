"""Benchmarks: what the analysis finds out about labels, and about comments of another kind."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.failure_modes.nested import inner_threshold
from benchmarks.failure_modes.read import read_comments
from components.recipes.failure_modes.analysis.abstention import Share, share
from components.recipes.failure_modes.analysis.keyword_rules import KeywordRules, find_keyword_rules
from components.recipes.failure_modes.analysis.similarity import index_texts
from components.recipes.failure_modes.analysis.unfamiliar import learn_familiar
from components.recipes.failure_modes.analysis.without_labels import EstimatedAccuracy, estimated_accuracy
from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate

MOST = 500  # comments of a file
OWN = "fmc_mwo2kg.csv"
FILES = {OWN: "text", "excavator_failure_mode.csv": "text", "maintnet_aviation.csv": "PROBLEM"}
PACKED = {"nhtsa_recall_documents.csv.gz": "SUMMARY"}


@dataclass(frozen=True, slots=True)
class OtherComments:
    """How a model that was trained on fmc_mwo2kg.csv answers comments of one file."""

    file: str
    unfamiliar: Share  # with a reason that lies in the text
    abstained: Share  # with that, or less sure than the threshold
    estimated: EstimatedAccuracy

    @property
    def sentence(self) -> str:
        return (
            f"{self.file}: abstains from {self.abstained.value:.0%} ({self.abstained.low:.0%} to "
            f"{self.abstained.high:.0%}) of {self.abstained.n}, {self.unfamiliar.value:.0%} for their words; "
            f"estimated accuracy {self.estimated.value:.2f}"
        )


def keyword_rules(path: Path, seed: int) -> KeywordRules:
    return find_keyword_rules(*read_comments(path), seed)


def other_comments(data: Path, name: str, settings: LadderSettings, seed: int) -> list[OtherComments]:
    """Train one candidate on fmc_mwo2kg.csv, and let it answer comments of each file, its own among them."""
    texts, labels = read_comments(data / OWN)
    plain = name if name != "soft-voting" else "logistic-regression"
    model = fit_candidate(plain, texts, labels, settings, seed)
    threshold = inner_threshold(model, labels)
    familiar = learn_familiar(index_texts(texts, labels))
    found = []
    for file, column in {**FILES, **PACKED}.items():
        comments = sampled(read_comments(data / file, column, None)[0], seed)
        own = file == OWN  # its comments are answered by models that were fitted without them
        confidence = model.held_out.max(1)[:MOST] if own else model.probabilities(comments).max(1)
        strange = np.array([bool(reason) for reason in familiar.reasons(comments)])
        abstained = strange | (confidence < threshold)
        n = len(comments)
        shares = share(int(strange.sum()), n), share(int(abstained.sum()), n)
        found.append(OtherComments(file, *shares, estimated_accuracy(confidence)))
    return found


def sampled(texts: list[str], seed: int) -> list[str]:
    order = np.random.default_rng(seed).permutation(len(texts))[:MOST]
    return [texts[i] for i in sorted(order.tolist())]
