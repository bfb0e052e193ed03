"""Product images: whether generated pictures help a classifier of attributes that is trained on few real pictures."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor

from components.core.seeds import derive_seed
from components.metrics.augmentation import Augmentation, Labelled, augmentation
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage, attribute_of
from components.recipes.product_images.generate.check_reference import SPLIT, RealExamples
from components.recipes.product_images.generate.golden_picture import from_png
from components.recipes.product_images.score.extractors import Extractor, open_extractor
from components.recipes.product_images.score.features import TRAIN, features_of, read_pictures

CLASSIFIED = ("colour", "article", "gender")
SHARES = (0.1, 0.25, 1.0)  # of the real training pictures: help is needed where there are few
FEWEST = 2  # real pictures of a value that the classifier learns
SEEDS = 2**31

Examples = Sequence[ProductImage]


def plan(training: Examples, count: int, seed: int) -> list[tuple[ProductImage, int]]:
    """Return products of real pictures to generate new pictures for, with seeds: each colour as often, rarest first."""
    by_colour: dict[str, list[ProductImage]] = {}
    for example in training:
        by_colour.setdefault(attribute_of(example, "colour") or "", []).append(example)
    by_colour.pop("", None)
    rarest_first = sorted(by_colour, key=lambda colour: (len(by_colour[colour]), colour))
    chosen = []
    for number in range(count if rarest_first else 0):
        examples = by_colour[rarest_first[number % len(rarest_first)]]
        example = examples[derive_seed(seed, "product", number) % len(examples)]
        chosen.append((example, derive_seed(seed, "picture", number) % SEEDS))
    return chosen


def measure(
    config: ProductImagesConfig, real: RealExamples, products: Examples, pictures: Sequence[bytes], seed: int
) -> list[Augmentation]:
    """Compare classifiers with and without the generated pictures, for shares of the real ones; see `augmentation`.

    Args:
        config: of the model.
        real: its snapshot. Classifiers are tested on the validation split, which nothing was trained on.
        products: that the pictures were generated for.
        pictures: PNG files.
        seed: of the choice of real pictures.
    """
    extractor = open_extractor(config.evaluate.extractor)
    training, held_out = real.snapshot.splits[TRAIN], real.snapshot.splits[SPLIT]
    shown = torch.stack([torch.from_numpy(from_png(picture).copy()).permute(2, 0, 1) for picture in pictures])
    generated = features_of(shown, extractor)
    seen, unseen = _features(real, TRAIN, training, extractor), _features(real, SPLIT, held_out, extractor)
    order = torch.randperm(len(training), generator=torch.Generator().manual_seed(seed)).tolist()
    groups = {name: number for number, name in enumerate(dict.fromkeys(example["group"] for example in held_out))}
    clusters = torch.tensor([groups[example["group"]] for example in held_out])
    found = []
    for name, share in product(CLASSIFIED, SHARES):
        few = order[: max(1, round(share * len(order)))]
        sets = _labelled(name, ([training[i] for i in few], seen[few]), (products, generated), (held_out, unseen))
        known = [i for i, example in enumerate(held_out) if attribute_of(example, name) in set(sets[0].values)]
        found.append(augmentation(name, *sets, clusters[known], derive_seed(seed, name)))
    return [one for one in found if one is not None]


def _labelled(name: str, *sets: tuple[Examples, Tensor]) -> tuple[Labelled, Labelled, Labelled]:
    """Return real, generated and held-out examples of the values that enough real ones have."""
    counts = Counter(attribute_of(example, name) for example in sets[0][0])
    learnt = {value for value, count in counts.items() if value and count >= FEWEST}
    made = []
    for examples, features in sets:
        known = [i for i, example in enumerate(examples) if attribute_of(example, name) in learnt]
        made.append(Labelled(features[known], [str(attribute_of(examples[i], name)) for i in known]))
    return made[0], made[1], made[2]


def _features(real: RealExamples, split: str, examples: Examples, extractor: Extractor) -> Tensor:
    return features_of(read_pictures(real.snapshot, split, examples), extractor)
