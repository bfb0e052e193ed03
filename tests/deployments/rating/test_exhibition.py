"""Tests: which pictures people judge, under which names, in which order."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from components.core.errors import DataError
from components.core.files import file_digest
from deployments.rating.exhibition import Exhibit, Exhibition, hang, read_index
from tests.deployments.rating.conftest import COUNTS, MODEL, STEPS


def hung(reports: Path, each: int) -> Exhibition:
    return hang(reports, "casual shoes", read_index(reports, MODEL), each)


def colours(exhibition: Exhibition) -> dict[str, list[int]]:
    """Return for each subject which of its pictures hang: the green of each says its number."""
    found: dict[str, list[int]] = {digest: [] for digest in STEPS}
    for exhibit in exhibition.exhibits:
        with Image.open(BytesIO(exhibit.png)) as picture:
            found[exhibit.digest].append(picture.getpixel((16, 16))[1] // 30)  # type: ignore[index]
    return found


def names(exhibits: list[Exhibit]) -> list[tuple[str, str]]:
    return [(exhibit.digest, exhibit.picture) for exhibit in exhibits]


@pytest.mark.parametrize(("each", "expected"), [(1, 1), (4, 4), (100, 6)])
def test_as_many_pictures_of_each_subject_hang_as_the_smallest_has(reports: Path, each: int, expected: int) -> None:
    counted = Counter(exhibit.digest for exhibit in hung(reports, each).exhibits)
    assert counted == dict.fromkeys(STEPS, expected)


def test_all_subjects_are_judged_on_the_same_prompts(reports: Path) -> None:
    chosen = list(colours(hung(reports, 4)).values())
    assert [len(places) for places in chosen] == [4] * len(STEPS)
    assert all(places == chosen[0] for places in chosen)


def test_more_pictures_later_keep_the_ones_that_were_judged(reports: Path) -> None:
    assert set(names(list(hung(reports, 2).exhibits))) < set(names(list(hung(reports, 5).exhibits)))


def test_each_rater_has_an_order_of_their_own_and_keeps_it(reports: Path) -> None:
    first, again = hung(reports, 6), hung(reports, 6)
    assert names(first.in_order_of("ada")) == names(again.in_order_of("ada"))
    assert names(first.in_order_of("ada")) != names(first.in_order_of("bob"))
    assert set(names(first.in_order_of("ada"))) == set(names(list(first.exhibits)))


def test_tokens_are_drawn_anew_each_time(reports: Path) -> None:
    first, again = ({exhibit.token for exhibit in hung(reports, 6).exhibits} for _ in range(2))
    assert len(first) == len(again) == 24
    assert not first & again


def test_pictures_are_known_by_their_files(reports: Path) -> None:
    files = {(path.parent.name, file_digest(path)) for path in (reports / MODEL / "pictures").glob("*/*.png")}
    assert len(files) == sum(COUNTS.values())
    assert set(names(list(hung(reports, 6).exhibits))) < files


def test_a_path_from_the_index_leads_to_a_picture_too(reports: Path) -> None:
    index = read_index(reports, MODEL)
    for digest, subject in index["subjects"].items():
        subject["files"] = [{"file": f"{digest}/{entry['file']}"} for entry in subject["files"]]
    before, after = hung(reports, 3), hang(reports, "casual shoes", index, 3)
    assert names(list(before.exhibits)) == names(list(after.exhibits))


def test_without_an_evaluation_the_sentence_says_to_run_one(bare_home: Path) -> None:
    with pytest.raises(DataError, match="run `python -m flows evaluate starter` first"):
        read_index(bare_home / "reports", MODEL)


def test_a_missing_picture_is_named(reports: Path) -> None:
    (reports / MODEL / "pictures" / "base" / "003.png").unlink()
    with pytest.raises(DataError, match=r"base/003\.png is missing"):
        hung(reports, 4)


def test_a_subject_without_pictures_is_refused(reports: Path) -> None:
    path = reports / MODEL / "pictures" / "index.json"
    index = json.loads(path.read_text())
    index["subjects"]["base"]["files"] = []
    path.write_text(json.dumps(index))
    with pytest.raises(DataError, match="names no pictures"):
        hung(reports, 4)
