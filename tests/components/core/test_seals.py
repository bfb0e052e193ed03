"""Tests: a sealed folder that is altered in any way is not believed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.seals import discard, is_sealed, sealed_folder


def make(place: Path, text: str = "a") -> Path:
    with sealed_folder(place) as folder:
        (folder / "in").mkdir()
        (folder / "a.txt").write_text(text)
        (folder / "in" / "b.txt").write_text("b")
    return place


def test_a_folder_is_sealed_until_it_is_discarded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = make(tmp_path / "features" / "1")
    assert is_sealed(place)
    discard(place)
    assert not place.exists()
    assert not is_sealed(place)
    assert caplog.messages == [
        f"{place} is not known to be what was stored there: it was removed, and will be made again."
    ]


@pytest.mark.parametrize(
    "alter",
    [
        lambda place: (place / "a.txt").write_text("other"),
        lambda place: (place / "a.txt").write_text(""),
        lambda place: (place / "in" / "b.txt").unlink(),
        lambda place: (place / "c.txt").write_text("c"),
        lambda place: (place / "seal.json").unlink(),
        lambda place: (place / "seal.json").write_text("[" * 100_000),
        lambda place: (place / "seal.json").write_bytes(b"\xff"),
        lambda place: shutil.rmtree(place / "in"),
    ],
)
def test_an_altered_folder_is_not_sealed(alter: Callable[[Path], object], tmp_path: Path) -> None:
    place = make(tmp_path / "features" / "1")
    alter(place)
    assert not is_sealed(place)


def test_a_folder_that_was_copied_over_another_one_is_not_sealed(tmp_path: Path) -> None:
    one, other = make(tmp_path / "base" / "1"), make(tmp_path / "step-300" / "1", "another")
    for place in (other, tmp_path / "base" / "2"):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(one, place)
        assert not is_sealed(place)


@pytest.mark.parametrize("put", [lambda place: place.write_text("x"), lambda place: place.symlink_to("nowhere")])
def test_a_file_or_a_link_at_the_place_of_a_folder_is_discarded(put: Callable[[Path], None], tmp_path: Path) -> None:
    place = tmp_path / "1"
    put(place)
    assert not is_sealed(place)
    discard(place)
    assert is_sealed(make(place))


def test_discarding_nothing_logs_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    discard(tmp_path / "1")
    assert caplog.messages == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("cache") / "1")


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_flipped_byte_in_any_file_is_noticed_or_changes_no_file(data: st.DataObject, made: Path) -> None:
    file = data.draw(st.sampled_from(sorted(path for path in made.rglob("*") if path.is_file())))
    content = file.read_bytes()
    place, flip = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    try:
        file.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        assert not is_sealed(made) or file.name == "seal.json"  # another white space in the seal
    finally:
        file.write_bytes(content)
