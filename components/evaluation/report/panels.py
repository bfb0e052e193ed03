"""Evaluation: panels: the parts of a report that a recipe renders from its own template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from components.core.metric_table import METRICS, Metrics
from components.evaluation.report.formatting import (
    NONE,
    direction,
    duration,
    format_value,
    is_share,
    number,
    probability,
    setting,
    title,
)

TEMPLATES = Path(__file__).parent / "templates"

# Before the scores; between the findings and the ratings; at the end of the limits, without a link of its own.
Place = Literal["top", "evidence", "limits"]


@dataclass(frozen=True)
class Panel:
    """A part of the page. `data` goes into report.json, `limitations` into the list of limits."""

    id: str  # the anchor in the page and the key in report.json
    title: str
    html: Markup  # from `render_panel`, which escapes values
    place: Place = "evidence"
    data: Mapping[str, Any] = field(default_factory=dict)
    limitations: Sequence[str] = ()


def render_panel(template: str, metrics: Metrics = METRICS, **values: Any) -> Markup:
    """Return the HTML of a template's text, with every value escaped. The macros of parts.html.j2 are `p` in it."""
    opened = page_environment(metrics).from_string('{% import "parts.html.j2" as p with context %}' + template)
    return Markup(opened.render(values))  # the environment escapes


def page_environment(metrics: Metrics) -> Environment:
    """Return a Jinja environment that escapes values, with filters for titles, directions and units of scores."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def value(score: Mapping[str, Any], metric: str, key: str = "value") -> str:
        return format_value(score[key], score["low"], score["high"], is_share(metric, metrics))[0]

    def interval(score: Mapping[str, Any], metric: str) -> str:
        return format_value(None, score["low"], score["high"], is_share(metric, metrics))[1]

    def largest(comparison: Mapping[str, Any]) -> str:
        scale, unit = (100.0, " points") if is_share(comparison["metric"], metrics) else (1.0, "")
        return f"{comparison['equal'] * scale:.2g}{unit}"

    environment.filters.update(
        value=value,
        largest=largest,
        interval=interval,
        probability=probability,
        duration=duration,
        plain_number=number,
        setting=setting,
        title_of=lambda metric: title(metric, metrics),
    )
    environment.globals.update(direction=lambda metric: direction(metric, metrics), dash=NONE)
    return environment
