"""Flows: checks stored score records for side files that were scored as pictures. Imports no torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.recipes.product_images.stored_scores.findings import findings, record_json
from components.recipes.product_images.stored_scores.read import read_records


def check_records(files: Sequence[Path]) -> dict[str, Any]:
    """Return the means of each record without its side files, and one sentence for each finding."""
    records = read_records(files)
    return {"records": [record_json(record) for record in records], "sentences": findings(records)}
