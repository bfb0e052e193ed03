"""Product descriptions: opens a catalogue, and makes examples of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.core.recipe import Examples, RunLog, Source
from components.core.records import Ingestion
from components.core.seeds import derive_seed
from components.data.catalogue.files import check_catalogue, fingerprint_of
from components.data.drawn_catalogue.folder import DRAWN, drawn_catalogue
from components.recipes.product_descriptions.config import DataSettings, ProductDescriptionsConfig
from components.recipes.product_descriptions.example import ATTRIBUTES, Descriptions, ProductDescription
from components.recipes.product_descriptions.ingest.boilerplate import words_of_boilerplate
from components.recipes.product_descriptions.ingest.groups import NAME, Described, Place, place
from components.recipes.product_descriptions.ingest.json_lines import ENDINGS, read_json_lines
from components.recipes.product_descriptions.ingest.kaggle import read_kaggle
from components.recipes.product_descriptions.ingest.products import Product
from components.recipes.product_descriptions.ingest.rows import DescribedRow, DescribedRows, described_rows
from components.recipes.product_descriptions.ingest.written import is_drawn, with_written, writer_digest

FORMAT = "1"  # raise it when examples are made differently, so that known catalogues are ingested again
MANY_VALUES = 100  # of an attribute: one with more, such as a serial number, is no category that a model can learn


def open_source(config: ProductDescriptionsConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    """Return the catalogue named on the command line, else that of the YAML. `drawn` is drawn into the cache, once.

    Raises:
        DataError: there is no catalogue in that place, or it has another layout.
    """
    if catalogue is None and config.data.catalogue == DRAWN:
        folder = drawn_catalogue(config.seed, cache, partial(log.progress, "draw the catalogue"))
    else:
        folder = (catalogue or Path(config.data.catalogue)).expanduser()
    if folder.is_file():
        return Source(folder, f"{file_digest(folder)[:12]}-{FORMAT}")
    if folder.name.endswith(ENDINGS):
        raise DataError(f"There is no file {folder}", expected="JSON lines", act="name another with --catalogue")
    check_catalogue(folder)
    writer = f"-{writer_digest()}" if is_drawn(folder) else ""
    return Source(folder, f"{fingerprint_of(folder, cache)}{writer}-{FORMAT}")


def make_examples(
    config: ProductDescriptionsConfig,
    source: Source,
    previous: Descriptions | None,
    folder: Path,
    report: Path,
    log: RunLog,
) -> Examples:
    """Return descriptions by split, and write the report of the ingest.

    Raises:
        DataError: no description can be used, or a split gets fewer examples than `data.smallest_split`.
    """
    from components.recipes.product_descriptions.ingest.report import write_ingest_report  # it loads matplotlib

    data = config.data
    log.progress("read descriptions", 0, 3)
    products, read_as, notes = _read(source.folder)
    products = with_written(products, config.seed) if is_drawn(source.folder) else products
    log.progress("read descriptions", 1, 3)
    found = described_rows(products, data)
    kept = _some(found.kept, data.most, config.seed)
    splits = _splits(kept, data, previous)
    _check_sizes(splits, data.smallest_split, source.folder)
    log.progress("read descriptions", 2, 3)
    ingestion = _ingestion(found, kept, {**notes, **_attribute_notes(kept)}, read_as)
    write_ingest_report(report, found, splits, ingestion)
    log.progress("read descriptions", 3, 3)
    return Examples(splits, ingestion)


def _read(place: Path) -> tuple[Sequence[Product], Mapping[str, str], Mapping[str, int]]:
    """Return the products, what was detected, and counts of the table, from a folder or a file of JSON lines."""
    if place.is_file():
        return read_json_lines(place), {"layout": "JSON lines"}, {}
    products, catalogue = read_kaggle(place)
    return products, {"layout": "styles.csv and styles/*.json", **catalogue.read_as}, catalogue.notes


def _some(kept: Sequence[DescribedRow], most: int | None, seed: int) -> list[DescribedRow]:
    """Return at most so many rows, chosen by the seed and their own ids, so that other rows do not matter."""
    by_chance = sorted(kept, key=lambda row: derive_seed(seed, "most", row.product.id))
    return by_chance[:most]


def _splits(
    kept: Sequence[DescribedRow], data: DataSettings, previous: Descriptions | None
) -> dict[str, list[ProductDescription]]:
    shares = data.split.model_dump()
    alike = [Described(row.text, row.attributes.get(NAME, "")) for row in kept]
    places = place(alike, previous, data.near_duplicate, shares)
    splits: dict[str, list[ProductDescription]] = {split: [] for split in shares}
    examples = [_example(row, found) for row, found in zip(kept, places, strict=True)]
    for example, found in sorted(zip(examples, places, strict=True), key=lambda pair: (pair[0]["id"], pair[0]["text"])):
        splits[found.split].append(example)
    return splits


def _example(row: DescribedRow, found: Place) -> ProductDescription:
    return ProductDescription(id=_number(row.product), attributes=row.attributes, text=row.text, group=found.group)


def _number(product: Product) -> int:
    """Return the id as a number; of one with letters a number that is made of it."""
    return int(product.id) if product.id.isdecimal() else int(digest_of(product.id), 16) % 2**53


def _check_sizes(splits: Mapping[str, Sequence[ProductDescription]], smallest: int, place: Path) -> None:
    few = {split: len(examples) for split, examples in splits.items() if len(examples) < smallest}
    if few:
        found = " and ".join(f"{count} for {split}" for split, count in few.items())
        raise DataError(
            f"{place} gives {sum(map(len, splits.values()))} descriptions, of them {found}",
            expected=f"at least {smallest} in each split",
            act="widen data.where or data.words, add descriptions, or lower data.smallest_split",
        )


def _ingestion(
    found: DescribedRows, kept: Sequence[DescribedRow], notes: Mapping[str, int], read_as: Mapping[str, str]
) -> Ingestion:
    """Return the counts: rows = kept + quarantined + not-selected + left-out-by-data.most."""
    counted = {
        **notes,
        "not-selected": found.not_selected,
        "left-out-by-data.most": len(found.kept) - len(kept),
        "same-text-as-another": len(kept) - len({row.text for row in kept}),
        "boilerplate-sentences": len(found.boilerplate),
        "boilerplate-words": words_of_boilerplate(found.texts, found.boilerplate),
    }
    return Ingestion(
        rows=len(found.rows) + found.not_selected,
        selected=len(found.rows),
        kept=len(kept),
        repaired=_counts(repair for row in found.rows for repair in dict.fromkeys(row.repairs)),
        quarantined=_counts(row.refused for row in found.rows if row.refused),
        notes={note: count for note, count in sorted(counted.items()) if count},
        read_as=read_as,
    )


def _attribute_notes(kept: Sequence[DescribedRow]) -> dict[str, int]:
    """Return which attributes have so many values that none can be learnt, and which have one value alone."""
    given = [row.attributes for row in kept]
    values = {name: {found[name] for found in given if name in found} for name in ATTRIBUTES}
    many = {f"values-of-{n}": len(v) for n, v in values.items() if n != NAME and len(v) > MANY_VALUES}
    constant = {f"one-value-of-{n}": 1 for n, v in values.items() if len(v) == 1 and len(kept) > 1}
    return {**many, **constant}


def _counts(reasons: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(reasons).items(), key=lambda item: (-item[1], item[0])))
