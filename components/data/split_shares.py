"""Data: the shares of the splits, a section of a model's YAML."""

from typing import Annotated

from pydantic import model_validator

from components.core.strict import Strict, unit


class SplitShares(Strict):
    """Percent of the examples, or of groups of alike ones, in each split; together 100."""

    train: Annotated[int, unit("percent")] = 70
    """Examples that models are trained on."""
    validation: Annotated[int, unit("percent")] = 15
    """Examples by whose scores a version is chosen."""
    test: Annotated[int, unit("percent")] = 15
    """Examples that a chosen version is scored on once. They never decide which version is chosen."""

    @model_validator(mode="after")
    def _is_whole(self) -> "SplitShares":
        shares = (self.train, self.validation, self.test)
        if sum(shares) != 100 or min(shares) < 1:
            raise ValueError(f"expected three shares of at least 1 that add up to 100, found {shares}")
        return self
