"""Product descriptions: checks of what a version wrote against the attributes of the product."""

import math
from collections.abc import Mapping, Sequence

from components.core.predictor import Check
from components.metrics.words import words_of
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.prompts import fields_of
from components.recipes.product_descriptions.score.checker import checker_errors
from components.recipes.product_descriptions.score.faithfulness import Checker, Finding
from components.recipes.product_descriptions.score.known_words import KnownWords, known_words
from components.recipes.product_descriptions.score.lexicon import Values, make_lexicon, values_of
from components.recipes.product_descriptions.version_files import Checking

SHOWN = 8  # words that no training text has, in a sentence
FEWEST_WORDS = 10  # of a text that can be published; shorter ones are broken off


def checking_of(config: ProductDescriptionsConfig, snapshot: Descriptions) -> Checking:
    """Return what the texts of a version of this training are checked by."""
    texts = [example["text"] for example in snapshot.splits["train"]]
    return Checking(values_to_check(config, snapshot), known_words(texts))


def values_to_check(config: ProductDescriptionsConfig, snapshot: Descriptions) -> Values:
    """Return the values of the attributes that a lexicon can check: those that it judges right in the training texts.

    Of the other attributes, such as a year that no text states, a check would say more about itself than about a text.
    """
    examples = snapshot.splits["train"]
    values = values_of([example["attributes"] for example in examples], fields_of(config.data.prompt))
    errors = checker_errors(Checker(make_lexicon(values)), examples, values, config.seed)
    return {name: known for name, known in values.items() if name in errors and errors[name].n and errors[name].usable}


def checks_of(
    checker: Checker, words: KnownWords | None, texts: Sequence[str], attributes: Mapping[str, str]
) -> list[list[Check]]:
    """Return the checks of each text: its length, its words, and each attribute that the checker judges.

    An attribute that the product does not have is checked if a text states it.
    """
    found = checker.with_values(attributes).find([attributes] * len(texts), texts)
    return [
        [
            _length(text),
            *_words(words, text, attributes),
            *(_check(name, finding, attributes[name]) for name in finding.outcomes),
            *_inventions(finding),
        ]
        for text, finding in zip(texts, found, strict=True)
    ]


def _length(text: str) -> Check:
    count = len(words_of(text))
    sentence = f"The text has {count} words, expected at least {FEWEST_WORDS}."
    return Check("length", count >= FEWEST_WORDS, sentence, float(count), float(FEWEST_WORDS))


def _words(words: KnownWords | None, text: str, attributes: Mapping[str, str]) -> list[Check]:
    """Return the check of the words of a text, if the version knows those of its training texts."""
    share = words.share(text, attributes) if words else math.nan
    if words is None or math.isnan(share):
        return []
    unknown = words.unknown(text, attributes)
    sentence = (
        f"{share:.1%} of the words of the text are in no training text ({', '.join(unknown[:SHOWN]) or 'none'}), "
        f"expected {words.limit:.1%} at most, as in real texts."
    )
    return [Check("words", share <= words.limit, sentence, share, words.limit)]


def _check(name: str, finding: Finding, value: str) -> Check:
    outcome = finding.outcomes[name]
    said = (
        f"says {finding.said[name]}" if name in finding.said else {"absent": "does not say it"}.get(outcome, "says so")
    )
    return Check(name, outcome in ("stated", "implied"), f"{name} is {value}, and the text {said}.")


def _inventions(finding: Finding) -> list[Check]:
    return [
        Check(name, False, f"The product has no {name}, and the text says {said}.")
        for name, said in finding.invented.items()
    ]
