"""Tests: features become scores, each a row of METRICS, with the floor of real pictures."""

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.attributes import LEARNABLE
from components.metrics.neighbours import RARE
from components.recipes.product_images.config import SamplingSettings
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.prompt_plan import PromptPlan, slices
from components.recipes.product_images.score.attribute_classifiers import AttributeClassifiers, fit_classifiers
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.score.features import BY_PIXELS, Extracted, RealPictures
from components.recipes.product_images.score.scores import (
    SLICED,
    Extractors,
    label_of,
    real_floors,
    score_slices,
    score_subject,
    value_pictures,
)
from tests.components.recipes.product_images.toy_model import product_image

COUNT, TRAINING, WIDTH = 24, 96, 6
COLOURS = ("Red", "Green", "Blue")


class Labelled:
    """A network of which only the label is used: features and embeddings are given in these tests."""

    resize, dtype, width, digest = "none", "float32", WIDTH, "0123456789ab"

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, pictures: Tensor) -> Tensor:
        return pictures

    def image_embeddings(self, pictures: Tensor) -> Tensor:
        return pictures

    def text_embeddings(self, texts: object) -> Tensor:
        raise NotImplementedError


def examples(count: int) -> list[ProductImage]:
    """Return examples of shoes for men in three colours, in turn."""
    return [product_image(i, caption=f"{COLOURS[i % 3]} {i}", baseColour=COLOURS[i % 3]) for i in range(count)]


def features(count: int, seed: int) -> Tensor:
    """Return features that depend on the colour of examples whose colours take turns."""
    colour = 4 * torch.nn.functional.one_hot(torch.arange(count) % 3, WIDTH)
    return colour + 0.5 * torch.randn(count, WIDTH, generator=torch.Generator().manual_seed(seed))


def extracted(count: int, seed: int, classes: bool = False) -> Extracted:
    found = features(count, seed)
    pixel_scores = {name: torch.full((count,), float(i % 2)) for i, name in enumerate(BY_PIXELS)}
    probabilities = torch.softmax(found, 1) if classes else None
    return Extracted(found, torch.nn.functional.normalize(found), pixel_scores, probabilities)


def make_plan() -> PromptPlan:
    clusters = torch.arange(COUNT), torch.arange(COUNT)
    return PromptPlan(examples(COUNT), list(range(COUNT)), clusters, [0], [COUNT], SamplingSettings())


def make_extractors(classes: bool = False) -> Extractors:
    training, real = features(TRAINING, 1), extracted(COUNT, 2, classes)
    classifiers, texts = (
        fit_classifiers(training, examples(TRAINING), seed=3),
        torch.nn.functional.normalize(features(COUNT, 4)),
    )
    known = RealPictures(real, training)
    floors = real_floors(known, examples(COUNT), texts, classifiers)
    return Extractors(
        Labelled("extractor"),
        Labelled("image-text"),
        known,
        classifiers,
        training,
        texts,
        floors,
        lpips=None,
        left_out={},
    )


PLAN, EXTRACTORS = make_plan(), make_extractors()
GENERATED = extracted(COUNT, 5)
VALUES = value_pictures(GENERATED, PLAN.examples, EXTRACTORS.texts, EXTRACTORS.real, EXTRACTORS.classifiers)


@pytest.fixture(scope="module")
def scores() -> Mapping[str, Score]:
    return score_subject(GENERATED, VALUES, PLAN, EXTRACTORS, seed=7)


def test_every_score_is_a_row_of_the_table_with_its_interval_and_its_smallest_number(
    scores: Mapping[str, Score],
) -> None:
    assert {"fid", "kid", "fd_infinity", "precision", "coverage", "clip_score", "memorised"} <= scores.keys()
    assert scores.keys() <= METRICS.keys()
    for name, score in scores.items():
        assert score.low <= score.value <= score.high
        assert score.smallest_n == METRICS[name].smallest_honest_n(WIDTH) > 0
        assert score.honest == (score.smallest_n <= COUNT)


def test_every_score_has_the_label_of_its_extractor_and_scores_of_pixels_have_none(scores: Mapping[str, Score]) -> None:
    labels = {name: score.extractor for name, score in scores.items()}
    assert (
        labels["kid"]
        == labels["colour_agreement"]
        == label(EXTRACTORS.extractor)
        == "extractor@0123456789ab/none/float32"
    )
    assert labels["clip_score"] == labels["text_match"] == label(EXTRACTORS.image_text)
    assert {labels[name] for name in BY_PIXELS} == {""} == {label_of(name, EXTRACTORS) for name in BY_PIXELS}


