"""Product attributes: opens a catalogue, and makes examples of it: rows by split."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

from components.core.errors import DataError
from components.core.files import digest_of
from components.core.recipe import Examples, RunLog, Source
from components.core.records import Ingestion
from components.data.catalogue.catalogue import Catalogue, read_catalogue
from components.data.catalogue.digests import digests_of
from components.data.catalogue.files import check_catalogue
from components.data.catalogue.values import spelling_key
from components.data.drawn_catalogue.folder import DRAWN, drawn_catalogue
from components.data.splits import split_by_hash
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.ingest.rows import BREAKS, Read, read_rows
from components.recipes.product_attributes.rows.row import ProductRow, ProductRows
from components.recipes.product_attributes.rows.settings import DataSettings

FORMAT = "1"  # raise it when examples are made differently, so that known catalogues are ingested again
Splits = Mapping[str, Sequence[ProductRow]]


def open_source(config: ProductAttributesConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    """Return the catalogue named on the command line, else that of the YAML. `drawn` is drawn into the cache, once.

    Its fingerprint is that of the table and the style files: pictures do not matter here.

    Raises:
        DataError: there is no catalogue in that place, or it has another layout.
    """
    if catalogue is None and config.data.catalogue == DRAWN:
        folder = drawn_catalogue(config.seed, cache, partial(log.progress, "draw the catalogue"))
    else:
        folder = (catalogue or Path(config.data.catalogue)).expanduser()
    check_catalogue(folder)
    styles = [path.relative_to(folder).as_posix() for path in sorted((folder / "styles").glob("*.json"))]
    digests = digests_of(folder, ["styles.csv", *styles], cache / "attributes")
    return Source(folder, f"{digest_of(digests)}-{FORMAT}")


def make_examples(
    config: ProductAttributesConfig,
    source: Source,
    previous: ProductRows | None,
    folder: Path,
    report: Path,
    log: RunLog,
) -> Examples:
    """Return rows by split, and write the report of the ingest.

    A product keeps its split, which a hash of its key decides. Products with equal attributes are in all splits: they
    are different products, and held-out rows must repeat the training's as often as new products would.

    Raises:
        DataError: the catalogue lacks a column, a constraint names a value that no row has, a column has too many
            values, or a split gets too few rows.
    """
    from components.recipes.product_attributes.ingest.report import write_ingest_report  # it loads matplotlib

    data = config.data
    log.progress("read rows", 0, 2)
    catalogue = read_catalogue(source.folder)
    rows, faults = read_rows(catalogue, data)
    log.progress("read rows", 1, 2)
    kept = [row for row in rows if not row.refused]
    _check_values(kept, rows, data)
    splits = _splits(kept, data)
    _check_sizes(splits, data.smallest_split, source.folder, _most_refused(rows))
    ingestion = _ingestion(catalogue, rows, faults, data)
    write_ingest_report(report, catalogue, rows, splits, ingestion, data)
    log.progress("read rows", 2, 2)
    return Examples(splits, ingestion)


def _splits(rows: Sequence[Read], data: DataSettings) -> dict[str, list[ProductRow]]:
    shares = data.split.model_dump()
    splits: dict[str, list[ProductRow]] = {split: [] for split in shares}
    for row in sorted(rows, key=lambda row: row.key):
        split = split_by_hash(sha256(row.key.encode()).hexdigest(), shares)
        splits[split].append(ProductRow(key=row.key, values=row.values))
    return splits


def _check_values(kept: Sequence[Read], rows: Sequence[Read], data: DataSettings) -> None:
    values = {
        name: Counter(str(r.values[name]) for r in kept if r.values[name] is not None) for name in data.categories
    }
    for name, counts in values.items():
        if len(counts) > data.most_values:
            raise DataError(
                f"The column {name} has {len(counts):,} values in {len(kept):,} rows",
                expected=f"{data.most_values:,} at most",
                act=f"name it in data.key, or let data.rare.{name} leave out rare values",
            )
    known = {name: {spelling_key(str(row.values[name])) for row in rows} for name in data.categories}
    parts = [part for rule in data.constraints for part in (rule.when, rule.never, rule.only)]
    named = [(name, value) for part in parts for name, options in part.items() for value in options]
    for name, value in named:
        if spelling_key(value) not in known[name]:
            shown = ", ".join(value for value, _ in values[name].most_common(12))
            found = f"data.constraints names {name}={value}, which no row has"
            raise DataError(found, expected=f"one of {shown}", act="correct the constraint")


def _most_refused(rows: Sequence[Read]) -> str:
    """Return what refuses most rows, in words; empty if nothing does."""
    counts = Counter(row.detail if row.refused == BREAKS else row.refused for row in rows if row.refused)
    return "".join(f" ({count:,} rows are refused: {what})" for what, count in counts.most_common(1))


def _check_sizes(splits: Splits, smallest: int, place: Path, refused: str) -> None:
    few = {split: len(rows) for split, rows in splits.items() if len(rows) < smallest}
    if few:
        found = " and ".join(f"{count} for {split}" for split, count in few.items())
        raise DataError(
            f"{place} gives {sum(map(len, splits.values())):,} rows, of them {found}{refused}",
            expected=f"at least {smallest} in each split",
            act="loosen data.required or data.constraints, add rows, or lower data.smallest_split",
        )


def _ingestion(catalogue: Catalogue, rows: Sequence[Read], faults: Mapping[str, int], data: DataSettings) -> Ingestion:
    kept = [row for row in rows if not row.refused]
    repaired = Counter(repair for row in kept for repair in row.repairs)
    repaired += Counter(str(repair) for found in catalogue.refused if found.row for repair in found.row.repairs)
    quarantined = Counter(str(found.reason) for found in catalogue.refused)
    quarantined += Counter(row.refused for row in rows if row.refused)
    different = {tuple(row.values.values()) for row in kept}
    notes = {
        **{f"missing-{name}": sum(row.values[name] is None for row in kept) for name in data.columns},
        **faults,
        "same-attributes-as-another": len(kept) - len(different),
        "columns-without-values": sum(all(row.values[name] is None for row in kept) for name in data.columns),
        "columns-with-one-value": sum(len({row.values[name] for row in kept}) == 1 for name in data.columns),
        **{name: catalogue.notes[name] for name in ("blank-rows", "byte-order-mark") if name in catalogue.notes},
    }
    shown = {name: count for name, count in notes.items() if count}
    size = catalogue.size
    return Ingestion(size, size, len(kept), dict(repaired), dict(quarantined), shown, dict(catalogue.read_as))
