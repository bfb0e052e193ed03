"""Registry: the decisions on versions, read from their tags."""

from collections.abc import Sequence

from mlflow.entities.model_registry import ModelVersion

from components.core.records import Decision, Verdict
from registry import tags as tag


def decisions_of(versions: Sequence[ModelVersion]) -> list[Decision]:
    """Return the last decision on each version that has one, in their order."""
    return [
        Decision(
            version=int(version.version),
            verdict=Verdict(version.tags[tag.DECISION]),
            rule=version.tags.get(tag.DECISION_RULE, ""),
            reason=version.tags.get(tag.DECISION_REASON, ""),
        )
        for version in versions
        if version.tags.get(tag.DECISION) in set(Verdict)
    ]
