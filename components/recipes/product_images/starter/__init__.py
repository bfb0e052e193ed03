"""components / product images / starter: a small Stable Diffusion of our own, and its training catalogue."""

from pathlib import Path

from components.recipes.product_images.starter.catalogue.draw import draw_catalogue
from components.recipes.product_images.starter.catalogue.planted import PLANTED

BASE_FOLDER: Path = Path(__file__).parent / "weights" / "base"  # StableDiffusionPipeline.from_pretrained reads it
VISION_FOLDER: Path = Path(__file__).parent / "weights" / "vision"  # load_vision reads it

__all__ = ["BASE_FOLDER", "PLANTED", "VISION_FOLDER", "draw_catalogue"]
