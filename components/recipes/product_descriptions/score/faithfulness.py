"""Product descriptions: whether a text is true to the attributes of its product: all stated, none contradicted."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from components.recipes.product_descriptions.score.lexicon import Lexicon, Mention, parts_of
from components.recipes.product_descriptions.score.synonyms import BRAND
from components.recipes.product_descriptions.score.value_classifier import ValueClassifier
from components.recipes.product_descriptions.score.word_stems import stem

Outcome = Literal["stated", "implied", "absent", "contradicted"]
GOOD: frozenset[Outcome] = frozenset({"stated", "implied"})
EXCLUSIVE = frozenset({BRAND})  # another value is wrong even beside the right one; a red shoe may have a white sole


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text says of its product's attributes.

    `implied` is stated in other words, by the classifier. `said` has the values that contradict, `invented` the values
    of attributes that the product does not have.
    """

    outcomes: Mapping[str, Outcome]
    said: Mapping[str, str]
    invented: Mapping[str, str]

    @property
    def stated(self) -> float:
        """The share of the attributes that the text states, NaN without an attribute."""
        found = [outcome in GOOD for outcome in self.outcomes.values()]
        return sum(found) / len(found) if found else float("nan")

    @property
    def faithfulness(self) -> float:
        """The attributes that are stated, as a share of all attributes and of what is invented; NaN without any."""
        total = len(self.outcomes) + len(self.invented)
        return sum(outcome in GOOD for outcome in self.outcomes.values()) / total if total else float("nan")

    @property
    def contradicts(self) -> bool:
        return "contradicted" in self.outcomes.values()


@dataclass(frozen=True)
class Checker:
    """Finds what texts say of the attributes of its lexicon; `classifiers` judge texts without any word for one."""

    lexicon: Lexicon
    classifiers: Mapping[str, ValueClassifier] = field(default_factory=dict)

    def find(self, attributes: Sequence[Mapping[str, str]], texts: Sequence[str]) -> list[Finding]:
        """Return what each text says of the attributes of its product."""
        by_classifier = {name: classifier.values(texts) for name, classifier in self.classifiers.items()}
        return [
            self._finding(given, text, {name: values[at] for name, values in by_classifier.items()})
            for at, (given, text) in enumerate(zip(attributes, texts, strict=True))
        ]

    def without(self, attributes: Set[str]) -> "Checker":
        """Return the checker that does not judge these attributes."""
        phrases = {name: found for name, found in self.lexicon.phrases.items() if name not in attributes}
        kept = {name: found for name, found in self.classifiers.items() if name not in attributes}
        return Checker(Lexicon(phrases), kept)

    def with_values(self, attributes: Mapping[str, str]) -> "Checker":
        """Return the checker that also knows the words of this product's values, which no training text may have."""
        values = {name: parts_of(value) for name, value in attributes.items()}
        return Checker(self.lexicon.with_values(values), self.classifiers)

    def _finding(self, attributes: Mapping[str, str], text: str, guessed: Mapping[str, str]) -> Finding:
        stated = self.lexicon.stated(text)
        given = {name: {stem(value) for value in parts_of(attributes.get(name, ""))} for name in stated}
        outcomes = {
            name: _outcome(name, given[name], mentions, guessed.get(name, ""))
            for name, mentions in stated.items()
            if given[name]
        }
        others = {name: _names(_others(given[name], mentions)) for name, mentions in stated.items()}
        said = {name: others[name] or guessed[name] for name, outcome in outcomes.items() if outcome == "contradicted"}
        return Finding(outcomes, said, {name: found for name, found in others.items() if found and not given[name]})


def _outcome(name: str, given: set[str], mentions: Sequence[Mention], guessed: str) -> Outcome:
    others = _others(given, mentions)
    if any(given & mention.values for mention in mentions):
        return "contradicted" if others and name in EXCLUSIVE else "stated"
    if others:
        return "contradicted"
    if not guessed:
        return "absent"
    return "implied" if stem(guessed) in given else "contradicted"


def _others(given: set[str], mentions: Iterable[Mention]) -> list[Mention]:
    """Return what surely states another value."""
    return [mention for mention in mentions if mention.sure and not given & mention.values]


def _names(mentions: Iterable[Mention]) -> str:
    return ", ".join(dict.fromkeys(" or ".join(sorted(mention.values)) for mention in mentions))
