"""Product images: what the paired comparisons say of two subjects on one metric, over all pictures."""

from components.core.metric_table import METRICS
from components.core.records import Comparison
from components.recipes.product_images.report.material import Material, Subject
from components.recipes.product_images.report.words import is_finite, is_share, spoken


def pair(material: Material, metric: str, one: Subject, other: Subject) -> Comparison | None:
    """Return the comparison of two subjects, whichever is ours; of several the one of most pictures."""
    found = [
        comparison
        for comparison in material.comparisons
        if comparison.metric == metric and not comparison.part and _joins(comparison, one, other)
    ]
    return max(found, key=lambda c: (c.n, not c.decided), default=None)


def chance_of(subject: Subject, comparison: Comparison) -> float:
    """Return the probability that this subject is the better one of the two."""
    return comparison.better if comparison.ours in subject.known_as else 1.0 - comparison.better


def winner(comparison: Comparison) -> str | None:
    """Return the digest of the better one where the interval leaves out 0 and the probability is one, or else None."""
    if not comparison.decided or not is_finite(comparison.better):
        return None
    return comparison.ours if comparison.better > 0.5 else comparison.theirs


def trust(material: Material, metric: str, subject: Subject) -> bool:
    """Tell whether the subject's score may rank anything: there, finite, and of enough pictures."""
    score = subject.card.scores.get(metric)
    return score is not None and score.honest and is_finite(score.value)


def best_of(subjects: list[Subject], metric: str) -> Subject | None:
    """Return the subject with the best finite score; of equal ones the first."""
    better = METRICS[metric].better if metric in METRICS else +1
    numbered = [s for s in subjects if metric in s.card.scores and is_finite(s.card.scores[metric].value)]
    return max(numbered, key=lambda s: better * s.card.scores[metric].value, default=None)


def difference_words(comparison: Comparison) -> str:
    value, interval = spoken(comparison.difference, comparison.low, comparison.high, is_share(comparison.metric))
    return f"{value} ({interval})"


def _joins(comparison: Comparison, one: Subject, other: Subject) -> bool:
    pairs = ((one, other), (other, one))
    return any(comparison.ours in a.known_as and comparison.theirs in b.known_as for a, b in pairs)
