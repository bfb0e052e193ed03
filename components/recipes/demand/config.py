"""Demand: the YAML of a model that forecasts demand."""

from components.core.config import ModelConfig
from components.core.files import digest_of
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.evaluate_settings import EvaluateSettings
from components.recipes.demand.train_settings import TrainSettings


class DemandConfig(ModelConfig):
    """Forecasts of demand: methods, and candidates that choose among them for each product."""

    data: DataSettings
    train: TrainSettings = TrainSettings()
    evaluate: EvaluateSettings = EvaluateSettings()

    def training_digest(self, snapshot: str) -> str:
        """Return the digest of all that a version depends on: its horizon and season are in the data section."""
        return digest_of([super().training_digest(snapshot), self.data.comparable()])

    def evaluation_digest(self, snapshot: str) -> str:
        return digest_of([super().evaluation_digest(snapshot), self.data.comparable()])

    def decision_digest(self, snapshot: str) -> str:
        return digest_of([super().decision_digest(snapshot), self.data.comparable()])
