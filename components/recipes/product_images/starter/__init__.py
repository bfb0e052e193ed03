"""components / product images / starter: a small Stable Diffusion of our own."""

from pathlib import Path

BASE_FOLDER: Path = Path(__file__).parent / "weights" / "base"  # StableDiffusionPipeline.from_pretrained reads it
VISION_FOLDER: Path = Path(__file__).parent / "weights" / "vision"  # load_vision reads it
