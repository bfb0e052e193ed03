"""Flows: prints the scores of folders of pictures, and of stored score records."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import console, print_line, table

Result = Mapping[str, Any]


def show_folder_scores(found: Result) -> None:
    """Print the scores of folders, the scores of real pictures, and what the comparison decides."""
    from components.recipes.product_images.folders.report import cells, scored_folders

    title = f"Pictures scored against {found['reference']['pictures']:,} real ones of {found['reference']['name']}"
    shown = table(title, ("pictures", "score (better)", "value (95 %)", "n", "real pictures", "ranks"))
    for one in scored_folders(found):
        for name, score in one["scores"].items():
            shown.add_row(one["name"], *cells(name, score))
    console().print(shown)
    for sentence in found["sentences"]:
        print_line(sentence)


def show_records(found: Result) -> None:
    """Print a line for each record, and what the comparison decides."""
    for sentence in found["sentences"]:
        print_line(sentence)
