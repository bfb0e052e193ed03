"""Tests: the command `score-pictures` on folders of pictures of any origin."""

import json
from pathlib import Path

import pytest

from components.data.drawn_catalogue.draw import APPLE_DOUBLE
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
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


def test_a_folder_is_scored_and_the_report_is_written(folders: Path, tmp_path: Path) -> None:
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


def test_the_scores_are_printed_as_a_table_and_sentences(folders: Path) -> None:
    done = run("score-pictures", folders / "drawn", "--reference", folders / "real", "--against", folders / "real")
    assert done.exit_code == 0, done.output
    assert "14 real ones" in done.stdout
    assert "Not scored in drawn: 6 ._*." in done.stdout
    assert "too few pictures to rank" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--extractor", "cats"), 2, "No extractor is called 'cats'. Known extractors: "),
        (("--image-text", "cats"), 2, "No image-text model is called 'cats'. Known image-text models: "),
        (("--captions", "nowhere.json"), 1, "cannot be read"),
        (("--against", "nowhere"), 1, "There is no folder"),
    ],
)
def test_a_wrong_option_is_an_error_in_one_sentence(
    folders: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    done = run("score-pictures", folders / "drawn", "--reference", folders / "real", *options)
    assert done.exit_code == code
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_scoring_folders_creates_no_home(folders: Path, bare_home: Path) -> None:
    assert run("score-pictures", folders / "drawn", "--reference", folders / "real").exit_code == 0
    assert not bare_home.exists()
