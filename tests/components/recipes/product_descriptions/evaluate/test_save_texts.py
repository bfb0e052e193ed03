"""Tests of the texts that people rate: those of the same products for each subject, as the rating page reads them."""

import shutil
from pathlib import Path

from components.recipes.product_descriptions.rated import RATED
from deployments.rating.exhibition import choose_items, read_index
from tests.components.recipes.product_descriptions.evaluate.conftest import Evaluated


def test_the_rating_page_shows_what_an_evaluation_wrote(evaluated: Evaluated, tmp_path: Path) -> None:
    model = evaluated.config.model
    shutil.copytree(evaluated.workplace.report / RATED.folder, tmp_path / model / RATED.folder)

    index = read_index(tmp_path, model, RATED)
    chosen = choose_items(tmp_path, RATED, "shirts", index, 4)

    by_subject = {d: [item for item in chosen.items if item.digest == d] for d in ("real", "base")}
    assert {len(items) for items in by_subject.values()} == {4}
    assert [item.about for item in by_subject["real"]] == [item.about for item in by_subject["base"]]
    real = {example["text"] for example in evaluated.snapshot.splits["validation"]}
    assert {item.content.decode() for item in by_subject["real"]} <= real
