"""Product attributes: the sections of the YAML of a model that generates products as rows of attributes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, model_validator

from components.core.config import ModelConfig
from components.core.files import digest_of
from components.core.strict import Strict, unit
from components.recipes.product_attributes.candidates.ladder import LADDER
from components.recipes.product_attributes.candidates.settings import LadderSettings
from components.recipes.product_attributes.rows.settings import DataSettings


class TrainSettings(LadderSettings):
    """The candidates, and how each is fitted. Each candidate becomes a version."""

    candidates: Sequence[str] = tuple(LADDER)
    """The candidates, in the order of their steps: of two that are equally good the earlier one wins, so put simpler
    ones first."""

    @model_validator(mode="after")
    def _candidates_exist(self) -> "TrainSettings":
        unknown = [name for name in self.candidates if name not in LADDER]
        if unknown or not self.candidates or len(set(self.candidates)) < len(self.candidates):
            found = f"unknown candidate {', '.join(unknown)}" if unknown else "candidates is empty or has one twice"
            raise ValueError(f"{found}; known: {', '.join(LADDER)}")
        return self


class EvaluateSettings(Strict):
    """How generated rows are compared with held-out real ones."""

    rows: Annotated[int, Field(ge=64), unit("rows")] = 2000
    """How many rows each candidate generates, and with how many real ones they are compared; all real ones if there
    are fewer."""
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of the classifier that tells generated rows from real ones: each row is judged by one that never saw it."""
    predict: str | None = None
    """The column of categories that a classifier predicts, once trained on generated rows and once on real ones. By
    default the one, of at most 12 values, that depends most on the other columns and is in no hierarchy."""
    slices: Sequence[str] = ("gender", "brand")
    """Columns by whose values scores are broken down."""


class ProductAttributesConfig(ModelConfig):
    """A generator of products as rows of attributes, chosen from a ladder of candidates."""

    data: DataSettings
    train: TrainSettings = TrainSettings()
    evaluate: EvaluateSettings = EvaluateSettings()

    @model_validator(mode="after")
    def _columns_exist(self) -> "ProductAttributesConfig":
        if self.evaluate.predict is not None and self.evaluate.predict not in self.data.categories:
            categories = ", ".join(self.data.categories)
            raise ValueError(f"evaluate.predict is {self.evaluate.predict}, expected one of {categories}")
        return self

    def training_digest(self, snapshot: str) -> str:
        """Return the digest of all that a version depends on: it keeps the columns and constraints of its training."""
        data = self.data.model_dump(mode="json", exclude={"catalogue", "split", "smallest_split"})
        return digest_of([super().training_digest(snapshot), data])
