"""Product images: the catalogue, and the examples made of it: square pictures with captions, by split."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from components.core.errors import DataError
from components.core.files import require_space
from components.core.recipe import Examples, RunLog, Source
from components.core.records import Snapshot
from components.data.catalogue.brands import guess_brand, known_brands
from components.data.catalogue.catalogue import read_catalogue, select
from components.data.catalogue.files import check_catalogue, fingerprint_of
from components.data.catalogue.ingest_report import summarise_ingestion, write_tables
from components.data.catalogue.schema import NAME, Row
from components.data.drawn_catalogue.folder import DRAWN, drawn_catalogue
from components.data.pictures.prepare import Prepared
from components.data.snapshots import history
from components.data.splits import PictureHashes, SplitAssignment, assign_splits
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.config import DataSettings, ProductImagesConfig
from components.recipes.product_images.example import ProductImage

FORMAT = "3"  # raise it when examples are made differently, so that known catalogues are ingested again
MOST_WORKERS = 8
REPORT_BYTES = 40_000_000


def open_source(config: ProductImagesConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    """Return the catalogue named on the command line, else that of the YAML. `drawn` is drawn into the cache, once.

    Raises:
        DataError: there is no catalogue in that place, or it has another layout.
    """
    if catalogue is None and config.data.catalogue == DRAWN:
        folder = drawn_catalogue(config.seed, cache, partial(log.progress, "draw the catalogue"))
    else:
        folder = (catalogue or Path(config.data.catalogue)).expanduser()
    check_catalogue(folder)
    return Source(folder, f"{fingerprint_of(folder, cache)}-{FORMAT}")


def make_examples(
    config: ProductImagesConfig,
    source: Source,
    previous: Snapshot[ProductImage] | None,
    folder: Path,
    report: Path,
    log: RunLog,
) -> Examples:
    """Write the square pictures of the selected rows into the folder, and return their examples.

    Products that share a picture are all kept, in one split.

    Raises:
        DataError: nothing matches `data.where`, or a split gets fewer examples than `data.smallest_split`.
        DiskSpaceError: checked before the first picture is written.
    """
    # Imported here because they load scipy, pandas and matplotlib, which `open_source` does not need.
    from components.data.pictures.prepare_catalogue import prepare_pictures
    from components.recipes.product_images.curated import curate
    from components.recipes.product_images.ingest_report import write_ingest_report

    data = config.data
    catalogue = read_catalogue(source.folder, data.where)
    selected = select(catalogue, data.where)
    require_space(folder, len(selected) * data.size**2 * 3 + REPORT_BYTES, f"Ingesting {len(selected):,} pictures")
    progress = partial(log.progress, "prepare pictures")
    kept, refused = prepare_pictures(catalogue, selected, data.size, folder, _workers(), progress)
    splits = _splits([row for row in selected if row.id in kept], kept, data, previous)
    curation = curate(splits, source.curated, data, folder)
    splits = curation.splits
    _check_sizes(splits, data.smallest_split, source.folder)
    log.progress("write report", 0, 1)
    repairs = [repair for product in kept.values() for repair in product.repairs]
    notes = {**_notes(kept, data.size), **curation.notes}
    ingestion = summarise_ingestion(catalogue, data.where, refused, repairs, notes)
    write_tables(report, catalogue, data.where, refused)
    write_ingest_report(report, splits, ingestion, folder)
    log.progress("write report", 1, 1)
    return Examples(splits, ingestion)


def _splits(
    rows: Sequence[Row], kept: Mapping[int, Prepared], data: DataSettings, previous: Snapshot[ProductImage] | None
) -> dict[str, list[ProductImage]]:
    shares = data.split.model_dump()
    looks = [PictureHashes(kept[row.id].content, kept[row.id].phash) for row in rows]
    places = assign_splits(looks, _earlier(previous, shares), shares, data.near_duplicate_bits)
    brands = known_brands((row.values[NAME] for row in rows), (product.style.brand for product in kept.values()))
    splits: dict[str, list[ProductImage]] = {split: [] for split in shares}
    for row, place in sorted(zip(rows, places, strict=True), key=lambda pair: pair[0].id):
        splits[place.split].append(_example(row, kept[row.id], place, brands, data.caption))
    return splits


def _earlier(previous: Snapshot[ProductImage] | None, shares: Mapping[str, int]) -> dict[PictureHashes, str]:
    """Return the split that each picture had in any snapshot of the model; of several, the first in `shares`."""
    earlier: dict[PictureHashes, str] = {}
    snapshots = history(previous) if previous else []
    for split in reversed(list(shares)):
        for snapshot in snapshots:
            earlier |= {PictureHashes(e["content"], e["phash"]): split for e in snapshot.splits.get(split, ())}
    return earlier


def _example(
    row: Row, product: Prepared, place: SplitAssignment, brands: frozenset[str], template: str
) -> ProductImage:
    brand = product.style.brand or guess_brand(row.values[NAME], brands)
    known = {column: value or None for column, value in row.values.items()}
    return ProductImage(
        file_name=f"{row.id}.png",
        id=row.id,
        caption=caption_of(template, row.values, brand),
        gender=known["gender"],
        masterCategory=known["masterCategory"],
        subCategory=known["subCategory"],
        articleType=known["articleType"],
        baseColour=known["baseColour"],
        season=known["season"],
        year=int(row.values["year"]) if row.values["year"] else None,
        usage=known["usage"],
        productDisplayName=known["productDisplayName"],
        brand=brand or None,
        description=product.style.description or None,
        width=product.width,
        height=product.height,
        white_background=product.white_background,
        content=product.content,
        phash=product.phash,
        group=place.group,
        price=product.style.price,
    )


def _notes(kept: Mapping[int, Prepared], size: int) -> dict[str, int]:
    faults = Counter(product.style.fault for product in kept.values() if product.style.fault)
    enlarged = sum(max(product.width, product.height) < size for product in kept.values())
    same = len(kept) - len({product.content for product in kept.values()})
    return {**faults, "picture-enlarged": enlarged, "same-picture-as-another": same}


def _check_sizes(splits: Mapping[str, Sequence[ProductImage]], smallest: int, catalogue: Path) -> None:
    few = {split: len(examples) for split, examples in splits.items() if len(examples) < smallest}
    if few:
        found = " and ".join(f"{count} for {split}" for split, count in few.items())
        raise DataError(
            f"{catalogue} gives {sum(map(len, splits.values()))} examples, of them {found}",
            expected=f"at least {smallest} in each split",
            act="widen data.where, add pictures, or lower data.smallest_split",
        )


def _workers() -> int:
    return min(MOST_WORKERS, os.cpu_count() or 1)
