"""Failure modes: what comments are made of: their words, by failure mode, and what other columns say of the labels."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from components.recipes.failure_modes.ingest.rows import Read

_WORD = re.compile(r"[^\W\d_]{2,}")
MOST_VALUES = 100  # of a column: one with more, such as a serial number, has no values to compare
TYPICAL = 8  # words of each failure mode
# Words of every text, which tell nothing of a comment.
COMMON = frozenset(
    "the a an and or of to in on at is are was for from with it by be as has have not no this that".split()  # noqa: SIM905
)


def words_of(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in COMMON]


def word_counts(rows: Sequence[Read]) -> "Counter[str]":
    """Return in how many comments each word is."""
    return Counter(word for row in rows for word in set(words_of(row.text)))


def typical_words(rows: Sequence[Read]) -> dict[str, list[str]]:
    """Return the words that are more frequent in a failure mode than elsewhere, by the log odds ratio over its error.

    Source: Monroe, Colaresi and Quinn, Fightin' words (2008), with half a comment of each word added everywhere.
    """
    everywhere, inside, sizes = word_counts(rows), defaultdict[str, Counter[str]](Counter), Counter[str]()
    for row in rows:
        if row.label is not None:
            inside[row.label].update(set(words_of(row.text)))
            sizes[row.label] += 1
    return {
        label: [word for word, _ in _by_odds(inside[label], everywhere, size, len(rows))[:TYPICAL]]
        for label, size in sizes.most_common()
    }


def typical_shares(rows: Sequence[Read], most: int) -> dict[str, dict[str, float]]:
    """Return `label: word` -> the share of comments in [0, 1] that have the word, with this label and with others.

    `most` typical words of each label are shown, the most frequent label first.
    """
    labelled = [row for row in rows if row.label is not None]
    sizes, everywhere = Counter(row.label for row in labelled), word_counts(labelled)
    inside = Counter((row.label, word) for row in labelled for word in set(words_of(row.text)))
    return {
        f"{label}: {word}": {
            "with this failure mode": inside[label, word] / sizes[label],
            "with others": (everywhere[word] - inside[label, word]) / max(1, len(labelled) - sizes[label]),
        }
        for label, words in typical_words(rows).items()
        for word in words[:most]
    }


def _by_odds(
    inside: Mapping[str, int], everywhere: Mapping[str, int], size: int, total: int
) -> list[tuple[str, float]]:
    found = []
    for word, here in inside.items():
        elsewhere = everywhere[word] - here
        odds = math.log((here + 0.5) / (size - here + 0.5))
        others = math.log((elsewhere + 0.5) / (total - size - elsewhere + 0.5))
        found.append((word, (odds - others) / math.sqrt(1 / (here + 0.5) + 1 / (elsewhere + 0.5))))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def associations(rows: Sequence[Read]) -> dict[str, dict[str, float]]:
    """Return how strongly each other column goes with the label: Cramer's V in [0, 1], corrected for chance, and n.

    Source: Bergsma, A bias-correction for Cramer's V (2013). The length of a comment and its year are columns too.
    """
    frame = pd.DataFrame([_columns(row) for row in rows if row.label is not None])
    if frame.empty:
        return {}
    found = {}
    for name in (column for column in frame.columns if column != "label"):
        known = frame[[name, "label"]].dropna()
        if 1 < known[name].nunique() <= MOST_VALUES and known["label"].nunique() > 1:
            found[str(name)] = {"cramers_v": round(_cramers_v(pd.crosstab(known[name], known["label"]).to_numpy()), 4)}
            found[str(name)]["n"] = len(known)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]["cramers_v"]))


def _columns(row: Read) -> dict[str, str | None]:
    words = len(row.text.split())
    length = "1-3" if words < 4 else "4-7" if words < 8 else "8 and more"
    other = {name: value or None for name, value in dict(row.other).items()}
    return {**other, "label": row.label, "asset": row.asset, "year": (row.date or "")[:4] or None, "words": length}


def _cramers_v(table: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> float:
    n, (rows, columns) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    fewer = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return math.sqrt(phi2 / fewer) if fewer > 0 else 0.0
