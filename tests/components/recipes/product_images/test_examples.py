"""Tests: a catalogue becomes examples; every row is counted and every defect is handled."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.core.errors import DataError
from components.core.records import Ingestion, Snapshot
from components.data.drawn_catalogue.planted import OTHER_IDS, PLANTED, UNSEEN_IDS, original_of
from components.data.snapshots import picture_path, verify_snapshot
from components.recipes.product_images.examples import open_source
from tests.components.data.catalogues import jpeg, line, write_catalogue, write_style
from tests.components.recipes.product_images.ingesting import Progress, config_of, ids_of, ingest

UNUSABLE = ("no_picture", "truncated", "zero_byte", "not_an_image", "huge_claim")


def planted(*names: str) -> set[int]:
    return {product for name in names for product in PLANTED[name] if product in UNSEEN_IDS}


def test_every_planted_defect_is_counted(ingested: tuple[Snapshot, Ingestion, Path]) -> None:
    _, account, _ = ingested
    assert account.rows == len(UNSEEN_IDS) + len(OTHER_IDS)
    assert account.selected == len(UNSEEN_IDS)
    assert account.repaired["surplus-commas"] == len(PLANTED["surplus_comma"]) + len(PLANTED["two_surplus_commas"])
    assert account.repaired["stray-spaces"] == len(PLANTED["stray_spaces"])
    repairs = {"cmyk": "cmyk", "16-bit": "png_16_bit", "palette": "palette", "rotated": "exif_rotated"}
    for repair, defect in repairs.items():
        assert account.repaired[f"{repair}-picture"] == len(planted(defect))
    refusals = {
        "truncated-picture": "truncated",
        "empty-picture-file": "zero_byte",
        "not-a-picture": "not_an_image",
        "decompression-bomb": "huge_claim",
    }
    for reason, defect in refusals.items():
        assert account.quarantined[reason] == len(planted(defect))
    assert account.quarantined["test-row"] == len(PLANTED["test_row"])
    assert account.notes["side-files-ignored"] == 6
    left_out = sum(account.quarantined.values()) - account.notes["quarantined-not-selected"]
    assert account.kept == account.selected - left_out


def test_every_refused_product_is_in_the_quarantine_table_and_in_no_split(
    ingested: tuple[Snapshot, Ingestion, Path],
) -> None:
    snapshot, account, report = ingested
    with (report / "quarantine.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    refused = {int(row["id"]) for row in rows}
    assert len(rows) == sum(account.quarantined.values())
    assert all(row["reason"] and row["detail"] for row in rows)
    assert planted(*UNUSABLE) <= refused
    assert refused.isdisjoint(ids_of(snapshot))
    assert len(ids_of(snapshot)) == account.kept


def test_a_picture_that_another_article_type_has_too_is_refused(ingested: tuple[Snapshot, Ingestion, Path]) -> None:
    snapshot, account, _ = ingested
    carried = {original_of(product) for product in PLANTED["same_picture_other_article"]} & set(UNSEEN_IDS)
    assert account.quarantined["picture-of-another-article"] == len(planted("same_picture_other_article") | carried)
    assert (planted("same_picture_other_article") | carried).isdisjoint(ids_of(snapshot))


def test_duplicates_and_near_duplicates_share_their_split(ingested: tuple[Snapshot, Ingestion, Path]) -> None:
    split_of = ids_of(ingested[0])
    twins = planted("same_picture", "near_same_picture")
    assert twins <= split_of.keys()
    pairs = [(product, original_of(product)) for product in twins if original_of(product) in split_of]
    assert pairs
    assert all(split_of[product] == split_of[original] for product, original in pairs)


def test_examples_have_known_values_and_none_for_unknown_ones(ingested: tuple[Snapshot, Ingestion, Path]) -> None:
    examples = {example["id"]: example for part in ingested[0].splits.values() for example in part}
    seasonless = [examples[product] for product in planted("season_blank") if product in examples]
    assert seasonless
    assert all(example["season"] is None and "collection" not in example["caption"] for example in seasonless)
    captions = [example["caption"] for example in examples.values()]
    assert len(captions) >= 40
    assert not any(" NA " in caption or "None" in caption or "  " in caption for caption in captions)
    assert all(isinstance(example["year"], int | None) for example in examples.values())
    escaped = [examples[product]["description"] for product in planted("double_escaped") if product in examples]
    assert escaped
    assert all("o\u2019clock & after" in text and "<" not in text for text in escaped)


def test_pictures_are_squares_of_the_models_size_padded_with_their_own_background(
    ingested: tuple[Snapshot, Ingestion, Path],
) -> None:
    snapshot, _, _ = ingested
    grey, seams = planted("grey_background"), []
    for split, example in ((split, example) for split, part in snapshot.splits.items() for example in part):
        with Image.open(picture_path(snapshot, split, example)) as file:
            assert (file.mode, file.size) == ("RGB", (32, 32))
            pixels = np.asarray(file, float)
        seams += [np.abs(pixels[4, 1] - pixels[4, 6]).max()] if example["id"] in grey else []
    assert seams
    assert max(seams) < 12  # grey levels between the padding and the picture beside it


def test_the_same_catalogue_gives_the_same_digest(
    drawn: Path, ingested: tuple[Snapshot, Ingestion, Path], tmp_path: Path
) -> None:
    again, _ = ingest(config_of(), drawn, tmp_path)
    assert again.digest == ingested[0].digest
    verify_snapshot(again)


def test_a_grown_catalogue_keeps_every_picture_in_its_split(tmp_path: Path) -> None:
    pictures = {product: jpeg(product) for product in range(60)}
    few = write_catalogue(tmp_path / "few", [line(n) for n in range(40)], {n: pictures[n] for n in range(40)})
    renamed = {n + 1000: content for n, content in pictures.items()}
    many = write_catalogue(tmp_path / "many", [line(n) for n in renamed], renamed)
    first, _ = ingest(config_of(), few, tmp_path / "home")
    second, _ = ingest(config_of(size=40), many, tmp_path / "home")
    after = ids_of(second)
    assert len(after) == 60
    assert all(after[product + 1000] == split for product, split in ids_of(first).items())


def test_the_split_is_remembered_over_snapshots_in_which_a_picture_was_missing(tmp_path: Path) -> None:
    every = {product: jpeg(product) for product in range(40)}
    whole = write_catalogue(tmp_path / "whole", [line(n) for n in every], every)
    part = write_catalogue(tmp_path / "part", [line(n) for n in range(30)], {n: every[n] for n in range(30)})
    bold = {"train": 1, "validation": 1, "test": 98}
    first, _ = ingest(config_of(), whole, tmp_path / "home")
    ingest(config_of(), part, tmp_path / "home")
    third, _ = ingest(config_of(split=bold), whole, tmp_path / "home")
    assert ids_of(third) == ids_of(first)


def test_the_catalogue_that_a_person_names_wins_over_that_of_the_yaml(tmp_path: Path) -> None:
    theirs = write_catalogue(tmp_path / "theirs", [line(1)], {1: jpeg(1)})
    assert open_source(config_of("elsewhere"), theirs, tmp_path, Progress()).folder == theirs
    assert open_source(config_of(str(theirs)), None, tmp_path, Progress()).folder == theirs
    with pytest.raises(DataError, match="no catalogue at elsewhere"):
        open_source(config_of("elsewhere"), None, tmp_path, Progress())


def test_too_few_examples_for_a_split_say_how_many_there_are(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(n) for n in range(9)], {n: jpeg(n) for n in range(9)})
    with pytest.raises(DataError, match=r"gives 9 examples, of them \d for .*expected at least 16 in each split"):
        ingest(config_of(smallest=16), folder, tmp_path / "home")


def test_brands_come_from_style_files_and_else_from_names(tmp_path: Path) -> None:
    names = {n: "Red Tape Men Shoes" if n else "Galenta Air Black Shoes" for n in range(30)}
    folder = write_catalogue(tmp_path / "c", [line(n, name) for n, name in names.items()], {n: jpeg(n) for n in names})
    write_style(folder, 5, "Tape & Sons", "<p>Soft</p>")
    snapshot, _ = ingest(config_of(), folder, tmp_path / "home")
    brands = {example["id"]: example["brand"] for part in snapshot.splits.values() for example in part}
    assert (brands[0], brands[1], brands[5]) == ("Galenta", "Red Tape", "Tape & Sons")


def test_a_catalogue_gives_the_same_snapshot_in_any_dialect_and_the_account_says_which(tmp_path: Path) -> None:
    folder = write_catalogue(
        tmp_path / "c", [line(n, baseColour="Red") for n in range(40)], {n: jpeg(n) for n in range(40)}
    )
    text = (folder / "styles.csv").read_text(encoding="utf-8")
    first, account = ingest(config_of(), folder, tmp_path / "first")
    assert account.read_as["encoding"] == "UTF-8"
    (folder / "styles.csv").write_bytes(text.replace(",", "\t").replace("baseColour", "BASE COLOUR").encode("utf-16"))
    second, account = ingest(config_of(), folder, tmp_path / "second")
    assert second.digest == first.digest
    assert (account.read_as["encoding"], account.read_as["separator"]) == ("UTF-16", "tab")
    kept = json.loads((tmp_path / "second" / "report" / "account.json").read_text(encoding="utf-8"))
    assert kept["read_as"] == account.read_as
    (folder / "styles.csv").write_text(text.replace("Casual Shoes", "CASUAL SHOES", 4).replace("Red", "RED", 3))
    third, account = ingest(config_of(), folder, tmp_path / "third")
    assert (third.digest, account.selected, account.repaired) == (first.digest, 40, {"other-spelling": 4})


def test_signs_in_a_colour_are_its_text_in_captions_and_plots(tmp_path: Path) -> None:
    colours = ["$20 #1 $30", "5$_$", "Gold $\\a$"]
    lines = [line(n, f"{colours[n % 3]} Men Shoe", baseColour=colours[n % 3]) for n in range(40)]
    snapshot, _ = ingest(config_of(), write_catalogue(tmp_path / "c", lines, {n: jpeg(n) for n in range(40)}), tmp_path)
    examples = [example for part in snapshot.splits.values() for example in part]
    assert {example["baseColour"] for example in examples} == set(colours)
    assert all(example["baseColour"].lower() in example["caption"] for example in examples)


@pytest.mark.slow
@pytest.mark.shared_data
def test_the_real_catalogue_is_ingested_whole(shared: Path, tmp_path: Path) -> None:
    snapshot, account = ingest(config_of(), shared / "data" / "fashion-dataset", tmp_path)
    assert (account.rows, account.selected, account.kept) == (44_446, 2_846, 2_419)
    assert account.quarantined == {"missing-picture": 427, "test-row": 1}
    assert account.repaired["surplus-commas"] == 22
    assert sum(snapshot.sizes.values()) == 2_419
