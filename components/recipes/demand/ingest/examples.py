"""Demand: opens a table of sales, and makes series of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.core.files import file_digest
from components.core.recipe import Examples, RunLog, Source
from components.core.records import Ingestion
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.data_settings import DRAWN, DataSettings
from components.recipes.demand.ingest.database import copy_table, is_address, refuse_address
from components.recipes.demand.ingest.days import into_periods
from components.recipes.demand.ingest.load import REFUSED, find_file, load
from components.recipes.demand.ingest.periods import FoundSeries, into_series
from components.recipes.demand.ingest.rows import Rows, read_rows
from components.recipes.demand.ingest.split import Splits, split_series
from components.recipes.demand.series import SeriesSnapshot
from components.recipes.demand.starter.write import write_drawn

FORMAT = "1"  # raise it when examples are made differently, so that known tables are ingested again


@dataclass(frozen=True, slots=True)
class Read:
    """What a table gives: its series up to its last period, the same by split, and what became of each row."""

    found: FoundSeries
    splits: Splits
    ingestion: Ingestion


def open_source(config: DemandConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    """Return the table named on the command line, else that of the YAML.

    `drawn` is written into the cache once; a database's table is copied into it each time.

    Raises:
        ConfigError: the database's address cannot be right.
        DataError: there is no table in that place.
    """
    path = _table(config, catalogue, cache)
    return Source(path, f"{file_digest(path)[:12]}-{FORMAT}")


def _table(config: DemandConfig, catalogue: Path | None, cache: Path) -> Path:
    if catalogue is not None:
        refuse_address(catalogue)
        return find_file(catalogue.expanduser())
    if config.data.catalogue == DRAWN:
        return write_drawn(config.seed, cache)
    if is_address(config.data.catalogue):
        return copy_table(config.data, cache)
    return find_file(Path(config.data.catalogue).expanduser())


def make_examples(
    config: DemandConfig, source: Source, previous: SeriesSnapshot | None, folder: Path, report: Path, log: RunLog
) -> Examples:
    """Return series by split, and write the report of the ingest.

    Raises:
        DataError: the table has no such columns, no row that can be used, or too few periods for the horizon.
    """
    from components.recipes.demand.ingest.facts import find_facts  # it loads scikit-learn
    from components.recipes.demand.ingest.report import write_ingest_report  # it loads matplotlib

    log.progress("read sales", 0, 2)
    read = read_series(source.folder, config.data)
    log.progress("read sales", 1, 2)
    facts = find_facts(read.found, config.data, config.seed)
    write_ingest_report(report, facts, read.found, read.splits, read.ingestion, config)
    log.progress("read sales", 2, 2)
    return Examples(read.splits, read.ingestion)


def read_series(path: Path, data: DataSettings) -> Read:
    """Return the series of a table; raises as `make_examples`."""
    rows = read_rows(load(path, data), data)
    dated = into_periods(rows, data)
    found = into_series(dated, data, rows.has)
    return Read(found, split_series(found, data), _ingestion(rows, found, dated.repaired))


def _ingestion(rows: Rows, found: FoundSeries, repaired: Mapping[str, int]) -> Ingestion:
    total = len(found.frame)
    refused = Counter(str(reason) for reason in found.frame[REFUSED] if reason)
    return Ingestion(
        rows=total,
        selected=total,
        kept=total - refused.total(),
        repaired={name: count for name, count in repaired.items() if count},
        quarantined=dict(refused.most_common()),
        notes={name: count for name, count in {**rows.notes, **found.notes}.items() if count},
        read_as=rows.read_as,
    )
