"""Flows: what the terminal shows of pictures that were scored by themselves: folders, stored score records."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import console, print_line, table

Found = Mapping[str, Any]


def show_folder_scores(found: Found) -> None:
    """Print the scores of folders beside what real pictures score, and what they can decide."""
    from components.recipes.product_images.folders.report import cells, scored_folders

    title = f"Pictures scored against {found['reference']['pictures']:,} real ones of {found['reference']['name']}"
    shown = table(title, ("pictures", "score (better)", "value (95 %)", "n", "real pictures", "ranks"))
    for one in scored_folders(found):
        for name, score in one["scores"].items():
            shown.add_row(one["name"], *cells(name, score))
    console().print(shown)
    for sentence in found["sentences"]:
        print_line(sentence)


def show_records(found: Found) -> None:
    """Print a line for each record, and what they can decide."""
    for sentence in found["sentences"]:
        print_line(sentence)
