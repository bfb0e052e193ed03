"""Tests: products are read from styles.csv and styles/<id>.json."""

from pathlib import Path

from components.recipes.product_descriptions.ingest.kaggle import read_kaggle
from tests.components.recipes.product_descriptions.described import kaggle_folder


def test_the_table_counts_and_the_style_file_adds_brand_and_description(tmp_path: Path) -> None:
    products, catalogue = read_kaggle(kaggle_folder(tmp_path / "catalogue"))
    assert len(products) == catalogue.size == 41
    first = products[0]
    assert (first.id, first.refused) == ("1000", "")
    assert "A plain text" in first.markup
    assert {**first.attributes, "brand": "Alder", "articleType": "Casual Shoes"} == first.attributes
    assert products[-1].refused == "style-file-missing"


def test_a_style_file_that_is_not_json_refuses_its_row(tmp_path: Path) -> None:
    folder = kaggle_folder(tmp_path / "catalogue")
    (folder / "styles" / "1000.json").write_text("{broken")
    (folder / "styles" / "1001.json").write_text("[]")
    assert [product.refused for product in read_kaggle(folder)[0]][:3] == ["style-file-unreadable", "not-an-object", ""]
