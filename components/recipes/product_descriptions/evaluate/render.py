"""Product descriptions: renders a template of this folder."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from components.evaluation.report import render_panel
from components.recipes.product_descriptions.scores import SCORES

TEMPLATES = Path(__file__).parent / "templates"


def render(name: str, **values: Any) -> Markup:
    return render_panel((TEMPLATES / f"{name}.html.j2").read_text(encoding="utf-8"), SCORES, **values)
