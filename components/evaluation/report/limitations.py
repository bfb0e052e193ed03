"""Evaluation: what the pictures cannot decide, one sentence each, so that nobody reads more out of them."""

from collections.abc import Iterator

from components.core.records import Comparison
from components.evaluation.report.formatting import listed, spoken, title
from components.evaluation.report.inputs import Material


def doubts(material: Material) -> list[str]:
    """Return what is too little to rank by, undecided, judged by an unfit classifier, or was not measured at all."""
    return [*_too_few(material), *_undecided(material), *_unfit(material), *_left_out(material)]


def _too_few(material: Material) -> Iterator[str]:
    for metric in material.metrics:
        scores = [s.card.scores[metric] for s in material.subjects if metric in s.card.scores]
        few = sorted({score.n for score in scores if not score.honest})
        if few:
            yield f"{title(metric)} ranks nothing: {listed([str(n) for n in few])} pictures are too few for it."


def _undecided(material: Material) -> Iterator[str]:
    whole = [c for c in material.comparisons if not c.part and not c.decided]
    for metric in dict.fromkeys([*material.primary, *(c.metric for c in whole)]):
        pairs = [_pair_words(material, comparison) for comparison in whole if comparison.metric == metric]
        if pairs:
            yield f"{title(metric)} does not tell {'; '.join(pairs)}."


def _pair_words(material: Material, comparison: Comparison) -> str:
    would = f" (about {comparison.enough:,} pictures would)" if comparison.enough else ""
    return f"{material.title_of(comparison.ours)} from {material.title_of(comparison.theirs)}{would}"


def _unfit(material: Material) -> Iterator[str]:
    for attribute, head in material.heads.items():
        right, _ = spoken(head.accuracy, head.low, head.high, share=True)
        guessed, _ = spoken(head.commonest, head.low, head.high, share=True)
        if not head.usable:
            yield (
                f"Whether {attribute} is drawn as asked: on real pictures its classifier is right in {right}, and "
                f"always guessing the commonest value would be in {guessed}."
            )


def _left_out(material: Material) -> Iterator[str]:
    for metric, why in material.left_out.items():
        yield f"{title(metric)} was not measured: {why.rstrip('.')}."
