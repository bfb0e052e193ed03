"""Tests: a batch has no near duplicates, and goes on where a killed one stopped."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from components.products.batch import make_batch
from components.products.store import PICTURE, every
from tests import ROOT
from tests.components.products.kill_trials import judged, kill_and_finish
from tests.components.products.toys import ShapesToy, line, silent

RED = {"articleType": "Casual Shoes", "baseColour": "Red"}


class KilledError(Exception):
    """Stands for a kill."""


def killed_after(count: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done >= count:
            raise KilledError

    return progress


def test_a_batch_that_was_killed_goes_on_and_gives_the_same_products(tmp_path: Path) -> None:
    whole = make_batch(line(tmp_path / "a"), [RED] * 40, 7, silent)
    for count in (3, 17, 18, 30):
        with pytest.raises(KilledError):
            make_batch(line(tmp_path / "b"), [RED] * 40, 7, killed_after(count))
    shapes = ShapesToy()
    again = make_batch(line(tmp_path / "b", shapes), [RED] * 40, 7, silent)
    assert again.products == whole.products
    assert again.reused >= 30
    assert again.reused + shapes.made == 40 + len(again.replaced)
    assert len({product.id for product in again.products}) == 40


def test_a_product_of_a_batch_is_the_one_of_its_seed_alone(tmp_path: Path) -> None:
    batch = make_batch(line(tmp_path / "a"), [RED] * 5, 10, silent)
    alone = make_batch(line(tmp_path / "b"), [RED], 13, silent)
    assert alone.products == [batch.products[3]]


def test_near_duplicates_are_replaced_by_products_of_later_seeds(tmp_path: Path) -> None:
    batch = make_batch(line(tmp_path, ShapesToy(kinds=30)), [RED] * 12, 0, silent)
    assert batch.replaced
    assert len({product.picture for product in batch.products}) == 12
    assert max(product.seed for product in batch.products) >= 12
    assert not set(batch.replaced) & {product.id for product in batch.products}


def test_a_near_duplicate_that_nothing_can_replace_is_flagged(tmp_path: Path) -> None:
    first, second = make_batch(line(tmp_path, ShapesToy(kinds=1)), [RED] * 2, 0, silent).products
    assert first.passed
    assert second.failures == [
        f"The picture is a near duplicate of product {first.id} of the same batch, expected one that differs."
    ]
    assert all(product.passed for product in every(tmp_path))  # by itself each is as it should be


def test_a_damaged_product_is_made_again(tmp_path: Path) -> None:
    batch = make_batch(line(tmp_path), [RED] * 3, 0, silent)
    (tmp_path / batch.products[1].id / PICTURE).write_bytes(b"other")
    again = make_batch(line(tmp_path), [RED] * 3, 0, silent)
    assert (again.products, again.reused) == (batch.products, 2)


def toy_batch(folder: Path, count: int) -> list[str]:
    return [sys.executable, "-m", "tests.components.products.toy_batch", str(folder), str(count)]


@pytest.mark.slow
def test_no_product_is_lost_or_made_twice_by_five_kills(tmp_path: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    found = kill_and_finish(toy_batch(killed, 200), killed / "store", killed / "out", 200, 5)
    assert found.holds, found
    subprocess.run(toy_batch(whole, 200), cwd=ROOT, check=True)
    products = [json.loads((folder / "out/products.json").read_text())["products"] for folder in (killed, whole)]
    assert products[0] == products[1]
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.glob("out/*/*") if path.is_file()}
        for folder in (killed, whole)
    ]
    assert files[0] == files[1]


def test_the_trials_find_what_is_lost_double_or_made_again() -> None:
    index = {"products": [{"id": "a"}, {"id": "a"}], "options": {"count": 3}}
    index["report"] = {"replaced_near_duplicates": 0}  # type: ignore[assignment]
    found = judged(index, {"a": 1, "b": 2}, {"a": 9, "c": 3}, [1], 0.0)
    assert (found.lost, found.again, found.double, found.surplus, found.holds) == (2, 1, 1, 1, False)
