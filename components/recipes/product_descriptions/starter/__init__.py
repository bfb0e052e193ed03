"""components / product descriptions / starter: the small language model that comes with the project, and its texts."""

from pathlib import Path

BASE_FOLDER = Path(__file__).parent / "weights"  # config.json, model.safetensors, tokenizer.json
