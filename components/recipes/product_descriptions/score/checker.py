"""Product descriptions: the checker that a training split gives, and its errors on real descriptions."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.core.seeds import derive_seed
from components.recipes.product_descriptions.example import ProductDescription
from components.recipes.product_descriptions.score.faithfulness import EXCLUSIVE, GOOD, Checker, Finding
from components.recipes.product_descriptions.score.lexicon import Values, make_lexicon, parts_of, values_of
from components.recipes.product_descriptions.score.synonyms import SYNONYMS
from components.recipes.product_descriptions.score.value_classifier import ValueClassifier, fit_classifier
from components.recipes.product_descriptions.score.word_stems import stem

MOST_ABSENT = 0.1  # an attribute that real texts leave unsaid in words more often gets a classifier
MOST_FALSE = 0.15  # of real texts that an attribute may be said to contradict, for the checker to judge it
FEWEST_VALUES = 2  # of an attribute: a model of one article is tried with the articles that the lexicon knows
MOST = 500  # real texts on which errors are measured
FEWEST_CAUGHT = 0.7  # of real texts with another value, that it must not call stated


@dataclass(frozen=True, slots=True)
class AttributeErrors:
    """What the checker says of one attribute in n real descriptions, which are true to it by definition.

    `stated` and `contradicted` are shares of them. `caught` is the share that is no longer called stated after the
    attribute was given another value.
    """

    n: int
    stated: float
    contradicted: float
    caught: float

    @property
    def usable(self) -> bool:
        return self.contradicted <= MOST_FALSE and self.caught >= FEWEST_CAUGHT


def fit_checker(examples: Sequence[ProductDescription], attributes: Sequence[str], seed: int) -> Checker:
    """Return a checker of these attributes: the lexicon of their values, and classifiers where words are missing.

    A brand is stated by its name alone: that a text sounds like one says nothing to a reader.
    """
    given, texts = [e["attributes"] for e in examples], [e["text"] for e in examples]
    lexicon = make_lexicon(values_of(given, attributes))
    found = Checker(lexicon).find(given, texts)
    unsaid = [name for name in attributes if _share(found, name, {"absent"}) > MOST_ABSENT and name not in EXCLUSIVE]
    classifiers = {name: _classifier(examples, name, found, seed) for name in unsaid}
    return Checker(lexicon, {name: classifier for name, classifier in classifiers.items() if classifier})


def checker_errors(
    checker: Checker, examples: Sequence[ProductDescription], values: Values, seed: int
) -> dict[str, AttributeErrors]:
    """Return the errors of the checker on real descriptions, the first 500, by attribute."""
    examples = examples[:MOST]
    found = checker.find([e["attributes"] for e in examples], [e["text"] for e in examples])
    return {name: _errors(checker, examples, name, found, (values, seed)) for name in checker.lexicon.phrases}


def only_usable(checker: Checker, errors: Mapping[str, AttributeErrors]) -> Checker:
    """Return the checker without the attributes on which it errs too often; with none left, all stay."""
    usable = [name for name, found in errors.items() if found.usable and found.n]
    return checker.without(set(errors) - set(usable)) if usable else checker


def _classifier(
    examples: Sequence[ProductDescription], name: str, found: Sequence[Finding], seed: int
) -> ValueClassifier | None:
    texts = [example["text"] for example in examples]
    values = [(parts_of(example["attributes"].get(name, "")) or [""])[0] for example in examples]
    asked = [finding.outcomes.get(name) == "absent" for finding in found]
    return fit_classifier(texts, values, asked, derive_seed(seed, "classifier", name))


def _errors(
    checker: Checker,
    examples: Sequence[ProductDescription],
    name: str,
    found: Sequence[Finding],
    choice: tuple[Values, int],
) -> AttributeErrors:
    swapped = [pair for example in examples if (pair := _swapped(example, name, *choice))]
    alone = checker.without(checker.lexicon.phrases.keys() - {name})
    after = alone.find([attributes for attributes, _ in swapped], [text for _, text in swapped])
    return AttributeErrors(
        n=sum(name in finding.outcomes for finding in found),
        stated=_share(found, name, GOOD),
        contradicted=_share(found, name, {"contradicted"}),
        caught=1 - _share(after, name, GOOD) if after else float("nan"),
    )


def _swapped(example: ProductDescription, name: str, values: Values, seed: int) -> tuple[Mapping[str, str], str] | None:
    """Return the attributes of a product with another value of one of them, and its text; None without another."""
    own = {stem(part) for part in parts_of(example["attributes"].get(name, ""))}
    known = (*values[name], *SYNONYMS.get(name, {})) if len(values[name]) < FEWEST_VALUES else values[name]
    others = [value for value in known if stem(value) not in own]
    if not own or not others:
        return None
    chosen = random.Random(derive_seed(seed, "swap", name, example["id"])).choice(others)
    return {**example["attributes"], name: chosen}, example["text"]


def _share(found: Sequence[Finding], name: str, outcomes: "set[str] | frozenset[str]") -> float:
    known = [finding.outcomes[name] in outcomes for finding in found if name in finding.outcomes]
    return sum(known) / len(known) if known else float("nan")
