"""Product images: what a person looks at after an ingestion: the account, plots of the examples, a contact sheet."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from components.core.recipe import Examples
from components.core.records import Example, Splits
from components.data.catalogue.schema import ATTRIBUTES
from components.data.pictures.grid import write_contact_sheet
from components.data.plots import Balance, balance_of, imbalance_of, plot_counts, plot_shares, plot_sizes

SHEET_SIDE = 6  # 6 x 6 pictures
RANKED = {"baseColour": "colours", "gender": "genders", "season": "seasons"}


def write_report(report: Path, examples: Examples, pictures: Path) -> None:
    """Write account.json, the plots and contact-sheet.png; `pictures` is the folder in which the examples' files lie.

    The plots are colours, genders, seasons, years, resolutions, missing-values and colour-balance, PNG files.
    """
    balance = balance_of(examples.splits, "baseColour")
    _write_account(report / "account.json", examples, balance)
    _draw(report, examples.splits, balance)
    _contact_sheet(report / "contact-sheet.png", examples.splits, pictures)


def _write_account(path: Path, examples: Examples, balance: Balance) -> None:
    """Write the account of rows, the sizes of the splits, and how evenly the colours fell into them."""
    sizes = {split: len(part) for split, part in examples.splits.items()}
    account = {
        **asdict(examples.ingestion),
        "splits": sizes,
        "colour_imbalance": {split: round(value, 4) for split, value in imbalance_of(balance, sizes).items()},
        "colours": {value: {s: round(share, 4) for s, share in row.items()} for value, row in balance.items()},
    }
    path.write_text(json.dumps(account, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _draw(report: Path, splits: Splits, balance: Balance) -> None:
    examples = [example for part in splits.values() for example in part]
    for column, name in RANKED.items():
        ranked = dict(Counter(_shown(example, column) for example in examples).most_common())
        plot_counts(report / f"{name}.png", name.capitalize(), ranked, len(examples))
    years = Counter(_shown(example, "year") for example in examples)
    plot_counts(report / "years.png", "Years", dict(sorted(years.items())), len(examples))
    missing = {column: sum(not e.get(column) for e in examples) for column in (*ATTRIBUTES, "brand", "description")}
    plot_counts(report / "missing-values.png", "Missing values", missing, len(examples))
    plot_sizes(
        report / "resolutions.png", "Resolutions of the originals", [(e["width"], e["height"]) for e in examples]
    )
    plot_shares(report / "colour-balance.png", "Colours in each split", balance)


def _contact_sheet(path: Path, splits: Splits, pictures: Path) -> None:
    """Show examples in the order of their content's hash: a draw from all splits that is the same every time."""
    every = [(split, example) for split, part in splits.items() for example in part]
    shown = sorted(every, key=lambda pair: str(pair[1]["content"]))[: SHEET_SIDE**2]
    files = [pictures / example["file_name"] for _, example in shown]
    write_contact_sheet(path, files, [_label(split, example) for split, example in shown], SHEET_SIDE)


def _label(split: str, example: Example) -> tuple[str, str]:
    told: Sequence[str] = [str(example[key]) for key in ("baseColour", "gender", "brand", "season") if example.get(key)]
    return f"{example['id']}  {split}", ", ".join(told)


def _shown(example: Example, column: str) -> str:
    return str(example.get(column) or "unknown")
