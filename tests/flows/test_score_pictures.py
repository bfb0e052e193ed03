"""Tests: folders of pictures that no model of ours made, scored from the command line."""

import json
from pathlib import Path

import pytest

from components.recipes.product_images.starter.catalogue.draw import APPLE_DOUBLE
from components.recipes.product_images.starter.drawing.picture import Scene, draw_picture
from tests.flows.command_line import run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folders")
    for name, first, count in (("drawn", 0, 6), ("real", 100, 14)):
        (folder / name).mkdir()
        for seed in range(first, first + count):
            picture = draw_picture("Casual Shoes", "Red", seed, Scene(size=(48, 64)))
            picture.save(folder / name / f"{seed}.png")
            (folder / name / f"._{seed}.png").write_bytes(APPLE_DOUBLE)
    return folder


def test_a_folder_is_scored_in_one_command(folders: Path, tmp_path: Path) -> None:
    done = run(
        "score-pictures", folders / "drawn", "--reference", folders / "real", "--json", "--report", tmp_path / "r"
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["folder"]["ignored"] == {"._*": 6}
    assert found["folder"]["scores"]["fid"]["n"] == 6
    assert found["folder"]["scores"]["fid"]["real"]["n"] == 6
    assert found["folder"]["scores"]["kid"]["honest"] is False
    assert json.loads((tmp_path / "r" / "scores.json").read_text()) == found
    assert "too few to rank by FID (from 64 on) and KID (from 32 on)" in (tmp_path / "r" / "scores.md").read_text()


def test_people_get_a_table_and_sentences(folders: Path) -> None:
    done = run("score-pictures", folders / "drawn", "--reference", folders / "real", "--against", folders / "real")
    assert done.exit_code == 0, done.output
    assert "14 real ones" in done.stdout
    assert "Not scored in drawn: 6 ._*." in done.stdout
    assert "too few pictures to rank" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--extractor", "cats"), 2, "No extractor is called 'cats'. Known extractors: "),
        (("--image-text", "cats"), 2, "No image-text model is called 'cats'. Known image-text models: "),
        (("--captions", "nowhere.json"), 1, "cannot be read"),
        (("--against", "nowhere"), 1, "There is no folder"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_an_exit_code(
    folders: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("score-pictures", folders / "drawn", "--reference", folders / "real", *words)
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_no_home_is_made_for_it(folders: Path, bare_home: Path) -> None:
    assert run("score-pictures", folders / "drawn", "--reference", folders / "real").exit_code == 0
    assert not bare_home.exists()
