"""Product images: the recipe of models that generate product pictures. Importing it does not load torch."""

from components.core.lazy import lazy
from components.core.metric_table import METRICS
from components.core.recipe import Base, Golden, Recipe
from components.recipes.product_images.card import card
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import identity
from components.recipes.product_images.rated import RATED

_HERE = "components.recipes.product_images"
TARGET_SCORES = (  # evaluate/targets.py has their bounds; importing it would load torch
    *("white_background", "centred", "recall", "coverage", "fid", "inception_score"),
    *("clip_score", "article_agreement", "attribute_agreement", "text_match"),
)
_FORMATS = "components.training.diffusion.export_formats"

RECIPE = Recipe(
    config=ProductImagesConfig,
    metrics=METRICS,
    shown=("fid", "kid", "clip_score"),
    open_source=lazy(f"{_HERE}.examples:open_source"),
    make_examples=lazy(f"{_HERE}.examples:make_examples"),
    train=lazy(f"{_HERE}.train.train:train"),
    evaluate=lazy(f"{_HERE}.evaluate.evaluate:evaluate"),
    needs=lazy(f"{_HERE}.needs:needs"),
    package=lazy(f"{_HERE}.package:package"),
    load=lazy(f"{_HERE}.generate.predict:load"),
    golden=Golden(
        make=lazy(f"{_HERE}.generate.golden_picture:make_golden"),
        check=lazy(f"{_HERE}.generate.golden_picture:check_golden"),
    ),
    features=lazy(f"{_HERE}.drift_features:features"),
    card=card,
    exports={
        "diffusers": lazy(f"{_FORMATS}:write_diffusers"),
        "kohya": lazy(f"{_FORMATS}:write_kohya"),
        "peft": lazy(f"{_FORMATS}:write_peft"),
    },
    base=Base(
        folder=lazy(f"{_HERE}.generate.base_folder:folder_of"),
        digest=lazy(f"{_HERE}.generate.base_folder:base_digest"),
    ),
    targets=TARGET_SCORES,
    identity=identity,
    rated=RATED,
    regenerate=lazy(f"{_HERE}.evaluate.regenerate:regenerate"),
)
