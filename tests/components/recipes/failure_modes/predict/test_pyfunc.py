"""Tests: what MLflow loads answers tables of comments, and abstains with a reason."""

import pandas as pd
import pytest

from components.core.errors import DataError
from components.recipes.failure_modes.predict.pyfunc import COLUMNS, Served
from components.recipes.failure_modes.predict.pyfunc import _load_pyfunc as load
from tests.components.recipes.failure_modes.conftest import Trained


@pytest.fixture(scope="module")
def served(trained: Trained) -> Served:
    return load(str(trained.checkpoints[1].folder))


def test_each_comment_gets_a_row_with_all_columns_under_its_own_index(served: Served) -> None:
    found = served.predict(pd.DataFrame({"text": ["pump leaking oil", "belt rattles"], "more": [1, 2]}, index=[7, 9]))
    assert list(found.columns) == list(COLUMNS)
    assert list(found.index) == [7, 9]
    assert list(found["class"]) == ["Leak", "Noise"]
    assert found["probabilities"].map(lambda p: sum(p.values())).tolist() == pytest.approx([1, 1])
    assert [entry["class"] for entry in found["top"][7]] == list(found["probabilities"][7])


def test_params_say_how_many_failure_modes_are_listed(served: Served) -> None:
    assert len(served.predict(["pump leaking"], {"top": 2})["top"][0]) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), (None, "empty"), (float("nan"), "empty"), ("\U0001f600", "empty"), ("x" * 10_000, "too long"),
     ("утечка масла", "another language"), ("die Pumpe ist nicht dicht", "another language"),
     ("zqx wvk", "out of vocabulary")],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_by_abstaining_with_the_reason(
    served: Served, text: object, reason: str
) -> None:
    row = served.predict(pd.DataFrame({"text": [text]})).iloc[0]
    assert (bool(row["abstain"]), row["reason"]) == (True, reason)


def test_the_words_that_moved_an_answer_are_listed_the_largest_effect_first(served: Served) -> None:
    words = served.predict(["pump leaking oil on left side"])["words"][0]
    assert len(words) == 3
    assert {"leaking", "oil"} & words.keys()
    assert list(words.values()) == sorted(words.values(), key=abs, reverse=True)
    assert served.predict(["pump leaking oil"], {"words": 0})["words"][0] == {}


def test_comments_are_read_as_in_the_training(served: Served) -> None:
    short, long = served.predict(["brkn pump leaking", "broken pump leaking"])["probabilities"]
    assert short == long


def test_a_table_without_the_column_is_refused_and_an_empty_one_is_not(served: Served) -> None:
    with pytest.raises(DataError, match="has the columns comment, expected a column text with comments"):
        served.predict(pd.DataFrame({"comment": ["a"]}))
    assert served.predict(pd.DataFrame({"text": []})).empty


def test_an_answer_does_not_depend_on_its_neighbours(served: Served) -> None:
    texts = ["pump leaking oil", "belt rattles", "drum worn thin"]
    together = served.predict(texts)["confidence"].tolist()
    assert [served.predict([text])["confidence"][0] for text in texts] == pytest.approx(together, abs=1e-12)
