"""Tests: products are read from JSON lines, whatever the line holds."""

import gzip
import json
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.recipes.product_descriptions.ingest.json_lines import read_json_lines

FLAT = {"productId": "7", "brandName": "Puma", "productColors": "Red,NA", "description_html": "<p>Red shoe</p>"}
NESTED = {
    "data": {
        "id": 8,
        "articleType": {"typeName": "Shirts"},
        "productDescriptors": {"description": {"value": "<p>Blue shirt</p>"}},
    }
}


def written(folder: Path, *lines: str) -> Path:
    path = folder / "products.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_flat_and_nested_objects_are_read(tmp_path: Path) -> None:
    found = read_json_lines(written(tmp_path, json.dumps(FLAT), "", json.dumps(NESTED)))
    assert [(p.line, p.id, p.markup) for p in found] == [(1, "7", "<p>Red shoe</p>"), (3, "8", "<p>Blue shirt</p>")]
    assert found[0].attributes == {"brand": "Puma", "baseColour": "Red"}
    assert found[1].attributes == {"articleType": "Shirts"}


def test_every_other_line_is_refused_with_its_reason(tmp_path: Path) -> None:
    lines = ["{broken", "[1]", json.dumps({"id": 9, "description": 5}), json.dumps(FLAT), json.dumps(FLAT)]
    found = read_json_lines(written(tmp_path, *lines))
    reasons = ["not-json", "not-an-object", "description-not-a-text", "", "duplicate-id"]
    assert [product.refused for product in found] == reasons


def test_gzip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(FLAT).encode()))
    assert len(read_json_lines(path)) == 1


def test_a_file_without_descriptions_says_which_fields_are_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no description in 1 lines, expected JSON objects with one of the fields"):
        read_json_lines(written(tmp_path, json.dumps({"id": 1})))


def test_a_broken_gzip_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(DataError, match="cannot be read"):
        read_json_lines(path)
