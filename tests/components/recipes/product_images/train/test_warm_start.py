"""Tests: a training begins with the adapter in production, keeps to it, and refuses one that does not fit."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.core.records import Checkpoint, Snapshot
from components.recipes.product_images.train.train import train
from tests.components.recipes.product_images.toy_model import ListLog, make_config
from tests.components.recipes.product_images.train.killable import folder_in


@pytest.fixture(scope="module")
def champion(base: Path, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return train(make_config(base, steps=4), snapshot, tmp_path_factory.mktemp("champion"), ListLog())[-1]


def test_a_training_begins_with_the_champion_and_stays_with_it_when_production_moves(
    base: Path, snapshot: Snapshot, tmp_path: Path, champion: Checkpoint
) -> None:
    def digest(name: str, start: Checkpoint | None, folder: Path | None = None) -> str:
        place = folder or folder_in(tmp_path / name)
        return train(make_config(base, steps=4, warm_start=True), snapshot, place, ListLog(), start)[-1].digest

    cold = train(make_config(base, steps=4), snapshot, folder_in(tmp_path / "cold"), ListLog())[-1].digest
    warm = digest("warm", champion)
    assert warm != cold
    assert digest("nobody in production", None) == cold
    for path in (tmp_path / "warm").glob("step-*/state.json"):
        path.unlink()  # so that it trains again
    moved = replace(champion, digest="another", base_digest="another")
    assert digest("", moved, tmp_path / "warm") == warm


@pytest.mark.parametrize(
    ("settings", "base_digest", "sentence"),
    [
        ({"lora": {"rank": 4, "alpha": 6}}, None, "has rank 2, expected train.lora.rank 4"),
        ({"lora": {"rank": 2, "alpha": 2}}, None, "has alpha 6, expected train.lora.alpha 2"),
        (
            {"lora": {"rank": 2, "alpha": 6, "targets": ["to_q"]}},
            {},
            "has targets .*, expected train.lora.targets",
        ),
        ({}, "0ther", r"trained on the base model .* \(0ther\), expected "),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused_by_name(  # noqa: PLR0913  half of them are fixtures
    base: Path,
    snapshot: Snapshot,
    tmp_path: Path,
    champion: Checkpoint,
    settings: dict[str, object],
    base_digest: str | None,
    sentence: str,
) -> None:
    config = make_config(base, steps=4, warm_start=True, **settings)
    start = replace(champion, base_digest=base_digest or champion.base_digest)
    with pytest.raises(CheckpointError, match=sentence) as raised:
        train(config, snapshot, tmp_path, ListLog(), start)
    assert len(str(raised.value).splitlines()) == 1
