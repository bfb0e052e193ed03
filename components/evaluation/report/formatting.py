"""Evaluation: how reports write numbers, scores and their titles, the same in every page, table and sentence."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from components.core.metric_table import Metrics
from components.core.records import Score

NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
DIRECTIONS = {+1: "higher is better", -1: "lower is better"}
SPECIAL = re.compile(r"([\\`*_\[\]|<>&#~])")  # in Markdown
CERTAIN = 0.995  # a probability above this is shown as a bound: resampling gives no more digits


def title(metric: str, metrics: Metrics) -> str:
    """Return the title of a score; a score that is not in the table keeps its name."""
    row = metrics.get(metric)
    return (row and row.title) or metric.replace("_", " ")


def direction(metric: str, metrics: Metrics) -> str:
    return DIRECTIONS[metrics[metric].better] if metric in metrics else "no direction known"


def is_share(metric: str, metrics: Metrics) -> bool:
    return metric in metrics and metrics[metric].unit == "share"


def format_value(value: float | None, low: float | None, high: float | None, share: bool = False) -> tuple[str, str]:
    """Return the value and its interval as texts, with decimals that fit the interval's width.

    >>> format_value(73.0849, 65.21, 81.93)
    ('73.1', '65.2 to 81.9')
    >>> format_value(0.875, 0.71, 0.96, share=True)
    ('88 %', '71 to 96 %')
    >>> format_value(float("nan"), 0.0, 1.0) == (NONE, "0.00 to 1.00")
    True
    """
    scale, unit = (100.0, " %") if share else (1.0, "")
    width = (high - low) * scale if is_finite(low) and is_finite(high) and low is not None and high is not None else 0
    texts = [number(value, scale, width), number(low, scale, width), number(high, scale, width)]
    interval = "no interval" if NONE in texts[1:] else f"{texts[1]} to {texts[2]}{unit}"
    return texts[0] + (unit if texts[0] != NONE else ""), interval


def number(value: float | None, scale: float = 1.0, width: float = 0.0) -> str:
    """Return a number rounded to two digits of its interval's half width, or to four digits without an interval."""
    if value is None or not is_finite(value):
        return NONE
    scaled = value * scale
    if width <= 0:
        return f"{scaled:.4g}".replace("-", MINUS)
    decimals = min(8, max(0, 1 - math.floor(math.log10(width / 2))))
    return f"{scaled:.{decimals}f}".replace("-", MINUS)


def format_score(metric: str, score: Score, metrics: Metrics) -> tuple[str, str]:
    return format_value(score.value, score.low, score.high, is_share(metric, metrics))


def probability(value: float | None) -> str:
    """Return a probability as a text; as a bound near 0 and 1."""
    if value is None or not is_finite(value):
        return NONE
    if value > CERTAIN:
        return "> 0.99"
    return "< 0.01" if value < 1 - CERTAIN else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """Return a duration as a text.

    >>> duration(0.42), duration(95.0), duration(7390.0)
    ('0.4 s', '1 min 35 s', '2 h 3 min')
    """
    if seconds is None or not is_finite(seconds):
        return NONE
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def setting(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def join_names(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    >>> join_names(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def markdown(text: str) -> str:
    r"""Return a text on one line with its Markdown escaped, so that names and prompts cannot add markup.

    >>> print(markdown("<b>a|b</b>"))
    \<b\>a\|b\</b\>
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def as_json(value: Any) -> Any:
    """Return a value that JSON can hold: null for NaN and infinities, texts for types that JSON lacks."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Sequence | set | frozenset):
        return [as_json(inner) for inner in value]
    return str(value)
