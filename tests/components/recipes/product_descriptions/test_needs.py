"""Tests of what a model of descriptions needs on this machine: found, or one sentence that says what to do."""

from pathlib import Path

from components.recipes.product_descriptions.needs import needs
from tests.components.recipes.product_descriptions.described import json_line, written
from tests.components.recipes.product_descriptions.settings import config


def test_the_starter_needs_nothing_from_elsewhere() -> None:
    assert [(need.what, need.name, need.found) for need in needs(config(), None)] == [
        ("catalogue", "drawn", True),
        ("base model", "starter", True),
    ]


def test_a_missing_file_folder_and_base_are_one_sentence_each(tmp_path: Path) -> None:
    lacking = config("base.model=package:no_such_package")

    file, base = needs(lacking, tmp_path / "products.jsonl.gz")
    folder = needs(lacking, tmp_path / "nowhere")[0]

    assert [need.found for need in (file, folder, base)] == [False] * 3
    assert "expected JSON lines: name another with --catalogue." in file.sentence
    assert str(tmp_path / "nowhere") in folder.sentence
    assert "run `pip install --no-deps no-such-package`" in base.sentence


def test_a_given_catalogue_counts_and_not_the_one_of_the_yaml(tmp_path: Path) -> None:
    elsewhere = config("data.catalogue=/nowhere")

    assert needs(elsewhere, written(tmp_path, [json_line(1)]))[0].found
    assert not needs(elsewhere, None)[0].found


def test_files_of_gguf_and_4_bits_need_their_packages() -> None:
    found = needs(config("base.gguf=model.gguf", "base.quantization=nf4"), None)

    assert [(need.what, need.name) for need in found[2:]] == [("package", "gguf"), ("package", "bitsandbytes")]
    assert found[3].found
