"""Tests: what a version answers is a column of drift; of its own training comments these are held-out answers."""

from pathlib import Path
from statistics import mean

from components.core.records import Snapshot
from components.recipes.failure_modes.drift_features import features
from components.recipes.failure_modes.drift_responses import ABSTAINS, ANSWER, EXPECTED, responses
from tests.components.recipes.failure_modes.conftest import Trained


def test_other_comments_raise_the_share_abstained_and_lower_the_expected_accuracy(
    trained: Trained, tmp_path: Path
) -> None:
    strange = [{**c, "text": f"budget approved for item {n}"} for n, c in enumerate(trained.snapshot.splits["train"])]
    other = Snapshot("s2", trained.folder, {"train": strange})
    known, new = (
        responses(trained.config, trained.checkpoints[1], snapshot, "train", tmp_path)
        for snapshot in (trained.snapshot, other)
    )
    assert len(known[ANSWER]) == len(trained.snapshot.splits["train"])
    assert list(new[ABSTAINS]).count("yes") > list(known[ABSTAINS]).count("yes")
    assert mean(new[EXPECTED]) < mean(known[EXPECTED]) - 0.2


def test_answers_to_training_comments_are_held_out_ones(trained: Trained, tmp_path: Path) -> None:
    in_order = responses(trained.config, trained.checkpoints[1], trained.snapshot, "train", tmp_path)[EXPECTED]
    reversed_ = Snapshot("s2", trained.folder, {"train": list(trained.snapshot.splits["train"])[::-1]})
    fitted = responses(trained.config, trained.checkpoints[1], reversed_, "train", tmp_path)[EXPECTED]
    assert mean(fitted) > mean(in_order)


def test_features_have_labels_words_and_lengths(trained: Trained, tmp_path: Path) -> None:
    found = features(trained.config, trained.snapshot, "validation", tmp_path)
    assert found.keys() == {"number of words", "words", "label"}
    assert {len(column) for column in found.values()} == {len(trained.snapshot.splits["validation"])}
