"""Tests: the most unusual series are found, each with a reason that has its own figures."""

import numpy as np
import pytest

from components.recipes.demand.classes.anomalies import REASONS, Seen, find_anomalies
from components.recipes.demand.classes.features import FEATURES, feature_table

DATES = [str(day) for day in np.arange("2024-01-01", "2024-12-30", 7, dtype="datetime64[D]")]


def usual(count: int = 60) -> list[np.ndarray]:
    numbers = np.random.default_rng(0)
    return [numbers.poisson(8, 52).astype(float) + 1 for _ in range(count)]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (np.where(np.arange(52) == 10, 4000.0, 8.0), "It sold 4,000 in the week of 2024-03-11, 500 times its usual 8."),
        (np.where(np.arange(52) < 30, 9.0, 0.0), "It has not sold for 22 weeks, though it sold in 58% of all weeks."),
    ],
)
def test_the_odd_one_out_is_the_most_unusual_and_the_reason_says_why(odd: np.ndarray, said: str) -> None:
    histories = [*usual(), odd]
    found = find_anomalies(feature_table(histories, 13), histories, [DATES] * len(histories), "week", (0.02, 1))
    assert [anomaly.place for anomaly in found] == [60]
    assert found[0].reason == said


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("value", [-0.5, 0.0, 2.0])
def test_every_feature_has_a_reason_in_a_sentence_whatever_its_value(feature: str, value: float) -> None:
    sentence = REASONS[feature](Seen(usual(1)[0], "week", DATES, value, usual=0.5))
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "nan" not in sentence


def test_of_few_series_nobody_can_say_what_is_usual() -> None:
    histories = usual(5)
    assert find_anomalies(feature_table(histories, 13), histories, [DATES] * 5, "week", (0.1, 1)) == []
