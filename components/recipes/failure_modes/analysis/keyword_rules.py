"""Recipe failure_modes: whether a handful of words explains the labels, so that keyword rules probably made them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.tree import DecisionTreeClassifier

from components.recipes.failure_modes.analysis.abstention import Share, share
from components.recipes.failure_modes.candidates.folds import assign_folds

WORDS_A_CLASS = 4  # a handful
EXPLAINED = 0.9  # of held-out labels: people disagree on more than a tenth
FOLDS = 5


@dataclass(frozen=True, slots=True)
class KeywordRules:
    """How many held-out labels a tree of few words gets right, the words that it asks for, and the finding."""

    accuracy: Share
    words: tuple[str, ...]  # the most important first
    explained: bool
    sentence: str


def find_keyword_rules(texts: Sequence[str], labels: Sequence[str], seed: int) -> KeywordRules:
    """Return whether a decision tree with at most four words a class explains the labels of held-out comments.

    The labels count as explained if the tree is right in clearly more than 90 % of held-out comments (the lower end of
    the interval). A high score of a model is no merit then: it repeats the rules.
    """
    folds = assign_folds(texts, labels, FOLDS, seed)
    wanted = list(labels)
    right = 0
    for fold in np.unique(folds):
        out, rest = np.flatnonzero(folds == fold).tolist(), np.flatnonzero(folds != fold).tolist()
        vectorizer, tree = _tree([texts[i] for i in rest], [wanted[i] for i in rest], seed)
        answers = tree.predict(vectorizer.transform([texts[i] for i in out]))
        right += sum(answer == wanted[i] for answer, i in zip(answers, out, strict=True))
    accuracy = share(right, len(wanted))
    vectorizer, tree = _tree(texts, wanted, seed)
    names, importance = vectorizer.get_feature_names_out(), tree.feature_importances_
    words = tuple(str(names[k]) for k in np.argsort(-importance, kind="stable") if importance[k] > 0)
    explained = accuracy.low > EXPLAINED
    return KeywordRules(accuracy, words, explained, _sentence(accuracy, words, explained))


def _tree(texts: Sequence[str], labels: Sequence[str], seed: int) -> tuple[CountVectorizer, DecisionTreeClassifier]:
    vectorizer = CountVectorizer(binary=True, token_pattern=r"(?u)\b\w+\b|[^\w\s]")
    leaves = WORDS_A_CLASS * len(set(labels)) + 1
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, random_state=seed % 2**32)
    return vectorizer, tree.fit(vectorizer.fit_transform(list(texts)), list(labels))


def _sentence(accuracy: Share, words: tuple[str, ...], explained: bool) -> str:
    shown = ", ".join(words[:8])
    found = (
        f"{len(words)} words ({shown}, ...) decide {accuracy.value:.1%} of {accuracy.n} held-out labels "
        f"({accuracy.low:.1%} to {accuracy.high:.1%})"
    )
    if explained:
        return f"{found}: keyword rules probably made the labels, so a high score only repeats the rules."
    return f"{found}: no handful of words explains the labels."
