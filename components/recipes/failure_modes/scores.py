"""Failure modes: the table of the scores that classifiers of comments have."""

from components.core.metric_table import METRICS, Interval, Metric, Metrics

INFINITY = float("inf")
SET = Interval.RESAMPLED

SCORES: Metrics = {
    "f1_macro": Metric(
        "Macro F1", "mean F1 of the failure modes, each counts the same", +1, "share", 0, 1, SET, smallest_n=16
    ),
    "accuracy": METRICS["accuracy"],
    "pr_auc": Metric(
        "PR-AUC",
        "mean area under the precision-recall curves",
        +1,
        "share",
        0,
        1,
        SET,
        smallest_n=16,
    ),
    "mcc": Metric("MCC", "Matthews correlation of answers and labels", +1, "correlation", -1, 1, SET, smallest_n=16),
    "roc_auc": Metric(
        "ROC-AUC", "mean area under the ROC curves of the failure modes", +1, "share", 0, 1, SET, smallest_n=16
    ),
    "top_3": Metric(
        "Top 3",
        "share of comments whose failure mode is among the three likeliest",
        +1,
        "share",
        0,
        1,
        SET,
        smallest_n=16,
    ),
    "ece": Metric(
        "ECE",
        "expected calibration error: mean distance of confidence and accuracy, over bins of confidence",
        -1,
        "share",
        0,
        1,
        SET,
        smallest_n=16,
        note="few comments in a bin are never exactly as accurate as confident: it cannot reach 0",
    ),
    "log_loss": Metric(
        "Log loss",
        "mean of minus the log of the label's probability",
        -1,
        "nats",
        0,
        INFINITY,
        Interval.BOOTSTRAP,
        16,
    ),
    "latency_ms": Metric(
        "Latency",
        "time of one answer to one comment, on the machine that scored it",
        -1,
        "ms",
        0,
        INFINITY,
        Interval.BOOTSTRAP,
        decimals=1,
        note="compare only what was scored on one machine at one time",
    ),
}
SHOWN = ("f1_macro", "pr_auc", "mcc", "roc_auc", "ece", "latency_ms")
