"""Data: prepare the pictures of the selected rows, and refuse those that cannot be used."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.catalogue import Catalogue
from components.data.catalogue.other_tables import read_columns
from components.data.catalogue.schema import Refusal, Refused, Row
from components.data.pictures.prepare import Failed, Job, Prepared, prepare_products
from components.data.pictures.shared_pictures import pictures_of_other_articles


def prepare_pictures(
    catalogue: Catalogue,
    selected: Sequence[Row],
    size: int,
    folder: Path,
    workers: int,
    progress: Callable[[int, int], None],
) -> tuple[dict[int, Prepared], list[Refused]]:
    """Write `<id>.png`, squares of `size` pixels, into the folder. Return prepared products and refused rows."""
    files = catalogue.files
    rows = {row.id: row for row in selected}
    jobs = [
        Job(product, files.pictures[product], files.styles.get(product), folder / f"{product}.png", size)
        for product in sorted(rows.keys() & files.pictures.keys())
    ]
    results = prepare_products(jobs, workers, progress)
    prepared = [result for result in results if isinstance(result, Prepared)]
    failed = [result for result in results if isinstance(result, Failed)]
    shared = pictures_of_other_articles(catalogue, prepared)
    unusable = [Refused(str(found.id), found.reason, found.detail, rows[found.id]) for found in failed]
    refused = [*_missing(catalogue, selected), *unusable, *shared.values()]
    return {product.id: product for product in prepared if product.id not in shared}, refused


def _missing(catalogue: Catalogue, selected: Sequence[Row]) -> list[Refused]:
    links = _links(catalogue.files.folder / "images.csv")
    absent = [row for row in selected if row.id not in catalogue.files.pictures]
    return [Refused(str(row.id), Refusal.MISSING_PICTURE, _missing_picture(row, links), row) for row in absent]


def _missing_picture(row: Row, links: Mapping[str, str]) -> str:
    link = links.get(f"{row.id}.jpg", "")
    known = f"; images.csv links to {link}" if link else ""
    return f"there is no images/{row.id}.jpg{known}"


def _links(path: Path) -> dict[str, str]:
    """Return the links of images.csv by file name; none without that file, or if it is no such table."""
    try:
        rows = read_columns(path, ("filename", "link"), free="link") if path.is_file() else []
    except (DataError, OSError):
        return {}  # it only explains what is missing
    return {row["filename"]: row["link"] for row in rows if row["filename"] and row["link"]}
