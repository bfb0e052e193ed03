"""Tests: a product line is opened with the versions that its YAML names, or says what is missing."""

from pathlib import Path
from typing import Any

import pytest

from components.core.errors import RegistryError, UsageError
from components.core.run_log import QuietLog
from registry.product_lines import choices, find_line, lines, open_line, products_of
from tests.components.products.line_recipe import use_line


@pytest.fixture
def use(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    return lambda **fields: use_line(monkeypatch, tmp_path, **fields)


def test_a_line_has_its_three_models_and_a_folder_of_its_own(use: Any, home: Path) -> None:
    line = open_line(use(), QuietLog())
    assert lines() == ["toys"]
    assert line.models.origins == {
        gives: {"model": choice.model, "version": "base"} for gives, choice in choices(find_line("toys")).items()
    }
    assert line.folder == products_of("toys") == home / "products" / "toys"


def test_a_model_without_a_version_in_production_says_what_trains_one(use: Any) -> None:
    with pytest.raises(RegistryError, match="run `python -m flows lifecycle texts` first"):
        open_line(use(), QuietLog(), {"description": "Production"})


def test_a_model_that_gives_something_else_is_named(use: Any) -> None:
    names = {"attributes": "rows", "picture": "texts", "description": "texts"}
    models = {gives: {"model": model} for gives, model in names.items()}
    with pytest.raises(UsageError, match="The model texts gives no picture, expected a picture model"):
        open_line(use(models=models), QuietLog())
