"""Data: how evenly the values of a column fell into the splits."""

from collections.abc import Mapping

import pandas as pd

from components.core.records import Splits

Balance = Mapping[str, Mapping[str, float]]  # value -> split -> share of the split, in [0, 1]


def balance_of(splits: Splits, column: str) -> Balance:
    """Return the share of each value in each split that has examples, the most frequent first; a split sums to 1."""
    rows = [(split, str(e.get(column) or "unknown")) for split, examples in splits.items() for e in examples]
    table = pd.DataFrame(rows, columns=["split", "value"])
    shares = pd.crosstab(table["value"], table["split"], normalize="columns")
    ordered = shares.loc[table["value"].value_counts().index, [split for split in splits if split in shares.columns]]
    return {str(value): {str(split): float(share) for split, share in row.items()} for value, row in ordered.iterrows()}


def imbalance_of(balance: Balance, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return the total variation distance of each split's shares from those of all examples, in [0, 1]; 0 is best."""
    total = sum(sizes.values())
    overall = {v: sum(shares.get(s, 0.0) * n for s, n in sizes.items()) / total for v, shares in balance.items()}
    return {s: sum(abs(shares.get(s, 0.0) - overall[v]) for v, shares in balance.items()) / 2 for s in sizes}
