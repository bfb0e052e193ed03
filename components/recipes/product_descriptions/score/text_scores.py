"""Product descriptions: the values of single texts, and the scores of a set of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import torch
from torch import Tensor

from components.core.metric_table import Interval
from components.core.records import Score
from components.metrics.bleu import bleu_counts, corpus_bleu, self_bleu
from components.metrics.classified import resampled_weights
from components.metrics.copied_text import TrainingTexts
from components.metrics.likelihood import TextLosses, bits_per_byte, perplexity
from components.metrics.means import mean_score
from components.metrics.reading_level import reading_level
from components.metrics.resampled import Compute, resampled_score
from components.metrics.rouge import rouge
from components.metrics.word_variety import GramCounts, distinct, repetition
from components.metrics.words import words_of
from components.recipes.product_descriptions.config import WordLimits
from components.recipes.product_descriptions.score.faithfulness import Checker, Finding
from components.recipes.product_descriptions.score.known_words import KnownWords
from components.recipes.product_descriptions.scores import SCORES

OF_SETS = tuple(name for name, metric in SCORES.items() if metric.interval is Interval.RESAMPLED)
SLICED = ("bits_per_byte", "faithfulness", "contradicted", "invented", "length", "reading_level", "banned_claims")


@dataclass(frozen=True)
class Standard:
    """What texts are measured by: the checker, training texts, their words, other real texts, length, claims."""

    checker: Checker
    training: TrainingTexts
    known: KnownWords
    held_out: Sequence[str]
    words: WordLimits
    banned: Sequence[str]


def value_texts(
    texts: Sequence[str], attributes: Sequence[Mapping[str, str]], references: Sequence[str], standard: Standard
) -> dict[str, Tensor]:
    """Return (N,) values by score, one for each text, NaN where the score does not apply."""
    found = standard.checker.find(attributes, texts)
    lengths = [len(words_of(text)) for text in texts]
    return {
        **faithfulness_values(found),
        **rouge(texts, references),
        "self_bleu": self_bleu(texts),
        "repetition": repetition(texts),
        "unknown_words": _numbers(map(standard.known.share, texts, attributes)),
        "copied": standard.training.copied(texts),
        "memorised": standard.training.nearest(texts, standard.held_out).values,
        "length": _numbers(lengths),
        "length_fits": _numbers(standard.words.fewest <= length <= standard.words.most for length in lengths),
        "reading_level": reading_level(texts),
        "banned_claims": _numbers(bool(banned_in(text, standard.banned)) for text in texts),
    }


def faithfulness_values(found: Sequence[Finding]) -> dict[str, Tensor]:
    return {
        "faithfulness": _numbers(finding.faithfulness for finding in found),
        "stated": _numbers(finding.stated for finding in found),
        "contradicted": _numbers(finding.contradicts for finding in found),
        "invented": _numbers(bool(finding.invented) for finding in found),
    }


def banned_in(text: str, banned: Sequence[str]) -> list[str]:
    """Return the banned claims that a text makes: their words in their order, in any letter case."""
    words = f" {' '.join(words_of(text))} "
    return [claim for claim in banned if f" {' '.join(words_of(claim))} " in words]


@dataclass(frozen=True)
class TextSet:
    """A set of texts and real ones of the same products, for scores of whole sets; `losses` are of the real ones."""

    texts: Sequence[str]
    references: Sequence[str]
    losses: TextLosses | None = None

    @cached_property
    def computes(self) -> dict[str, Compute]:
        """Return the function of each score of sets: weights (resamples, N) -> values."""
        counts = bleu_counts(self.texts, self.references)
        found: dict[str, Compute] = {
            "bleu": partial(corpus_bleu, counts),
            "distinct_1": partial(distinct, GramCounts(self.texts, 1)),
            "distinct_2": partial(distinct, GramCounts(self.texts, 2)),
        }
        return {**({"perplexity": partial(perplexity, self.losses)} if self.losses else {}), **found}


def score_texts(
    found: TextSet, values: Mapping[str, Tensor], clusters: Tensor, floors: Mapping[str, float], seed: int
) -> dict[str, Score]:
    """Return every score of a set of texts with its interval and its floor, in the order of the table."""
    members = torch.unique(clusters, return_inverse=True)[1]
    weights = resampled_weights(members.numpy(), seed)
    means = {
        name: mean_score(name, of_texts, "", clusters, seed, floors.get(name), metrics=SCORES)
        for name, of_texts in values.items()
    }
    sets = {name: resampled_score(SCORES[name], compute, weights) for name, compute in found.computes.items()}
    scores = {**means, **{name: replace(score, floor=floors.get(name)) for name, score in sets.items()}}
    return {name: replace(scores[name], smallest_n=SCORES[name].smallest_n) for name in SCORES if name in scores}


def loss_values(losses: TextLosses) -> dict[str, Tensor]:
    return {"bits_per_byte": bits_per_byte(losses)}


def _numbers(values: Iterable[float]) -> Tensor:
    return torch.tensor([float(value) for value in values], dtype=torch.float64)
