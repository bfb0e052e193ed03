"""Tests: ratings are kept, also if many people answer at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from components.core.errors import RegistryError
from components.core.records import Rating
from registry.database import engine
from registry.ratings import append_ratings, ratings
from registry.settings import REPOSITORY, settings
from registry.tables import RATINGS

TWENTY = """
import sys
from components.core.records import Rating
from registry.ratings import append_ratings
for n in range(20):
    append_ratings([Rating("toy", "s1", "base", f"p{n}", sys.argv[1], "realism", 3)])
"""


def answer(score: int, **changed: str) -> Rating:
    fields = {
        "model": "toy",
        "snapshot": "s1",
        "digest": "base",
        "item": "p1",
        "rater": "ada",
        "question": "realism",
    }
    return Rating(**{"model": "toy", **fields, **changed}, score=score)


def rows() -> int:
    with engine(settings().database_url).connect() as connection:
        return int(connection.execute(select(func.count()).select_from(RATINGS)).scalar_one())


def test_a_changed_answer_is_appended_and_the_newest_counts(bare_home: Path) -> None:
    append_ratings([answer(2), answer(5, question="quality")])
    append_ratings([answer(4)])
    assert ratings("toy") == [answer(4), answer(5, question="quality")]
    assert rows() == 3


@pytest.mark.parametrize("field", ["snapshot", "digest", "item", "rater", "question"])
def test_answers_that_differ_in_a_field_both_count(bare_home: Path, field: str) -> None:
    append_ratings([answer(2), answer(4, **{field: "another"})])
    assert len(ratings("toy")) == 2


def test_ratings_of_another_model_are_left_out(bare_home: Path) -> None:
    append_ratings([answer(2, model="other")])
    assert ratings("toy") == []


def test_an_empty_list_of_answers_is_not_an_error(bare_home: Path) -> None:
    append_ratings([])
    assert ratings("toy") == []


def test_several_answers_are_written_together_or_not_at_all(bare_home: Path) -> None:
    ratings("toy")
    nothing: str = None  # type: ignore[assignment]
    with pytest.raises(RegistryError, match=r"ratings of toy cannot be written \(.*\): check the database"):
        append_ratings([answer(2), answer(3, rater=nothing)])
    assert rows() == 0


def test_threads_and_processes_that_write_at_once_lose_no_answer(bare_home: Path) -> None:
    command = [sys.executable, "-c", TWENTY]
    started = [subprocess.Popen([*command, name], cwd=REPOSITORY, env=dict(os.environ)) for name in ("ada", "bob")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: append_ratings([answer(1, rater="cleo", item=f"p{n}")]), range(20)))
    assert [process.wait(60) for process in started] == [0, 0]
    assert len(ratings("toy")) == 60


def test_a_database_that_does_not_answer_is_one_sentence(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", "nonsense")
    with pytest.raises(RegistryError, match="ATELIER_DATABASE_URL cannot be opened"):
        append_ratings([answer(2)])
