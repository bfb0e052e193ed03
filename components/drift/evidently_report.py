"""Drift: Evidently's HTML report of the columns, under the verdict, with the same methods and limits."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from components.core.files import write_text
from components.drift.columns import MISSING, Column, is_numeric, known
from components.drift.verdict import LARGE, DriftVerdict

TEXTS, NUMBERS = "jensenshannon", "wasserstein"
HEADLINES = ("Dataset Drift", "")  # titles of the widgets that say whether most columns drift, which is not our verdict
COUNTER = "counter"  # their type
ABOUT = (
    "Evidently's table compares each column by its distance alone, also where chance explains it. The verdict is the "
    "line above; it also compares embeddings and what the version makes, which the table does not have."
)
TOP = """<body>
<section style="font: 16px/1.5 sans-serif; max-width: 1100px; margin: 24px auto 0; padding: 0 24px">
<h1 style="margin: 0">{state}</h1>
<p style="margin: 4px 0"><strong>{sentence}</strong></p>
<p style="margin: 4px 0; color: #666">{about}</p>
</section>"""


def write_evidently_report(
    path: Path, reference: Mapping[str, Column], current: Mapping[str, Column], verdict: DriftVerdict
) -> list[str]:
    """Write the report, which draws its plots without a network, and return the columns that are left out.

    Our verdict is on top, in place of Evidently's headline, which counts columns and could say the opposite. Columns
    that one of the samples lacks or has no value of are left out, since Evidently cannot draw them.
    """
    from evidently import DataDefinition, Dataset, Report

    shown = [name for name in reference if name in current and known(reference[name]) and known(current[name])]
    numbers = [name for name in shown if is_numeric(reference[name]) and is_numeric(current[name])]
    texts = [name for name in shown if name not in numbers]
    if shown:
        about = DataDefinition(numerical_columns=numbers, categorical_columns=texts)
        frames = (_frame(columns, numbers, texts) for columns in (current, reference))
        datasets = [Dataset.from_pandas(frame, about) for frame in frames]
        with np.errstate(divide="ignore", invalid="ignore"):  # of constant columns
            page = Report([_table_of_columns()]).run(*datasets).get_html_str(as_iframe=False)
        write_text(path, page.replace("<body>", _top(verdict), 1))
    return [name for name in reference if name not in shown]


def _table_of_columns() -> Any:
    """Return Evidently's preset without its headline."""
    from evidently.presets import DataDriftPreset

    class TableOfColumns(DataDriftPreset):  # type: ignore[misc]  # Evidently has no types
        def render(self, context: Any, child_widgets: Any = None) -> list[Any]:
            widgets = super().render(context, child_widgets)
            return [widget for widget in widgets if widget.type != COUNTER or widget.title not in HEADLINES]

    return TableOfColumns(
        num_method=NUMBERS, num_threshold=LARGE[NUMBERS], cat_method=TEXTS, cat_threshold=LARGE[TEXTS]
    )


def _top(verdict: DriftVerdict) -> str:
    return TOP.format(state=escape(str(verdict.state)), sentence=escape(f"{verdict.sentence}."), about=ABOUT)


def _frame(columns: Mapping[str, Column], numbers: list[str], texts: list[str]) -> pd.DataFrame:
    values = {name: pd.Series(columns[name], dtype="float64") for name in numbers}
    return pd.DataFrame(values | {name: [_text(value) for value in columns[name]] for name in texts})


def _text(value: object) -> str:
    return MISSING if value is None else str(value)
