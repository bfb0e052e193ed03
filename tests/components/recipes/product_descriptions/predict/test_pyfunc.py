"""Tests of what MLflow's pyfunc flavour loads."""

from pathlib import Path

import pandas as pd
import pytest

from components.core.errors import DataError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.predict.predictor import load
from components.recipes.product_descriptions.predict.pyfunc import Served, _load_pyfunc
from components.recipes.product_descriptions.predict.requests import DescriptionRequest
from tests.components.recipes.product_descriptions.toy_descriptions import ToyLog, toy_config


@pytest.fixture
def served(trained: Checkpoint) -> Served:
    return _load_pyfunc(str(trained.folder / "adapter"))


def test_it_writes_what_the_version_writes(served: Served, toy_base: Path, trained: Checkpoint) -> None:
    predictor = load(toy_config(toy_base), trained, ToyLog())
    text = "articleType=Heels, baseColour=Red"
    expected = predictor.predict(DescriptionRequest(attributes=text, seed=5)).texts[0]

    rows = served.predict(pd.DataFrame({"attributes": [text, text]}, index=["a", "b"]), {"seed": 5})

    assert list(rows.columns) == ["text", "seed", "nats"]
    assert rows.loc["a", "text"] == expected
    assert rows["seed"].tolist() == [5, 6]
    assert (rows["nats"] > 0).all()


def test_a_table_with_a_column_for_each_attribute_is_the_same(served: Served) -> None:
    columns = pd.DataFrame({"articleType": ["Heels"], "baseColour": ["Red"], "price": [3], "season": [None]})
    text = pd.DataFrame({"attributes": ["articleType=Heels, baseColour=Red"]})

    assert served.predict(columns)["text"].tolist() == served.predict(text)["text"].tolist()


def test_settings_of_generation_are_parameters(served: Served) -> None:
    frame = pd.DataFrame({"attributes": ["articleType=Heels"] * 2})

    greedy = served.predict(frame, {"temperature": 0.0, "longest": 4})["text"]

    assert greedy[0] == greedy[1]


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (pd.DataFrame({"text": ["x"]}), "The table has the columns text, expected a column attributes"),
        (pd.DataFrame({"attributes": ["brand=Vale", "colour=Red"]}), "Row 2: no attribute is called 'colour'"),
        (pd.DataFrame({"brand": [None]}), "Row 1: it names no attribute"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(served: Served, frame: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        served.predict(frame)
