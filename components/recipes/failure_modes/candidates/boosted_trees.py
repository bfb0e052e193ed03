"""Recipe failure_modes: the candidate of gradient-boosted trees, kept as arrays of their nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from components.core.one_thread import one_thread
from components.recipes.failure_modes.candidates.cross_fit import fit_method
from components.recipes.failure_modes.candidates.model import Array, FittedModel, TextModel
from components.recipes.failure_modes.candidates.pipelines import FEATURES, words_and_characters
from components.recipes.failure_modes.candidates.skops_files import load_fitted, save_fitted
from components.recipes.failure_modes.candidates.training import Method, Params, Space, Training

TOPICS = 64  # columns that the trees see
FEATURES_FILE, TREES_FILE = "topics.skops", "trees.safetensors"
Nodes = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class TreesScorer:
    """Trees as arrays: skops would keep each of some thousand trees as an object, which takes minutes.

    `nodes` has feature, threshold, left, right, value and leaf of each node, `roots` (rounds, columns) the first one of
    each tree, and `baseline` (columns,) the score before the first round. Two classes share one column.
    """

    topics: Pipeline
    nodes: Nodes
    kind: str = "trees"

    def scores(self, texts: Sequence[str]) -> Array:
        inputs = self.topics.transform(list(texts))
        raw = self.nodes["baseline"] + _leaf_values(self.nodes, inputs).sum(1)
        return np.concatenate([-raw, raw], axis=1) / 2 if raw.shape[1] == 1 else raw

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        save_fitted(self.topics, folder / FEATURES_FILE)
        save_file(dict(self.nodes), folder / TREES_FILE)


def load_trees(folder: Path) -> TreesScorer:
    from safetensors.numpy import load_file

    return TreesScorer(load_fitted(folder / FEATURES_FILE), load_file(folder / TREES_FILE))


def fit(name: str, training: Training, _: Sequence[TextModel] = ()) -> FittedModel:
    space: Space = {"learning_rate": (0.05, 0.5), "trees": [20, 40, 80], "leaves": [4, 8, 16]}
    return fit_method(name, Method(_fit, {"learning_rate": 0.2, "trees": 40, "leaves": 8}, space), training)


def _fit(params: Params, training: Training) -> tuple[TreesScorer, tuple[str, ...]]:
    texts, seed = list(training.texts), training.seed % 2**32
    topics = make_pipeline(words_and_characters(FEATURES), TruncatedSVD(min(TOPICS, len(texts) - 1), random_state=seed))
    trees = HistGradientBoostingClassifier(
        learning_rate=params["learning_rate"],
        max_iter=params["trees"],
        max_leaf_nodes=params["leaves"],
        min_samples_leaf=5,  # the default of 20 leaves rare classes without a leaf
        max_bins=32,  # with weights, each limit of a bin costs a sort
        early_stopping=False,
        random_state=seed,
    )
    inputs = topics.fit_transform(texts)
    with one_thread():
        trees.fit(inputs, list(training.labels), sample_weight=training.weights())
    return TreesScorer(topics, _nodes(trees)), tuple(str(name) for name in trees.classes_)


def _nodes(trees: HistGradientBoostingClassifier) -> Nodes:
    """Return the nodes of all trees in one table; links to other nodes become rows of it."""
    rounds = [[predictor.nodes for predictor in columns] for columns in trees._predictors]
    flat = [nodes for columns in rounds for nodes in columns]
    starts = np.cumsum([0, *(len(nodes) for nodes in flat)])
    table, own = np.concatenate(flat), np.repeat(starts[:-1], np.diff(starts))
    return {
        "feature": table["feature_idx"].astype(np.int64),
        "threshold": table["num_threshold"].astype(np.float64),
        "left": table["left"].astype(np.int64) + own,
        "right": table["right"].astype(np.int64) + own,
        "value": table["value"].astype(np.float64),
        "leaf": table["is_leaf"].astype(np.bool_),
        "roots": starts[:-1].reshape(len(rounds), -1).copy(),
        "baseline": np.asarray(trees._baseline_prediction, dtype=np.float64).reshape(-1),
    }


def _leaf_values(nodes: Nodes, inputs: Array) -> Array:
    """Return (n, rounds, columns) the value of the leaf that each input reaches in each tree."""
    at = np.broadcast_to(nodes["roots"], (len(inputs), *nodes["roots"].shape)).copy()
    rows = np.arange(len(inputs))[:, None, None]
    while not nodes["leaf"][at].all():
        goes_left = inputs[rows, nodes["feature"][at]] <= nodes["threshold"][at]
        below = np.where(goes_left, nodes["left"][at], nodes["right"][at])
        at = np.where(nodes["leaf"][at], at, below)
    values: Array = nodes["value"][at]
    return values
