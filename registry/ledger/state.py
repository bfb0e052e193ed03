"""Registry: the state of a model at one moment: its ledger, intent, aliases and anchor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow.exceptions import MlflowException

from registry import tags as tag
from registry.aliases import PRODUCTION
from registry.client import connect, is_not_found, translate_errors
from registry.ledger import store
from registry.ledger.entries import Entry, Row, entry_of

TRIES = 5  # readings, while other processes write


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and the hash of the ledger's last entry, as MLflow's tags have them: text that a person can edit."""

    entries: str
    head: str


def anchor_at(row: Row) -> Anchor:
    return Anchor(str(row["entry"]), str(row["hash"]))


def anchor_in(tags: Mapping[str, str]) -> Anchor | None:
    """Return the anchor in the tags of a registered model, or None. A single missing tag gives an empty field."""
    if tag.LEDGER_HEAD not in tags and tag.LEDGER_ENTRIES not in tags:
        return None
    return Anchor(tags.get(tag.LEDGER_ENTRIES, ""), tags.get(tag.LEDGER_HEAD, ""))


@translate_errors()
def write_anchor(model: str, anchor: Anchor) -> None:
    """Write the anchor. If the command dies between the two tags, the intent is still there and explains it."""
    client = connect()
    client.set_registered_model_tag(model, tag.LEDGER_HEAD, anchor.head)
    client.set_registered_model_tag(model, tag.LEDGER_ENTRIES, anchor.entries)


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a move reads first. `rows` are the ledger's, oldest first."""

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
    """Read the state without a lock; read it again if another process has written in between."""
    for _ in range(TRIES):
        rows, intent = store.rows(model), store.intent(model)
        found = _registered_model(model)
        if (store.head(model), store.intent(model)) == (rows[-1]["hash"] if rows else "", intent):
            break
    aliases = {alias: int(version) for alias, version in found.aliases.items()} if found else {}
    return State(model, rows, intent, aliases, anchor_in(found.tags) if found else None, found is not None)


@translate_errors()
def _registered_model(model: str) -> Any:
    try:
        return connect().get_registered_model(model)
    except MlflowException as error:
        if is_not_found(error):
            return None
        raise
