"""Drift: what people ask for, as columns: the outcome of requests, and the values and words of what was asked."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.drift.columns import Column, ColumnDrift, column_drifts
from components.drift.verdict import LARGE, DriftState, DriftVerdict

MOST_VALUES = 50  # a field with more different texts, such as a prompt, is compared by its words
MOST_WORDS = 30  # of a field: the most frequent ones
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the service: whether it was answered, how many outputs it asked for, and its fields, if kept."""

    outcome: str
    outputs: int
    asked: Mapping[str, Any]


def parse_request(outcome: str, outputs: int, asked: str) -> Request:
    """Return a request as the service logs it. What is no JSON object counts as not kept."""
    try:
        fields = json.loads(asked) if asked else {}
    except ValueError:
        fields = {}
    return Request(outcome, outputs, fields if isinstance(fields, dict) else {})


def compare_requests(former: Sequence[Request], recent: Sequence[Request]) -> list[ColumnDrift]:
    """Return how far recent requests are from former ones, the least probable column first."""
    texts = [dict(_texts(request.asked)) for request in (*former, *recent)]
    columns: dict[str, Column] = {
        "outcome": [request.outcome for request in (*former, *recent)],
        "outputs": [request.outputs for request in (*former, *recent)],
        **_asked_columns(texts),
    }
    at = len(former)
    return column_drifts({n: c[:at] for n, c in columns.items()}, {n: c[at:] for n, c in columns.items()})


def with_requests(verdict: DriftVerdict, columns: Sequence[ColumnDrift], allowed: float) -> DriftVerdict:
    """Return WATCH where nothing worse was found and people ask for other things than before.

    It is no DRIFT: new rows may be needed, and a training on the same ones helps nobody.

    Args:
        verdict: of the rows and the scores.
        columns: how far recent requests are from former ones.
        allowed: the largest probability by chance of each of them.
    """
    if verdict.state in (DriftState.DRIFT, DriftState.WATCH):
        return verdict
    for drift in columns:
        if drift.p <= allowed and drift.distance >= LARGE[drift.method]:
            said = (
                f"requests differ in {drift.column}: {drift.change} ({drift.method} {drift.distance:.3f}, large from "
                f"{LARGE[drift.method]:g}; p = {drift.p:.2g}, at most {allowed:.2g} allowed by chance; n = {drift.n})"
            )
            return DriftVerdict(DriftState.WATCH, f"asked:{drift.column}", said)
    return verdict


def _texts(fields: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _texts(value, f"{path}{name}.")
        elif isinstance(value, str):
            yield f"{path}{name}", value


def _asked_columns(requests: Sequence[Mapping[str, str]]) -> dict[str, Column]:
    """Return a column of values for each field with few different ones, else one for each of its frequent words."""
    found: dict[str, Column] = {}
    for name in sorted({name for request in requests for name in request}):
        values = [request.get(name) for request in requests]
        if len(set(values)) <= MOST_VALUES:
            found[name] = values
            continue
        words = [set(_WORD.findall((value or "").lower())) for value in values]
        counts = Counter(word for asked in words for word in asked)
        for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]:
            found[f"{name}: {word}"] = ["yes" if word in asked else "no" for asked in words]
    return found
