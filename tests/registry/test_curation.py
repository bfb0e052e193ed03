"""Tests: reviews of products are rows that are only added."""

from pathlib import Path

import pytest

from components.core.errors import UsageError
from components.products.curation import Action, Review, by_product
from registry.curation import add_review, reviews


def test_reviews_are_kept_in_their_order_by_line(bare_home: Path) -> None:
    kept = [
        add_review(Review("a", "p1", Action.REJECT, " Ada ", 1.0, reason="No sole.")),
        add_review(Review("a", "p1", Action.EDIT, "Bo", 2.0, text="Better.")),
        add_review(Review("a", "p1", Action.APPROVE, "Bo", 3.0)),
    ]
    add_review(Review("b", "p1", Action.APPROVE, "Ada", 4.0))
    assert reviews("a") == kept
    assert kept[0].by == "Ada"
    found = by_product(reviews("a"))["p1"]
    assert (found.state, found.text) == ("approved", "Better.")


def test_an_incomplete_review_is_not_kept(bare_home: Path) -> None:
    with pytest.raises(UsageError, match="The rejection has no reason"):
        add_review(Review("a", "p1", Action.REJECT, "Ada", 1.0))
    assert reviews("a") == []
