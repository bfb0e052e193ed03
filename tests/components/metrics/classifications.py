"""Simulated answers of a classifier, for the tests of scores."""

import numpy as np
from hypothesis import strategies as st
from scipy.special import softmax

from components.metrics.classified import Classified


def simulated(n: int, classes: int, seed: int, skill: float = 1.5) -> Classified:
    """Return answers that are calibrated: each label is picked by the probabilities of its example."""
    numbers = np.random.default_rng(seed)
    probabilities = softmax(skill * numbers.normal(size=(n, classes)), axis=1)
    labels = (probabilities.cumsum(1) > numbers.random((n, 1))).argmax(1)
    return Classified(labels, probabilities)


@st.composite
def answers(draw: st.DrawFn, smallest: int = 2) -> Classified:
    """Any answers: few classes or many, ties among probabilities, classes without an example."""
    n, classes = draw(st.integers(smallest, 30)), draw(st.integers(2, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    probabilities = numbers.integers(1, draw(st.sampled_from([3, 1000])), size=(n, classes)).astype(float)
    labels = numbers.integers(0, draw(st.integers(1, classes)), size=n)
    return Classified(labels, probabilities / probabilities.sum(1, keepdims=True))
