"""Tests: a batch of products is generated once and exported whole; what cannot be asked for is one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.core.errors import UsageError
from components.data.catalogue.catalogue import read_catalogue
from components.products.config import UnknownLineError
from components.products.marks import provenance_of
from flows.export_products import export_approved
from flows.generate_products import BatchOptions, generate_products
from registry.product_lines import products_of
from tests.components.products.line_recipe import use_line


@pytest.fixture
def line(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    return use_line(monkeypatch, tmp_path)


def run(line: str, to: Path | None = None, count: int = 12, **options: Any) -> dict[str, Any]:
    return generate_products(line, BatchOptions(count, **options), to)


def test_a_batch_is_exported_with_all_its_forms_and_our_own_reader_refuses_no_row(line: str, tmp_path: Path) -> None:
    found = run(line, tmp_path / "out")
    passed = [product for product in found["products"] if product["passed"]]
    assert found["report"]["passed"] == len(passed) > 6
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("catalogue", "pictures", "products.json", "shopify.csv", "woocommerce.csv")
    }
    catalogue = read_catalogue(tmp_path / "out/catalogue")
    assert (len(catalogue.rows), list(catalogue.refused)) == (len(passed), [])
    picture = (tmp_path / f"out/pictures/{passed[0]['id']}.png").read_bytes()
    assert provenance_of(picture)["models"]["picture"] == {"model": "shapes", "version": "base"}


def test_the_same_batch_again_is_complete_and_makes_nothing(line: str, tmp_path: Path) -> None:
    first, again = run(line, tmp_path / "out"), run(line, tmp_path / "out")
    assert (first["complete"], again["complete"]) == (False, True)
    elsewhere = run(line, tmp_path / "other")
    assert (elsewhere["report"]["reused"], elsewhere["products"]) == (12, first["products"])
    with pytest.raises(UsageError, match="is there already with something else"):
        run(line, tmp_path / "out", count=13)


def test_without_a_folder_the_batch_gets_one_of_its_own(line: str, home: Path) -> None:
    first, other = run(line, count=2), run(line, count=2, seed=9)
    assert Path(first["folder"]).parent == home / "generated" / line
    assert first["folder"] != other["folder"]


def test_a_product_is_the_same_alone_as_in_a_batch_to_the_byte(line: str, home: Path, tmp_path: Path) -> None:
    batch = run(line, tmp_path / "batch", count=8, seed=50)
    product = batch["products"][5]
    kept = {path.name: path.read_bytes() for path in (products_of(line) / product["id"]).iterdir()}
    for path in products_of(line).iterdir():
        path.rename(tmp_path / path.name)
    (alone,) = run(line, tmp_path / "alone", count=1, seed=product["seed"])["products"]
    assert alone == product
    assert {path.name: path.read_bytes() for path in (products_of(line) / alone["id"]).iterdir()} == kept


def test_constraints_are_read_in_any_spelling_and_balanced_by_a_column(line: str, tmp_path: Path) -> None:
    found = run(line, tmp_path / "red", count=3, where=["color= red ,Blue", "gender=Women"])
    assert found["where"] == {"articleType": "Casual Shoes", "baseColour": ["Red", "Blue"], "gender": "Women"}
    even = run(line, tmp_path / "even", count=8, balanced="colour")
    colours = [product["attributes"]["baseColour"] for product in even["products"]]
    assert sorted(map(colours.count, set(colours))) == [2, 2, 2, 2]
    assert even["report"]["diversity"]["evenness"]["baseColour"] == 1.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"where": ["baseColour"]}, "'baseColour' is no constraint: write it as baseColour=Red"),
        ({"where": ["articleType=Heels"]}, "toys makes articleType Casual Shoes, and Heels was asked for"),
        ({"where": ["season=Monsoon"]}, "season is never"),
        ({"balanced": "shape"}, "cannot be balanced by 'shape'"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_leaves_no_folder(
    line: str, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as found:
        run(line, tmp_path / "out", **options)
    assert said in str(found.value)
    assert not (tmp_path / "out").exists()


def test_an_unknown_line_is_named_with_the_known_ones(line: str) -> None:
    with pytest.raises(UnknownLineError, match=r"Known product lines: toys"):
        run("cats")


def test_an_export_of_approved_products_needs_one(line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No product of toys is approved yet"):
        export_approved(line, tmp_path / "out")
    assert json.loads(json.dumps(run(line, count=1)))["line"] == line
