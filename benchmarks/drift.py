"""Benchmarks: how often the drift verdict is wrong where nothing changed, and how often it finds what did."""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy.stats import chi2

from components.core.drift_policy import DriftPolicy
from components.drift.compare import compare_columns
from components.drift.verdict import DriftState, drift_verdict

REFERENCE = 2000  # rows that Production was trained on
NULL_SIZES = (60, 300, 900, 1100, 10_000)  # rows of a batch in which nothing changed
SHIFT_SIZES = (300, 1000)
DAYS = 365
WIDTH = 16  # of the embeddings
# Shares like those of 2,846 casual shoes of the Kaggle set; the rest of a column is spread over the last values.
TEXTS: Mapping[str, Mapping[str, float]] = {
    "colour": {
        "Black": 0.30,
        "White": 0.18,
        "Brown": 0.14,
        "Blue": 0.11,
        "Grey": 0.10,
        "Red": 0.07,
        "Green": 0.06,
        "Beige": 0.04,
    },
    "gender": {"Men": 0.68, "Women": 0.21, "Boys": 0.08, "Girls": 0.03},
    "season": {"Fall": 0.36, "Summer": 0.35, "Winter": 0.19, "Spring": 0.10},
    "brand": {f"Brand {number}": 0.05 for number in range(20)},
}
NUMBERS: Mapping[str, tuple[float, float]] = {  # mean and standard deviation
    "price": (2400.0, 900.0),
    "brightness": (0.78, 0.08),
    "white_background": (0.93, 0.05),
    "sharpness": (4.0, 0.6),
}

Rows = dict[str, list[Any]]
Change = Callable[[Rows, np.random.Generator], None]


def main() -> None:
    """Print both tables and one line of JSON. Exit with 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=4, help="simulated years of daily looks for each size (default 4)")
    parser.add_argument("--trials", type=int, default=200, help="batches for each change and size (default 200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    quiet = {n: _quiet(n, options.years, rng) for n in NULL_SIZES}
    found = {
        f"{name}, n = {n}": _found(change, n, options.trials, rng)
        for name, change in CHANGES.items()
        for n in SHIFT_SIZES
    }
    alarms, looks = sum(row["DRIFT"] for row in quiet.values()), sum(sum(row.values()) for row in quiet.values())
    years = options.years * len(NULL_SIZES)
    figures = {
        "false_alarms": {str(n): row for n, row in quiet.items()},
        "false_alarms_a_year_at_most": _highest(alarms, years),
        "single_look_at_most": _highest(alarms, looks),
        "found": found,
        "holds": _highest(alarms, years) <= 1 and _highest(alarms, looks) <= 0.05 and min(found.values()) >= 0.95,
    }
    print("\n".join(_lines(quiet, found, figures)), json.dumps(figures), sep="\n")  # noqa: T201
    raise SystemExit(0 if figures["holds"] else 1)


def _quiet(n: int, years: int, rng: np.random.Generator) -> Counter[str]:
    """Return the states of daily looks at batches like the reference."""
    states: Counter[str] = Counter({state.value: 0 for state in DriftState})
    for _ in range(years):
        reference = _rows(REFERENCE, rng)
        for day in range(1, DAYS + 1):
            states[_state(day, reference, _rows(n, rng))] += 1
    return states


def _found(change: Change, n: int, trials: int, rng: np.random.Generator) -> float:
    """Return the share of changed batches whose first look, half a year after the promotion, is DRIFT."""
    hits = 0
    for _ in range(trials):
        batch = _rows(n, rng)
        change(batch, rng)
        hits += _state(DAYS // 2, _rows(REFERENCE, rng), batch) == DriftState.DRIFT
    return hits / trials


def _state(look: int, reference: Rows, batch: Rows) -> str:
    return drift_verdict(look, compare_columns(reference, batch, look), [], DriftPolicy()).state.value


def _rows(n: int, rng: np.random.Generator) -> Rows:
    texts = {name: list(rng.choice(list(shares), n, p=list(shares.values()))) for name, shares in TEXTS.items()}
    numbers = {name: list(rng.normal(mean, deviation, n)) for name, (mean, deviation) in NUMBERS.items()}
    return {**texts, **numbers, "embedding": rng.normal(size=(min(n, 1000), WIDTH)).tolist()}


def _some(rows: Rows, column: str, share: float, rng: np.random.Generator) -> Iterator[int]:
    return (int(place) for place in np.flatnonzero(rng.random(len(rows[column])) < share))


def _more_black(rows: Rows, rng: np.random.Generator) -> None:
    for place in _some(rows, "colour", 3 / 7, rng):  # 30 % and 3/7 of the other 70 % are 60 %
        rows["colour"][place] = "Black"


def _new_category(rows: Rows, rng: np.random.Generator) -> None:
    for place in _some(rows, "brand", 0.15, rng):
        rows["brand"][place] = "New brand"


def _grey_backgrounds(rows: Rows, rng: np.random.Generator) -> None:
    for place in _some(rows, "white_background", 0.3, rng):
        rows["white_background"][place] = float(rng.uniform(0.0, 0.3))


def _blur(rows: Rows, rng: np.random.Generator) -> None:
    rows["sharpness"] = [value - 0.6 for value in rows["sharpness"]]


def _dearer(rows: Rows, rng: np.random.Generator) -> None:
    rows["price"] = [value * 1.3 for value in rows["price"]]


def _darker(rows: Rows, rng: np.random.Generator) -> None:
    for place in _some(rows, "brightness", 0.5, rng):
        rows["brightness"][place] -= 0.15


def _other_pictures(rows: Rows, rng: np.random.Generator) -> None:
    rows["embedding"] = (np.array(rows["embedding"]) + 0.4).tolist()


CHANGES: Mapping[str, Change] = {
    "black from 30 to 60 %": _more_black,
    "15 % of a new category": _new_category,
    "30 % grey backgrounds": _grey_backgrounds,
    "blur by one standard deviation": _blur,
    "prices up by 30 %": _dearer,
    "half of the pictures 15 % darker": _darker,
    "embeddings shifted by 0.4": _other_pictures,
}


def _highest(events: int, of: int) -> float:
    """Return the one-sided 95 % bound of a Poisson rate, exact (Garwood 1936)."""
    return float(chi2.ppf(0.95, 2 * (events + 1)) / 2 / of)


def _lines(quiet: Mapping[int, Counter[str]], found: Mapping[str, float], figures: Mapping[str, Any]) -> Iterator[str]:
    yield "Nothing changed: verdicts of daily looks"
    yield f"{'n':>8}" + "".join(f"{state:>9}" for state in DriftState)
    for n, row in quiet.items():
        yield f"{n:>8,}" + "".join(f"{row[state.value]:>9,}" for state in DriftState)
    yield (
        f"A false DRIFT: at most {figures['false_alarms_a_year_at_most']:.3f} a model and year, "
        f"{figures['single_look_at_most']:.5f} a look (95 % bounds)"
    )
    yield "\nA change: share of first looks that say DRIFT"
    yield from (f"  {name:<45}{share:>6.1%}" for name, share in found.items())


if __name__ == "__main__":
    main()
