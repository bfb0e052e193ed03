"""Product images: the report of an ingest: its counts, plots of the examples, a contact sheet."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from components.core.records import Ingestion
from components.data.catalogue.schema import ATTRIBUTES as CATALOGUE_COLUMNS
from components.data.pictures.grid import write_contact_sheet
from components.data.plots import Balance, balance_of, imbalance_of, plot_counts, plot_shares, plot_sizes
from components.recipes.product_images.example import ATTRIBUTES, ProductImage, attribute_of

SHEET_SIDE = 6  # 6 x 6 pictures
RANKED = {"colours": "colour", "genders": "gender", "seasons": "season"}  # plot -> attribute
LABELLED = ("colour", "gender", "brand", "season")

Splits = Mapping[str, Sequence[ProductImage]]


def write_ingest_report(report: Path, splits: Splits, ingestion: Ingestion, pictures: Path) -> None:
    """Write account.json, the plots and contact-sheet.png. `pictures` is the folder of the examples' files.

    The plots are PNG files: colours, genders, seasons, years, resolutions, missing-values and colour-balance.
    """
    balance = balance_of(splits, ATTRIBUTES["colour"])
    _write_account(report / "account.json", splits, ingestion, balance)
    _plot(report, splits, balance)
    _contact_sheet(report / "contact-sheet.png", splits, pictures)


def _write_account(path: Path, splits: Splits, ingestion: Ingestion, balance: Balance) -> None:
    """Write the counts of rows, the sizes of the splits, and how evenly the colours are spread over them."""
    sizes = {split: len(part) for split, part in splits.items()}
    account = {
        **asdict(ingestion),
        "splits": sizes,
        "colour_imbalance": {split: round(value, 4) for split, value in imbalance_of(balance, sizes).items()},
        "colours": {value: {s: round(share, 4) for s, share in row.items()} for value, row in balance.items()},
    }
    path.write_text(json.dumps(account, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _plot(report: Path, splits: Splits, balance: Balance) -> None:
    examples = [example for part in splits.values() for example in part]
    for name, attribute in RANKED.items():
        ranked = dict(Counter(_shown(example, attribute) for example in examples).most_common())
        plot_counts(report / f"{name}.png", name.capitalize(), ranked, len(examples))
    years = Counter(_shown(example, "year") for example in examples)
    plot_counts(report / "years.png", "Years", dict(sorted(years.items())), len(examples))
    columns = (*CATALOGUE_COLUMNS, "brand", "description")
    missing = {column: sum(not e.get(column) for e in examples) for column in columns}
    plot_counts(report / "missing-values.png", "Missing values", missing, len(examples))
    plot_sizes(
        report / "resolutions.png", "Resolutions of the originals", [(e["width"], e["height"]) for e in examples]
    )
    plot_shares(report / "colour-balance.png", "Colours in each split", balance)


def _contact_sheet(path: Path, splits: Splits, pictures: Path) -> None:
    """Show examples in the order of their content's hash: a random choice from all splits that is always the same."""
    every = [(split, example) for split, part in splits.items() for example in part]
    shown = sorted(every, key=lambda pair: pair[1]["content"])[: SHEET_SIDE**2]
    files = [pictures / example["file_name"] for _, example in shown]
    write_contact_sheet(path, files, [_label(split, example) for split, example in shown], SHEET_SIDE)


def _label(split: str, example: ProductImage) -> tuple[str, str]:
    known = filter(None, (attribute_of(example, name) for name in LABELLED))
    return f"{example['id']}  {split}", ", ".join(known)


def _shown(example: ProductImage, attribute: str) -> str:
    return attribute_of(example, attribute) or "unknown"
