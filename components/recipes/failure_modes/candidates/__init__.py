"""Recipe failure_modes: the ladder of candidates, from the majority class to fine-tuned transformers."""

from components.recipes.failure_modes.candidates.files import load_model, read_notes, save_model
from components.recipes.failure_modes.candidates.ladder import LADDER, Candidate, fit_candidate
from components.recipes.failure_modes.candidates.model import TextModel
from components.recipes.failure_modes.candidates.settings import LadderSettings

__all__ = [
    "LADDER",
    "Candidate",
    "LadderSettings",
    "TextModel",
    "fit_candidate",
    "load_model",
    "read_notes",
    "save_model",
]
