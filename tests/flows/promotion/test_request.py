"""Tests: an incomplete request for a promotion is refused at once."""

from typing import Any

import pytest

from components.core.errors import UsageError
from flows.promotion.request import PromotionRequest


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"force": True, "reason": "a slip"},
            "--force was given without --version, expected the version to promote: name it.",
        ),
        (
            {"force": True, "version": 1, "reason": " "},
            "--force was given without --reason, expected a reason for the ledger: say why.",
        ),
        ({"approve": True}, "--approve was given without --reason"),
    ],
)
def test_a_request_without_version_or_reason_is_wrong_usage(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        PromotionRequest(**fields)
