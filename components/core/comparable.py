"""Core: the check that scores can be compared: same examples, same extractor, finite numbers."""

from collections.abc import Sequence

from components.core.config import PromotionPolicy
from components.core.differences import is_number
from components.core.errors import IncomparableScoresError
from components.core.records import BASE, Scorecard


def check_comparable(
    candidates: Sequence[Scorecard],
    champion: Scorecard | None,
    base: Scorecard | None,
    policy: PromotionPolicy,
    targets: Sequence[str] = (),
) -> None:
    """Raise unless all scores that the policy names, and the targets, come from the same examples and extractor.

    Raises:
        IncomparableScoresError: scores come from different snapshots, splits or extractors, or the version in
            production or the base model has no finite score to compare with.
    """
    opponents = [card for card in (champion, base) if card is not None]
    cards = [*candidates, *opponents]
    _same_examples(cards)
    for name in dict.fromkeys((*policy.scores, *targets)):
        _same_extractor(cards, name)
    for card in opponents:
        for name in policy.primary if card is base else (*policy.primary, *policy.margins):
            _has_number(card, name)


def _same_examples(cards: Sequence[Scorecard]) -> None:
    found_in = {(card.snapshot, card.split) for card in cards}
    if len(found_in) > 1:
        found = "; ".join(f"snapshot {snapshot}, {split}" for snapshot, split in sorted(found_in))
        raise IncomparableScoresError(
            f"Scores come from different examples ({found})",
            expected="one split of one snapshot",
            act="run `evaluate` again",
        )


def _same_extractor(cards: Sequence[Scorecard], name: str) -> None:
    extractors = {card.scores[name].extractor or "none" for card in cards if name in card.scores}
    if len(extractors) > 1:
        raise IncomparableScoresError(
            f"The {name} scores come from different extractors ({', '.join(sorted(extractors))})",
            expected="one",
            act="run `evaluate` again",
        )


def _has_number(card: Scorecard, name: str) -> None:
    score = card.scores.get(name)
    if card.subject == BASE and score is None:
        return  # a recipe may measure fewer scores on the base model; the missing ones are not compared
    if not is_number(score):
        subject = "The base model" if card.subject == BASE else f"The version in production ({card.subject})"
        found = f"no {name}" if score is None else f"{score.value} as its {name}"
        raise IncomparableScoresError(
            f"{subject} has {found}", expected="a number to compare with", act="run `evaluate` again"
        )
