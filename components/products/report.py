"""Products: what is said of a batch: pass rates of its checks, tries, and how different its products are."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from components.products.batch import Batch
from components.products.look_alike import count_pairs
from components.products.product import Product

SPREAD_OVER = ("gender", "baseColour", "season", "brand", "articleType")


def report_of(batch: Batch, bits: int) -> dict[str, Any]:
    """Return the figures of a batch as JSON values. Shares are in [0, 1]."""
    products = batch.products
    return {
        "count": len(products),
        "passed": len(batch.passed),
        "flagged": len(batch.flagged),
        "reused": batch.reused,
        "replaced_near_duplicates": len(batch.replaced),
        "checks": pass_rates(products),
        "tries": {role: _mean([p.provenance[role]["tries"] for p in products]) for role in ("picture", "description")},
        "diversity": diversity(products, bits),
    }


def pass_rates(products: Sequence[Product]) -> dict[str, dict[str, Any]]:
    """Return by `of: name` how many products passed each check, of how many."""
    counts: dict[str, dict[str, Any]] = {}
    for found in (found for product in products for found in product.checks):
        row = counts.setdefault(f"{found.of}: {found.check.name}", {"passed": 0, "of": 0, "required": found.required})
        row["passed"] += found.check.passed
        row["of"] += 1
    return dict(sorted(counts.items()))


def diversity(products: Sequence[Product], bits: int) -> dict[str, Any]:
    """Return the share of near duplicates and of equal texts, and by column how evenly its values occur.

    Evenness is the entropy of the values over its largest possible one: 1 if all occur equally often, 0 if one does.
    """
    if not products:
        return {}
    texts = Counter(product.description for product in products)
    columns = {
        column: values
        for column in SPREAD_OVER
        if (values := Counter(p.attributes[column] for p in products if column in p.attributes))
    }
    return {
        "near_duplicates": count_pairs([product.picture for product in products], bits) / len(products),
        "equal_descriptions": 1 - len(texts) / len(products),
        "combinations": len({tuple(sorted(product.attributes.items())) for product in products}),
        "evenness": {column: evenness(values) for column, values in columns.items()},
    }


def evenness(counts: Mapping[str, int]) -> float:
    """Return how evenly values occur, in [0, 1].

    >>> evenness({"Red": 5, "Blue": 5}), evenness({"Red": 5})
    (1.0, 0.0)
    """
    total = sum(counts.values())
    shares = [count / total for count in counts.values() if count]
    return 0.0 if len(shares) < 2 else round(-sum(s * math.log(s) for s in shares) / math.log(len(shares)), 4)


def _mean(numbers: Sequence[float]) -> float:
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0
