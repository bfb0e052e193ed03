"""Registry: makes kept decisions on retraining again, from their kept inputs, and compares the answers."""

import json
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from components.core.errors import RegistryError
from components.core.retraining import RetrainingDecision, RetrainingFacts, RetrainingPolicy, decide_retraining
from registry.retrainings import Retraining, retrainings, seal_of

RETRAIN, MONITOR = "retrain", "monitor"  # the sections of a kept policy
FACTS = TypeAdapter(RetrainingFacts)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A kept decision, the decision that its inputs give now (None if they cannot be read), and what is wrong."""

    kept: Retraining
    again: RetrainingDecision | None
    problem: str = ""

    @property
    def same(self) -> bool:
        return not self.problem


def replay_decisions(model: str) -> list[Replayed]:
    """Make every kept decision on a model again, oldest first.

    Raises:
        RegistryError: the database does not answer.
    """
    return [_replayed(kept) for kept in retrainings(model)]


def read_facts(kept: Retraining) -> RetrainingFacts:
    """Return the facts of a kept decision.

    Raises:
        RegistryError: they were edited by hand, or an earlier release wrote others.
    """
    try:
        return FACTS.validate_python(_of_known_fields(json.loads(kept.facts)))
    except (ValueError, TypeError) as error:
        raise _unreadable(kept, "facts", error) from None


def read_policy(kept: Retraining) -> RetrainingPolicy:
    """Return the retraining policy of a kept decision; raises as `read_facts`."""
    try:
        return RetrainingPolicy.model_validate(json.loads(kept.policy)[RETRAIN])
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(kept, "policy", error) from None


def _replayed(kept: Retraining) -> Replayed:
    try:
        again = decide_retraining(read_facts(kept), read_policy(kept))
    except RegistryError as error:
        return Replayed(kept, None, str(error))
    answer = (str(again.action), again.rule, again.sentence)
    if answer != (kept.action, kept.rule, kept.sentence):
        was, now = f"{kept.action} ({kept.rule}): {kept.sentence}", f"{again.action} ({again.rule}): {again.sentence}"
        return Replayed(kept, again, f"Decision {kept.entry} of {kept.model} was {was} Its inputs now give {now}")
    if seal_of(asdict(kept)) != kept.seal:
        found = f"Decision {kept.entry} of {kept.model} was edited by hand, and its inputs give the answer that it has."
        return Replayed(kept, again, found)
    return Replayed(kept, again)


def _of_known_fields(facts: object) -> object:
    """Return the facts unchanged, as pydantic would ignore an unknown field.

    Raises:
        ValueError: there is an unknown field.
    """
    unknown = sorted(set(facts) - set(RetrainingFacts.__slots__)) if isinstance(facts, dict) else []
    if unknown:
        raise ValueError(f"unknown field {', '.join(unknown)}")
    return facts


def _unreadable(kept: Retraining, what: str, error: Exception) -> RegistryError:
    why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return RegistryError(
        f"The {what} of decision {kept.entry} of {kept.model} cannot be read ({' '.join(why.split())[:200]})",
        expected="what was kept",
        act="put the row back from a copy of the database",
    )
