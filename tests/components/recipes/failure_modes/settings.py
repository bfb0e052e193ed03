"""Tests: a config of a small model, and the ingest of a table that a test writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.config import parse_config
from components.core.corrections import Correction
from components.core.recipe import Examples, Source
from components.core.records import Snapshot
from components.data.snapshots import build_snapshot
from components.recipes.failure_modes import RECIPE
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.ingest.examples import make_examples, open_source

CANDIDATES = ["majority", "complement-naive-bayes"]


class Log:
    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


def config_of(catalogue: str | Path = "invented", **sections: Mapping[str, Any]) -> FailureModesConfig:
    """Return the config of a model that is fitted in a second; `sections` override fields."""
    fields: dict[str, Any] = {
        "model": "small",
        "recipe": "failure-modes",
        "about": "A small model.",
        "data": {"catalogue": str(catalogue), "smallest_split": 1, **sections.pop("data", {})},
        "train": {"candidates": CANDIDATES, "folds": 3, **sections.pop("train", {})},
        "promote": {"primary": "f1_macro"},
        **sections,
    }
    config = parse_config(RECIPE.config, fields, "small.yaml", RECIPE.metrics)
    assert isinstance(config, FailureModesConfig)
    return config


def ingest(config: FailureModesConfig, folder: Path, corrections: Sequence[Correction] = ()) -> Examples:
    """Ingest the table of a config; the report is in `folder / "report"`."""
    (folder / "report").mkdir(parents=True, exist_ok=True)
    source = opened(config, folder, corrections)
    return make_examples(config, source, None, folder, folder / "report", Log())


def opened(config: FailureModesConfig, folder: Path, corrections: Sequence[Correction] = ()) -> Source:
    found = open_source(config, None, folder, Log())
    return Source(found.folder, found.fingerprint, tuple(corrections))


def snapshot_of(config: FailureModesConfig, folder: Path) -> Snapshot[Any]:
    """Return a snapshot of the config's table, made after those that are in the folder already."""
    (folder / "report").mkdir(parents=True, exist_ok=True)
    source = opened(config, folder)
    return build_snapshot(
        folder / "snapshots",
        {"source": source.fingerprint, "data": config.data_digest()},
        lambda previous, place: make_examples(config, source, previous, place, folder / "report", Log()),
    )[0]


def table(rows: Sequence[tuple[str, ...]], header: str = "text,label") -> str:
    quoted = [",".join('"' + value.replace('"', '""') + '"' for value in row) for row in rows]
    return "\n".join([header, *quoted]) + "\n"


def many(count: int = 24) -> list[tuple[str, str]]:
    """Return rows of three failure modes, all different."""
    parts = ["pump", "hose", "belt", "motor", "valve", "chain", "drum", "seal"]
    places = ["left", "right", "front"]
    phrases = {"Leak": "{} leaking oil on {} side", "Noise": "{} rattles loudly at {}", "Worn": "{} worn thin {} end"}
    return [
        (phrase.format(parts[n % 8], places[n // 8 % 3]), label)
        for n in range(count)
        for label, phrase in phrases.items()
    ]
