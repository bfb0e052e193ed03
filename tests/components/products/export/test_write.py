"""Tests: an export is complete or not there, and has only products that passed."""

import errno
import json
from pathlib import Path

import pytest

from components.core.errors import DiskSpaceError, UsageError
from components.products.batch import make_batch
from components.products.export.write import existing, write_export
from components.products.product import Product
from components.products.sign import signer
from tests.components.products.toys import ShapesToy, line, settings, silent

UNSIGNED = signer(None, "", Path())


def test_flagged_products_are_in_the_index_and_nowhere_else(tmp_path: Path) -> None:
    products = make_batch(line(tmp_path / "s", ShapesToy(bad=5), tries=1), [{}] * 10, 0, silent).products
    passed = [product for product in products if product.passed]
    assert 0 < len(passed) < 10
    index = write_export(tmp_path / "out", products, settings(), UNSIGNED, {"batch": "b"})
    assert {one["id"]: one["passed"] for one in index["products"]} == {p.id: p.passed for p in products}
    assert {path.stem for path in (tmp_path / "out/pictures").iterdir()} == {product.id for product in passed}
    assert len((tmp_path / "out/shopify.csv").read_text().split("AI-")) == 1 + len(passed)
    assert json.loads((tmp_path / "out/products.json").read_text()) == index


def test_the_same_batch_is_found_again_and_another_one_refused(tmp_path: Path) -> None:
    assert existing(tmp_path / "out", "b") is None
    index = write_export(tmp_path / "out", [], settings(), UNSIGNED, {"batch": "b"})
    assert existing(tmp_path / "out", "b") == index
    with pytest.raises(UsageError, match="is there already with something else, expected a new folder"):
        existing(tmp_path / "out", "c")


def test_a_disk_that_gets_full_leaves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    products = make_batch(line(tmp_path / "s"), [{}] * 4, 0, silent).products
    signed: list[Product] = []

    def sign(product: Product) -> bytes:  # the third picture finds no room
        signed.append(product)
        if len(signed) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return product.picture

    with pytest.raises(DiskSpaceError, match=r"is full: free some space, then run the same command again"):
        write_export(tmp_path / "out", products, settings(), sign, {"batch": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    assert len(write_export(tmp_path / "out", products, settings(), UNSIGNED, {"batch": "b"})["products"]) == 4


def test_nothing_is_left_when_signing_fails(tmp_path: Path) -> None:
    products = make_batch(line(tmp_path / "s"), [{}] * 2, 0, silent).products

    def refuse(product: object) -> bytes:
        raise UsageError("no")

    with pytest.raises(UsageError):
        write_export(tmp_path / "out", products, settings(), refuse, {"batch": "b"})
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
