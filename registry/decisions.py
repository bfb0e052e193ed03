"""Registry: the decisions on versions, read from their records."""

from collections.abc import Iterator, Sequence

from mlflow.entities.model_registry import ModelVersion

from components.core.records import Decision, Verdict
from registry import tags as tag
from registry.version_record import kept


def decisions_of(versions: Sequence[ModelVersion]) -> list[Decision]:
    """Return the last decision on each version that has one, in their order.

    Raises:
        CheckpointError: the record of a version is missing, or was changed.
    """
    return list(_decisions(versions))


def _decisions(versions: Sequence[ModelVersion]) -> Iterator[Decision]:
    for version in versions:
        record = kept(version)
        if record.get(tag.DECISION) in set(Verdict):
            rule, reason = (str(record.get(name, "")) for name in (tag.DECISION_RULE, tag.DECISION_REASON))
            yield Decision(int(version.version), Verdict(record[tag.DECISION]), rule, reason)
