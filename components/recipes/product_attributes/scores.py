"""Product attributes: the table of the scores that generators of rows have."""

from components.core.metric_table import Interval, Metric, Metrics

SET, WILSON, MEAN = Interval.RESAMPLED, Interval.WILSON, Interval.BOOTSTRAP
REAL = ("real examples",)
C2ST, PAIRS = "c2st", "pair_dependence"


def _share(title: str, meaning: str, better: int, interval: Interval, note: str = "") -> Metric:
    return Metric(title, meaning, better, "share", 0, 1, interval, smallest_n=64, needs=REAL, note=note)


SCORES: Metrics = {
    C2ST: Metric(
        "C2ST",
        "AUC of a classifier that tells generated rows from real ones: 0.5 if it cannot, 1 if it always can",
        -1,
        "AUC",
        0,
        1,
        SET,
        smallest_n=200,
        needs=REAL,
        note="compare at equal n only: a classifier that sees more rows tells more; by chance it can be below 0.5",
    ),
    PAIRS: _share(
        "Pair dependence",
        "mean distance of the joint shares of two columns, over all pairs (total variation)",
        -1,
        SET,
        "compare at equal n only: few rows of many values are never exactly like others, see the floor",
    ),
    "column_shapes": _share(
        "Column shapes",
        "mean distance of single columns: total variation of categories, Kolmogorov-Smirnov of numbers",
        -1,
        SET,
        "compare at equal n only, see the floor",
    ),
    "category_coverage": _share(
        "Category coverage", "share of the values of real rows that generated rows have too, mean over columns", +1, SET
    ),
    "validity": _share("Validity", "share of generated rows that meet every constraint", +1, WILSON),
    "accepted": _share(
        "Accepted",
        "share of rows whose first proposal met every constraint; the others were proposed again",
        +1,
        WILSON,
    ),
    "tstr": _share(
        "TSTR",
        "share of real rows of which a classifier predicts one column, trained on generated rows alone",
        +1,
        WILSON,
        "the floor is the same classifier, trained on as many real rows",
    ),
    "copies": _share(
        "Copies",
        "share of generated rows that equal a training row",
        -1,
        WILSON,
        "real rows repeat each other too: the floor is the share of held-out real rows",
    ),
    "excess_copies": Metric(
        "Excess copies",
        "share of generated rows that equal a training row, less that of held-out real rows",
        -1,
        "difference of shares",
        -1,
        1,
        SET,
        smallest_n=64,
        needs=REAL,
        note="above 0: the model repeats its training more than real products do",
    ),
    "closer_to_training": _share(
        "Closer to training",
        "share of generated rows that are closer to a training row than to any of as many held-out rows; ties half",
        -1,
        MEAN,
        "0.5 if the model knows its training no better than other real rows",
    ),
    "closest_record": Metric(
        "Closest record",
        "mean distance of a generated row to the closest training row: the share of columns that differ",
        +1,
        "share of columns",
        0,
        1,
        MEAN,
        smallest_n=64,
        needs=REAL,
        note="larger is more private; independent noise is far too: read it beside its floor",
    ),
}
SHOWN = (C2ST, PAIRS, "column_shapes", "validity", "tstr", "excess_copies")
