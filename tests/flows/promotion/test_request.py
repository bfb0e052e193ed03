"""Tests: what a person asks of a promotion is complete, or refused at once."""

from typing import Any

import pytest

from components.core.errors import UsageError
from flows.promotion.request import PromotionRequest


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"force": True, "reason": "a slip"}, "--force was given without --version"),
        ({"force": True, "version": 1, "reason": " "}, "--force was given without --reason"),
        ({"approve": True}, "--approve was given without --reason"),
    ],
)
def test_an_order_that_leaves_out_what_or_why_is_wrong_usage(order: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        PromotionRequest(**order)
