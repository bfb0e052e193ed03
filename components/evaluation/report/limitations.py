"""Evaluation: the limits of the scores, one sentence each."""

from collections.abc import Iterator

from components.core.records import Comparison
from components.evaluation.report.formatting import join_names, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.paired_results import equality


def limitations(inputs: ReportInputs) -> list[str]:
    """Return scores with too few examples, undecided comparisons, the panels' limitations, and scores left out."""
    of_panels = [sentence for panel in inputs.panels for sentence in panel.limitations]
    return [*_too_few(inputs), *_undecided(inputs), *of_panels, *_left_out(inputs)]


def _too_few(inputs: ReportInputs) -> Iterator[str]:
    for metric in inputs.measured:
        scores = [s.card.scores[metric] for s in inputs.subjects if metric in s.card.scores]
        few = sorted({score.n for score in scores if not score.honest})
        if few:
            counts, many = join_names([str(n) for n in few]), inputs.noun.many
            yield f"{title(metric, inputs.metrics)} cannot rank: {counts} {many} are too few for it."


def _undecided(inputs: ReportInputs) -> Iterator[str]:
    whole = [c for c in inputs.comparisons if not c.part and not c.decided]
    for metric in inputs.primary:
        pairs = [_pair(inputs, comparison) for comparison in whole if comparison.metric == metric]
        if pairs:
            yield f"{title(metric, inputs.metrics)} does not distinguish {'; '.join(pairs)}."


def _pair(inputs: ReportInputs, comparison: Comparison) -> str:
    would = f"about {comparison.enough:,} {inputs.noun.many} would" if comparison.enough else ""
    note = equality([comparison], inputs.metrics) or would
    pair = f"{inputs.title_of(comparison.ours)} from {inputs.title_of(comparison.theirs)}"
    return f"{pair} ({note})" if note.startswith("about") else f"{pair}, {note}" if note else pair


def _left_out(inputs: ReportInputs) -> Iterator[str]:
    for metric, why in inputs.left_out.items():
        yield f"{title(metric, inputs.metrics)} was not measured: {why.rstrip('.')}."
