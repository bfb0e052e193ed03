"""Tests: the record of a product image has the catalogue's columns, and a split with other records is refused."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.core.records import Snapshot
from components.data.catalogue.schema import COLUMNS
from components.recipes.product_images.example import ATTRIBUTES, ProductImage, attribute_of, check_split
from tests.components.recipes.product_images.toy_model import product_image


def snapshot_of(*examples: ProductImage) -> Snapshot[ProductImage]:
    return Snapshot("5eed5eed5eed", Path(), {"train": examples})


def test_every_column_of_the_catalogue_and_every_attribute_is_a_key() -> None:
    assert {*COLUMNS, *ATTRIBUTES.values()} <= ProductImage.__annotations__.keys()


def test_attributes_are_texts_and_unknown_ones_are_none() -> None:
    example = product_image(baseColour="Navy Blue", year=2012)
    assert [attribute_of(example, name) for name in ("colour", "year", "brand")] == ["Navy Blue", "2012", None]


def test_a_split_is_returned_as_it_is() -> None:
    examples = (product_image(0), product_image(1))
    assert check_split(snapshot_of(*examples), "train") == examples


@pytest.mark.parametrize("wrong", [{"caption": None}, {"width": "wide"}, {"baseColour": 3}])
def test_a_field_of_another_type_is_named(wrong: dict[str, object]) -> None:
    (field,) = wrong
    message = rf"Example 1\.{field} of the train split of snapshot 5eed5eed5eed cannot be used .*: ingest again\."
    with pytest.raises(DataError, match=message):
        check_split(snapshot_of(product_image(0), product_image(1, **wrong)), "train")


def test_a_missing_field_is_named() -> None:
    incomplete = product_image()
    del incomplete["group"]  # type: ignore[misc]
    with pytest.raises(DataError, match=r"Example 0\.group of the train split"):
        check_split(snapshot_of(incomplete), "train")
