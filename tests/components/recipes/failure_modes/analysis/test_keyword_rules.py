"""Tests: labels that were made by keyword rules are found out, labels of people are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.recipes.failure_modes.analysis.keyword_rules import find_keyword_rules

RULES = {"leak": "Leak", "crack": "Crack", "hot": "Heat"}
FILLERS = ("pump", "hose", "valve", "motor", "gearbox", "cylinder", "replace", "repair", "check", "on", "of", "boom")


def filled(word: str, numbers: np.random.Generator) -> str:
    return " ".join([*numbers.choice(FILLERS, size=4).tolist(), word])


def test_labels_by_keywords_are_explained_by_these_keywords() -> None:
    numbers = np.random.default_rng(1)
    words = numbers.choice(list(RULES), size=300).tolist()
    found = find_keyword_rules([filled(word, numbers) for word in words], [RULES[w] for w in words], seed=1)
    assert found.explained
    assert set(RULES) >= set(found.words[:2])
    assert "keyword rules probably made the labels" in found.sentence


def test_labels_that_no_word_decides_are_not_explained() -> None:
    numbers = np.random.default_rng(1)
    texts = [filled(str(numbers.choice(list(RULES))), numbers) for _ in range(300)]
    labels = numbers.choice(list(RULES.values()), size=300).tolist()
    found = find_keyword_rules(texts, labels, seed=1)
    assert not found.explained
    assert "no handful of words explains the labels" in found.sentence


@pytest.mark.shared_data
@pytest.mark.parametrize(("file", "by_rules"), [("excavator_failure_mode.csv", True), ("fmc_mwo2kg.csv", False)])
def test_the_excavators_labels_come_from_rules_and_those_of_people_do_not(
    file: str, by_rules: bool, failure_modes: Path
) -> None:
    frame = pd.read_csv(failure_modes / file, dtype=str, keep_default_na=False)
    found = find_keyword_rules(frame["text"].tolist(), frame["label"].tolist(), seed=1)
    assert found.explained is by_rules
