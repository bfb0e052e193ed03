"""Registry: what the ledger, the alias and the anchor of a model say at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow.exceptions import MlflowException

from registry import ledger
from registry.aliases import PRODUCTION
from registry.anchors import Anchor, anchor_in
from registry.connection import connect, missing, told_in_a_sentence
from registry.entries import Entry, Row, entry_of

TRIES = 5  # while others write


@dataclass(frozen=True, slots=True)
class State:
    model: str
    rows: Sequence[Row]
    intent: Entry | None
    aliases: Mapping[str, int]
    anchor: Anchor | None
    registered: bool  # False before the first version

    @property
    def entries(self) -> list[Entry]:
        return [entry_of(row) for row in self.rows]

    @property
    def production(self) -> int | None:
        return self.aliases.get(PRODUCTION)


def read_state(model: str) -> State:
    """Read all of it, without a lock; where somebody has written in between, it is read again."""
    for _ in range(TRIES):
        rows, intent = ledger.rows(model), ledger.intent(model)
        found = _registered_model(model)
        if (ledger.head(model), ledger.intent(model)) == (rows[-1]["hash"] if rows else "", intent):
            break
    aliases = {alias: int(version) for alias, version in found.aliases.items()} if found else {}
    return State(model, rows, intent, aliases, anchor_in(found.tags) if found else None, found is not None)


@told_in_a_sentence()
def _registered_model(model: str) -> Any:
    try:
        return connect().get_registered_model(model)
    except MlflowException as error:
        if missing(error):
            return None
        raise
