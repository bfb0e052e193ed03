"""components / data / drawn catalogue: draw the whole catalogue into a folder."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from components.core.child_process import end_with_parent
from components.data.drawn_catalogue.descriptions import style_json
from components.data.drawn_catalogue.pictures import picture_file
from components.data.drawn_catalogue.planted import (
    OTHER_IDS,
    SIDE_FILES,
    UNSEEN_IDS,
    defect_of,
    original_of,
)
from components.data.drawn_catalogue.products import Product, make_products
from components.data.drawn_catalogue.tables import images_csv, styles_csv

Progress = Callable[[int, int], None]  # (pictures done, of how many)
PART = 100  # pictures of one job of a worker
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "  # the first bytes of every `._` file


def draw_catalogue(
    folder: Path,
    seed: int,
    workers: int = 2,
    on_progress: Progress | None = None,
    pictures: Set[int] | None = None,
) -> None:
    """Draw 1,200 Casual Shoes and 504 other products in the Kaggle layout, with all defects of `PLANTED`.

    The same seed gives the same bytes. `pictures` are the products whose pictures are drawn: all, if None. The folder
    is written completely or not at all. With `workers` above 1 the pictures are drawn in spawned processes, so a
    calling script needs the usual `if __name__ == "__main__":`.

    Raises:
        FileExistsError: the folder exists already.
    """
    draw_some(folder, seed, {*UNSEEN_IDS, *OTHER_IDS} if pictures is None else pictures, workers, on_progress)


def draw_some(
    folder: Path, seed: int, pictures: Set[int], workers: int = 1, on_progress: Progress | None = None
) -> None:
    """Draw the catalogue with the pictures of these products only; tables and descriptions are complete."""
    if folder.exists():
        raise FileExistsError(f"{folder} exists already. Name a new folder, or remove this one to draw it afresh.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    products = make_products(seed)
    try:
        _write_tables(unfinished, products, seed)
        _draw_pictures(unfinished / "images", products, pictures, workers, on_progress or _no_progress)
        unfinished.chmod(0o755)
        Path(unfinished).rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_tables(unfinished: Path, products: Mapping[int, Product], seed: int) -> None:
    for name in ("images", "styles"):
        (unfinished / name).mkdir()
    for product in products.values():
        if defect_of(product.id) != "no_style_file":
            (unfinished / "styles" / f"{product.id}.json").write_text(style_json(product), encoding="utf-8")
    order = np.random.default_rng(seed).permutation(list(products))
    shuffled = [products[int(number)] for number in order]
    (unfinished / "styles.csv").write_text(styles_csv(shuffled), encoding="utf-8")
    (unfinished / "images.csv").write_text(images_csv(shuffled), encoding="utf-8")
    for name in SIDE_FILES:
        (unfinished / name).write_bytes(APPLE_DOUBLE)


def _draw_pictures(
    folder: Path, products: Mapping[int, Product], pictures: Set[int], workers: int, on_progress: Progress
) -> None:
    drawable = [number for number in products if number in pictures and defect_of(number) != "no_picture"]
    jobs = [(folder, products[original_of(number)], number) for number in drawable]
    if workers < 2:
        _write_some(jobs)
        return
    parts = [jobs[start : start + PART] for start in range(0, len(jobs), PART)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        for done, _ in enumerate(pool.map(_write_some, parts), start=1):
            on_progress(min(done * PART, len(jobs)), len(jobs))


def _write_some(jobs: Sequence[tuple[Path, Product, int]]) -> None:
    for folder, shown, number in jobs:
        (folder / f"{number}.jpg").write_bytes(picture_file(shown, number))


def _no_progress(done: int, total: int) -> None:
    """Report no progress."""
