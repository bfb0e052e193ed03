"""Tests: configs of models of demand, tables of sales, and their ingestion."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from components.core.config import parse_config
from components.core.recipe import Examples
from components.core.records import Snapshot
from components.recipes.demand import RECIPE
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.ingest.examples import Read, make_examples, open_source, read_series
from components.recipes.demand.series import Series

BEGIN = date(2024, 1, 1)  # a Monday
WEEKS = 40
HEADER = "id,date,quantity"


class Log:
    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


def config_of(catalogue: str | Path = "drawn", **data: Any) -> DemandConfig:
    fields = {
        "model": "demand-test",
        "recipe": "demand",
        "about": "Forecasts.",
        "data": {"catalogue": str(catalogue), "horizon": 4, "folds": 2, "season": 13, **data},
        "promote": {"primary": next(iter(RECIPE.shown))},
    }
    config = parse_config(DemandConfig, fields, "demand-test.yaml", RECIPE.metrics)
    assert isinstance(config, DemandConfig)
    return config


def week(number: int) -> str:
    return (BEGIN + timedelta(weeks=number)).isoformat()


def sales(name: str, quantities: Sequence[float], first: int = 0) -> list[str]:
    """Return a row for each week."""
    return [f"{name},{week(first + at)},{quantity:g}" for at, quantity in enumerate(quantities)]


def steady(*names: str) -> list[str]:
    """Return rows of products that sell each week."""
    return [row for name in names for row in sales(name, [5 + (at % 3) for at in range(WEEKS)])]


def write_table(folder: Path, rows: Sequence[str], header: str = HEADER) -> Path:
    path = folder / "sales.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def ingest(config: DemandConfig, folder: Path) -> Examples:
    """Ingest the table of a config; the report is in `folder / "report"`."""
    (folder / "report").mkdir(parents=True, exist_ok=True)
    source = open_source(config, None, folder / "cache", Log())
    return make_examples(config, source, None, folder, folder / "report", Log())


def read(folder: Path, rows: Sequence[str], header: str = HEADER, **data: Any) -> Read:
    """Return the series of a table that a test writes."""
    config = config_of(write_table(folder, rows, header), **data)
    return read_series(Path(config.data.catalogue), config.data)


def read_path(path: Path, **data: Any) -> Read:
    return read_series(path, config_of(path, **data).data)


def by_id(found: Read, split: str = "test") -> Mapping[str, Series]:
    return {series["id"]: series for series in found.splits[split]}


def quantities(found: Read, name: str) -> list[float]:
    return by_id(found)[name]["quantities"]


def snapshot_of(found: Read, folder: Path) -> Snapshot[Any]:
    return Snapshot("0123456789ab", folder, found.splits)
