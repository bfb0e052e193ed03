"""Failure modes: one spelling for each label, labels that contradict each other, and rare ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from components.data.catalogue.values import spelling_key, tidy
from components.recipes.failure_modes.config import RareClasses

RARE, NO_LABEL = "rare-failure-mode", "no-label"


def spelled(labels: Iterable[str]) -> dict[str, str]:
    """Return the label that is used for each label found: of those that differ in case or spaces, the most frequent."""
    counts = Counter(labels)
    chosen: dict[str, str] = {}
    for label, _ in counts.most_common():
        chosen.setdefault(spelling_key(label), tidy(label))
    return {label: chosen[spelling_key(label)] for label in counts}


def contradictions(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return the texts, by their key, that have several labels, with the number of comments by label."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for key, label in pairs:
        found[key][label] += 1
    return {key: dict(counts.most_common()) for key, counts in sorted(found.items()) if len(counts) > 1}


def rare_labels(groups: Iterable[tuple[str, str]], rule: RareClasses) -> Mapping[str, str | None]:
    """Return what replaces each rare label: the label of merged ones, or None where its comments are dropped.

    Args:
        groups: (group, label) of each comment. Comments of one group count once.
        rule: of the YAML.
    """
    if rule.rule == "keep":
        return {}
    counts = Counter(label for _, label in set(groups))
    rare = [label for label, count in counts.items() if count < rule.fewer_than and label != rule.into]
    return dict.fromkeys(rare, rule.into if rule.rule == "merge" else None)


def classes_of(labels: Sequence[str | None]) -> list[str]:
    """Return the labels, the most frequent first."""
    return [label for label, _ in Counter(label for label in labels if label is not None).most_common()]
