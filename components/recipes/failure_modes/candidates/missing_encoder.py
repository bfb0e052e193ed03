"""Recipe failure_modes: why no sentence model can be used here, told without scikit-learn: `models` asks it."""

from components.core.errors import BaseModelError
from components.recipes.failure_modes.candidates.encoders import INSTALL, PACKAGES, installed_encoders
from components.recipes.failure_modes.candidates.settings import LadderSettings


def missing(settings: LadderSettings | None = None) -> str | None:
    """Return why no sentence model can be used here, or None."""
    try:
        found = installed_encoders(settings.sentence_models if settings else ())
    except BaseModelError as error:
        return str(error)
    return None if found else f"No sentence model is installed (one of {', '.join(PACKAGES)}): {INSTALL}."