def test_the_floor_is_what_real_pictures_of_the_split_score(scores: Mapping[str, Score]) -> None:
    real = EXTRACTORS.real.extracted
    assert scores["clip_score"].floor == pytest.approx(float((real.embeddings * EXTRACTORS.texts).sum(1).mean()))
    assert scores["white_background"].floor == float(real.pixel_scores["white_background"].mean())
    assert scores["memorised"].floor == pytest.approx(RARE, abs=1 / COUNT)
    assert all(scores[name].floor is not None for name in scores)


def test_real_pictures_in_place_of_generated_ones_score_the_floor() -> None:
    real = EXTRACTORS.real.extracted
    values = value_pictures(real, PLAN.examples, EXTRACTORS.texts, EXTRACTORS.real, EXTRACTORS.classifiers)
    found = score_subject(real, values, PLAN, EXTRACTORS, seed=7)
    for name in values:
        assert found[name].value == pytest.approx(found[name].floor)
    assert found["fid"].value == pytest.approx(0, abs=1e-6)


def test_without_other_real_pictures_scores_of_sets_have_no_floor() -> None:
    found = score_subject(GENERATED, VALUES, PLAN, replace(EXTRACTORS, others=EXTRACTORS.others[:0]), seed=7)
    assert {found[name].floor for name in ("fid", "kid", "fd_infinity", "precision")} == {None}


def test_the_inception_score_needs_an_extractor_with_classes(scores: Mapping[str, Score]) -> None:
    extractors, drawn = make_extractors(classes=True), extracted(COUNT, 5, classes=True)
    found = score_subject(drawn, VALUES, PLAN, extractors, seed=7)
    assert found.keys() - scores.keys() == {"inception_score"}
    assert 1 <= found["inception_score"].value <= WIDTH


def test_slices_count_their_own_pictures() -> None:
    found = score_slices(VALUES, slices(PLAN), PLAN.clusters[0], EXTRACTORS, seed=7)
    assert found.keys() == {"colour"}  # all are of one article, for one gender, of no brand
    assert found["colour"].keys() == set(COLOURS)
    for number, colour in enumerate(COLOURS):
        scores = found["colour"][colour]
        assert scores.keys() == set(SLICED)
        assert {score.n for score in scores.values()} == {COUNT // 3}
        assert scores["clip_score"].value == pytest.approx(float(VALUES["clip_score"][number::3].mean()))


def test_an_attribute_of_one_value_is_left_out_with_the_reason() -> None:
    classifiers = EXTRACTORS.classifiers
    assert classifiers.by_attribute.keys() == {"colour"}
    assert classifiers.missing["article_agreement"] == (
        f"fewer than two values of articleType have {LEARNABLE} training pictures each"
    )
    assert classifiers.missing.keys() == {"article_agreement", "gender_agreement"}
    assert {"article_agreement", "gender_agreement"}.isdisjoint(VALUES)


def with_genders() -> list[ProductImage]:
    """Return training examples whose gender is independent of the features."""
    chance = torch.rand(TRAINING, generator=torch.Generator().manual_seed(8)) < 0.5
    genders = ["Men" if men else "Women" for men in chance.tolist()]
    return [{**e, "gender": gender} for e, gender in zip(examples(TRAINING), genders, strict=True)]


def test_a_classifier_that_only_guesses_does_not_count_in_the_agreement() -> None:
    classifiers = fit_classifiers(features(TRAINING, 1), with_genders(), seed=3)
    assert {name: classifier.usable for name, classifier in classifiers.by_attribute.items()} == {
        "colour": True,
        "gender": False,
    }
    agreement = classifiers.agreement(GENERATED.features, PLAN.examples)
    assert agreement["attribute_agreement"].equal(agreement["colour_agreement"])
    assert not agreement["gender_agreement"].isnan().any()


def test_without_a_good_classifier_there_is_no_agreement_and_the_reason_is_given() -> None:
    noise = torch.randn(TRAINING, WIDTH, generator=torch.Generator().manual_seed(6))
    classifiers = fit_classifiers(noise, with_genders(), seed=3)
    assert not any(classifier.usable for classifier in classifiers.by_attribute.values())
    assert classifiers.missing["attribute_agreement"] == "no classifier of an attribute is good enough on real pictures"
    assert "attribute_agreement" not in classifiers.agreement(GENERATED.features, PLAN.examples)


def test_the_agreement_on_an_unknown_value_is_not_a_number() -> None:
    asked = [product_image(baseColour=colour) for colour in ("Red", "Gold", None)]
    found = EXTRACTORS.classifiers.agreement(features(3, 5), asked)["colour_agreement"].tolist()
    assert found[0] == 1
    assert all(map(math.isnan, found[1:]))


def test_without_classifiers_there_is_no_agreement() -> None:
    assert AttributeClassifiers({}, {}).agreement(GENERATED.features, PLAN.examples) == {}
