"""Tests: every row of the drawn catalogue is kept or quarantined with a reason; bad settings are one sentence."""

from pathlib import Path
from typing import Any

import pytest

from components.core.errors import ConfigError, DataError
from components.core.recipe import Examples
from components.data.drawn_catalogue.draw import draw_some
from components.recipes.product_attributes.ingest.examples import make_examples, open_source
from tests.components.recipes.product_attributes.tables import Log, config_of


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue") / "drawn"
    draw_some(folder, 42, set())
    return folder


def ingest(catalogue: Path, folder: Path, **data: Any) -> Examples:
    config = config_of(**data)
    source = open_source(config, catalogue, folder, Log())
    return make_examples(config, source, None, folder, folder, Log())


def test_all_rows_are_accounted_for(catalogue: Path, tmp_path: Path) -> None:
    found = ingest(catalogue, tmp_path)
    counts = found.ingestion
    assert counts.rows == 1704
    assert counts.kept + sum(counts.quarantined.values()) == 1704
    assert counts.quarantined.keys() == {"test-row", "breaks-constraint"}
    assert sum(map(len, found.splits.values())) == counts.kept
    assert (tmp_path / "quarantine.csv").read_text().count("breaks-constraint") == counts.quarantined[
        "breaks-constraint"
    ]
    again = ingest(catalogue, tmp_path)
    assert again.splits == found.splits


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"constraints": [{"never": {"season": "Monsoon"}}]},
            "names season=Monsoon, which no row has, expected one of",
        ),
        (
            {"constraints": [{"only": {"season": "Summer"}}, {"only": {"season": "Winter"}}]},
            r"gives 0 rows, .* rows are refused: season is only \w+\), expected at least 32",
        ),
        ({"categories": [*config_of().data.categories, "fabric"]}, "has no column fabric, expected one of"),
        ({"categories": [*config_of().data.categories, "productDisplayName"], "most_values": 100}, "values in 1,"),
    ],
)
def test_data_that_do_not_fit_are_one_sentence(
    catalogue: Path, tmp_path: Path, data: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence):
        ingest(catalogue, tmp_path, **data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"constraints": [{"never": {"fabric": "Silk"}}]}, "constraints names the column fabric, expected a category"),
        ({"constraints": [{"when": {"season": "Summer"}}]}, "has neither `never` nor `only`"),
        ({"constraints": [{"never": {"season": "Summer"}, "only": {"season": "Summer"}}]}, "never each of these"),
        ({"key": ["season"]}, "season is named twice"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        config_of(**data)
