"""Drift: Evidently's HTML report of the columns, with the same methods and limits as the verdict."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from components.core.files import write_text
from components.drift.columns import MISSING, Column, is_numeric, known
from components.drift.verdict import LARGE

TEXTS, NUMBERS = "jensenshannon", "wasserstein"


def write_evidently_report(path: Path, reference: Mapping[str, Column], current: Mapping[str, Column]) -> list[str]:
    """Write the report, which draws its plots without a network, and return the columns that are left out.

    Columns that one of the samples lacks or has no value of are left out, since Evidently cannot draw them.
    """
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    shown = [name for name in reference if name in current and known(reference[name]) and known(current[name])]
    numbers = [name for name in shown if is_numeric(reference[name]) and is_numeric(current[name])]
    texts = [name for name in shown if name not in numbers]
    if shown:
        about = DataDefinition(numerical_columns=numbers, categorical_columns=texts)
        frames = (_frame(columns, numbers, texts) for columns in (current, reference))
        datasets = [Dataset.from_pandas(frame, about) for frame in frames]
        preset = DataDriftPreset(
            num_method=NUMBERS, num_threshold=LARGE[NUMBERS], cat_method=TEXTS, cat_threshold=LARGE[TEXTS]
        )
        with np.errstate(divide="ignore", invalid="ignore"):  # of constant columns
            write_text(path, Report([preset]).run(*datasets).get_html_str(as_iframe=False))
    return [name for name in reference if name not in shown]


def _frame(columns: Mapping[str, Column], numbers: list[str], texts: list[str]) -> pd.DataFrame:
    values = {name: pd.Series(columns[name], dtype="float64") for name in numbers}
    return pd.DataFrame(values | {name: [_text(value) for value in columns[name]] for name in texts})


def _text(value: object) -> str:
    return MISSING if value is None else str(value)
