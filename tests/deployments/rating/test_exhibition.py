"""Tests: the pictures of the rating page, their names on it, and their order."""

import json
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.recipes.product_images.rated import RATED
from deployments.rating.exhibition import ItemSet, ShownItem, choose_items, read_index
from tests.deployments.rating.conftest import COUNTS, MODEL, STEPS


def chosen_set(reports: Path, each: int) -> ItemSet:
    return choose_items(reports, RATED, "casual shoes", read_index(reports, MODEL, RATED), each)


def colours(picture_set: ItemSet) -> dict[str, list[int]]:
    """Return for each subject the numbers of its chosen pictures, which are coded in their green channel."""
    found: dict[str, list[int]] = {digest: [] for digest in STEPS}
    for shown in picture_set.items:
        with Image.open(BytesIO(shown.content)) as picture:
            found[shown.digest].append(picture.getpixel((16, 16))[1] // 30)  # type: ignore[index]
    return found


def names(pictures: list[ShownItem]) -> list[tuple[str, str]]:
    return [(shown.digest, shown.item) for shown in pictures]


@pytest.mark.parametrize(("each", "expected"), [(1, 1), (4, 4), (100, 6)])
def test_each_subject_shows_as_many_pictures_as_the_smallest_has(reports: Path, each: int, expected: int) -> None:
    counted = Counter(shown.digest for shown in chosen_set(reports, each).items)
    assert counted == dict.fromkeys(STEPS, expected)


def test_all_subjects_are_rated_on_the_same_prompts(reports: Path) -> None:
    chosen = list(colours(chosen_set(reports, 4)).values())
    assert [len(places) for places in chosen] == [4] * len(STEPS)
    assert all(places == chosen[0] for places in chosen)


def test_more_pictures_later_include_the_ones_that_were_rated(reports: Path) -> None:
    assert set(names(list(chosen_set(reports, 2).items))) < set(names(list(chosen_set(reports, 5).items)))


def test_each_rater_has_an_order_of_their_own_and_keeps_it(reports: Path) -> None:
    first, again = chosen_set(reports, 6), chosen_set(reports, 6)
    assert names(first.in_order_of("ada")) == names(again.in_order_of("ada"))
    assert names(first.in_order_of("ada")) != names(first.in_order_of("bob"))
    assert set(names(first.in_order_of("ada"))) == set(names(list(first.items)))


def test_tokens_are_new_at_each_start(reports: Path) -> None:
    first, again = ({shown.token for shown in chosen_set(reports, 6).items} for _ in range(2))
    assert len(first) == len(again) == 24
    assert not first & again


def test_pictures_are_identified_by_the_digests_of_their_files(reports: Path) -> None:
    files = {(path.parent.name, file_digest(path)) for path in (reports / MODEL / "pictures").glob("*/*.png")}
    assert len(files) == sum(COUNTS.values())
    assert set(names(list(chosen_set(reports, 6).items))) < files


def test_the_index_may_name_a_picture_by_a_relative_path(reports: Path) -> None:
    index = read_index(reports, MODEL, RATED)
    for digest, subject in index["subjects"].items():
        subject["files"] = [{"file": f"{digest}/{entry['file']}"} for entry in subject["files"]]
    before, after = chosen_set(reports, 3), choose_items(reports, RATED, "casual shoes", index, 3)
    assert names(list(before.items)) == names(list(after.items))


def test_without_an_evaluation_the_message_says_to_run_one(bare_home: Path) -> None:
    with pytest.raises(DataError, match="run `python -m flows evaluate starter` first"):
        read_index(bare_home / "reports", MODEL, RATED)


def test_a_missing_picture_is_named(reports: Path) -> None:
    (reports / MODEL / "pictures" / "base" / "003.png").unlink()
    with pytest.raises(DataError, match=r"base/003\.png is missing"):
        chosen_set(reports, 4)


def test_a_subject_without_pictures_is_refused(reports: Path) -> None:
    path = reports / MODEL / "pictures" / "index.json"
    index = json.loads(path.read_text())
    index["subjects"]["base"]["files"] = []
    path.write_text(json.dumps(index))
    with pytest.raises(DataError, match="names no pictures"):
        chosen_set(reports, 4)


def seal(reports: Path) -> None:
    """Write the index as `evaluate` writes it: with the digest of each picture, and its own."""
    path = reports / MODEL / "pictures" / "index.json"
    index = json.loads(path.read_text())
    for digest, subject in index["subjects"].items():
        for entry in subject["files"]:
            entry["sha256"] = file_digest(path.parent / digest / entry["file"])
    path.write_text(json.dumps({**index, "seal": digest_of(index)}))


def test_a_picture_that_was_exchanged_after_the_evaluation_is_refused(reports: Path) -> None:
    seal(reports)
    pictures = reports / MODEL / "pictures"
    whole = chosen_set(reports, 4)
    (pictures / "base" / "003.png").write_bytes((pictures / "real" / "003.png").read_bytes())
    with pytest.raises(DataError, match=r"base/003\.png was changed, expected the picture that was scored: run "):
        chosen_set(reports, 4)
    assert len(whole.items) == 16


@pytest.mark.parametrize(
    "alter", [lambda text: text.replace("base", "real"), lambda text: text[:-9], lambda text: "[]"]
)
def test_an_index_that_was_altered_is_refused(reports: Path, alter: Callable[[str], str]) -> None:
    seal(reports)
    path = reports / MODEL / "pictures" / "index.json"
    path.write_text(alter(path.read_text()))
    with pytest.raises(DataError, match=r"index\.json is not what was written: run `python -m flows evaluate starter`"):
        read_index(reports, MODEL, RATED)
