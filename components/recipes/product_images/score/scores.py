"""Product images: from what judges see to scores: of each picture, of the whole set, and of each slice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Example, Score
from components.core.seeds import derive_seed
from components.evaluation.comparisons import Slices
from components.metrics.agreement import cosines, text_match
from components.metrics.frechet import fd_infinity, fid
from components.metrics.inception import inception_score
from components.metrics.kernel import kid
from components.metrics.manifold import neighbour_scores
from components.metrics.means import mean_score
from components.metrics.neighbours import memorised, near_duplicates
from components.recipes.product_images.prompt_plan import Plan
from components.recipes.product_images.score.attribute_classifiers import Heads
from components.recipes.product_images.score.extractors import Extractor, ImageText, label
from components.recipes.product_images.score.features import LOOKS, Real, Seen
from components.recipes.product_images.score.lpips import Lpips

OF_SETS: Mapping[str, Callable[..., Score]] = {"fid": fid, "kid": kid, "fd_infinity": fd_infinity}
BY_TEXT = ("clip_score", "text_match")  # what the image-text model says; features say the rest
SLICED = ("clip_score", "attribute_agreement", "white_background", "centred")


@dataclass(frozen=True)
class Judges:
    """Who looks at pictures, and what they know already: real pictures, the prompts, and products' attributes."""

    extractor: Extractor
    image_text: ImageText
    real: Real
    heads: Heads
    others: Tensor  # (K, width) of real training pictures in random order: the floor of scores of sets
    texts: Tensor  # (N, E) embeddings of the plan's prompts
    floors: Mapping[str, float]  # what real pictures of the split score, where each picture has a value
    lpips: Lpips | None  # where its weights are at hand
    left_out: Mapping[str, str]  # score -> why nobody can measure it here


def real_floors(real: Real, examples: Sequence[Example], texts: Tensor, heads: Heads) -> dict[str, float]:
    """Return what real pictures (M) score with their own captions (M, E), where each picture has a value."""
    values = value_pictures(real.seen, examples, texts, real, heads)
    return {name: float(of_pictures.nanmean()) for name, of_pictures in values.items()}


def value_pictures(
    seen: Seen, examples: Sequence[Example], texts: Tensor, real: Real, heads: Heads
) -> dict[str, Tensor]:
    """Return (N,) values by score, one for each picture, NaN where the score says nothing about it."""
    return {
        "clip_score": cosines(seen.embeddings, texts),
        "text_match": text_match(seen.embeddings, texts),
        **heads.agreement(seen.features, examples),
        **seen.looks,
        "near_duplicates": near_duplicates(seen.features, real.seen.features).values,
        "memorised": memorised(seen.features, real.training, real.seen.features).values,
    }


def score_subject(seen: Seen, values: Mapping[str, Tensor], plan: Plan, judges: Judges, seed: int) -> dict[str, Score]:
    """Return every score of one subject, with its interval and what real pictures score."""
    real, extractor = judges.real.seen, label(judges.extractor)
    sets = (seen.features, real.features, judges.others, extractor, plan.clusters, derive_seed(seed, "sets"))
    found = {name: score(*sets) for name, score in OF_SETS.items()} | neighbour_scores(*sets)
    if seen.probabilities is not None and real.probabilities is not None:
        classes = (seen.probabilities, real.probabilities, extractor, plan.clusters[0])
        found["inception_score"] = inception_score(*classes, derive_seed(seed, "classes"))
    for name, of_pictures in values.items():
        judge = seer(name, judges)
        found[name] = mean_score(
            name, of_pictures, judge, plan.clusters[0], derive_seed(seed, name), judges.floors.get(name)
        )
    width = judges.extractor.width
    return {name: replace(score, smallest_n=METRICS[name].smallest_honest_n(width)) for name, score in found.items()}


def score_slices(
    values: Mapping[str, Tensor], parts: Slices, clusters: Tensor, judges: Judges, seed: int
) -> dict[str, dict[str, dict[str, Score]]]:
    """Return the scores of each slice of a subject's pictures: by colour, gender, brand and their values.

    `clusters` are (N,) which caption each picture has.
    """
    return {
        name: {
            value: {
                score: mean_score(score, values[score][at], seer(score, judges), clusters[at], seed)
                for score in SLICED
                if score in values
            }
            for value, at in by_value.items()
        }
        for name, by_value in parts.items()
    }


def seer(name: str, judges: Judges) -> str:
    """Return the label of who says the score of a picture; empty where its pixels alone do."""
    if name in LOOKS:
        return ""
    return label(judges.image_text if name in BY_TEXT else judges.extractor)
