"""Failure modes: writes the table of invented comments, with the faults that real tables have."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from components.core.files import digest_of, file_digest, write_text
from components.core.seeds import derive_seed
from components.recipes.failure_modes.starter import phrases
from components.recipes.failure_modes.starter.phrases import ABBREVIATIONS, AMBIGUOUS, ASSETS, ENDINGS, PHRASES

COUNT = 720  # comments, before the planted ones
BEGIN, DAYS = date(2024, 1, 1), 540
LETTERS = "abcdefghijklmnopqrstuvwxyz"
UNCLEAR = 0.1  # share of comments that say too little
WRONG = 0.03  # share of comments with the label of another failure mode
# Rows with the faults of real tables: (text, label).
PLANTED: Sequence[tuple[str, str]] = (
    ("", "Leak"),
    ("NaN", "Leak"),
    ("\U0001f600\U0001f527", "Noise"),
    ("???", "Worn"),
    ("утечка масла из цилиндра", "Leak"),
    ("mast chain worn out " * 150, "Worn"),
    ("belt frayed", ""),
    ("drive roller squealing, operator John Smith 0412 345 678", "Noise"),
    ("forklift rego ABC-123 will not start, call dave@example.org", "Fail to start"),
    ("door seal dripping \u00e2\u20ac\u201c caf\u00c3\u00a9 side", "Leak"),
    ("carton stuck in\nfilm carriage", "JAMMED"),
    ("battery dead", "Electrical"),
    ("battery dead", "Fail to start"),
    ("Battery dead.", "Fail to start"),
)


def write_invented(seed: int, cache: Path) -> Path:
    """Return the table of invented comments. It is written once for each seed and each version of this code."""
    here = Path(phrases.__file__).parent
    code = digest_of([file_digest(path) for path in sorted(here.glob("*.py"))])
    path = cache / f"comments-{seed}-{code}.csv"
    if not path.is_file():
        write_text(path, invented(seed))
    return path


def invented(seed: int) -> str:
    """Return the table as CSV. The same seed gives the same text."""
    numbers = random.Random(derive_seed(seed, "comments"))
    rows = [*_rows(numbers), *(("2025-01-15", "baler", text, label) for text, label in PLANTED)]
    numbers.shuffle(rows)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("date", "asset", "text", "label"))
    writer.writerows(rows)
    return file.getvalue()


def _rows(numbers: random.Random) -> Iterator[tuple[str, str, str, str]]:
    labels = [label for label in PHRASES if label != "Contamination"]
    weights = [1 / (1 + 0.18 * place) for place in range(len(labels))]
    for number in range(COUNT):
        label = "Contamination" if number % 360 == 0 else numbers.choices(labels, weights)[0]
        asset = numbers.choice(list(ASSETS))
        text = _comment(numbers, label, asset)
        if numbers.random() < WRONG:
            label = numbers.choice(labels)
        day = BEGIN + timedelta(days=numbers.randrange(DAYS))
        yield day.isoformat(), asset, text, label


def _comment(numbers: random.Random, label: str, asset: str) -> str:
    possible = AMBIGUOUS if numbers.random() < UNCLEAR else PHRASES[label]
    phrase = numbers.choice(possible).format(part=numbers.choice(ASSETS[asset]))
    if numbers.random() < 0.4:
        phrase = f"{asset} {phrase}"
    words = f"{phrase} {numbers.choice(ENDINGS)}".split()
    words = [ABBREVIATIONS.get(word, word) if numbers.random() < 0.5 else word for word in words]
    words = [_mistyped(numbers, word) if numbers.random() < 0.06 else word for word in words]
    text = " ".join(words)
    return text.upper() if numbers.random() < 0.4 else text


def _mistyped(numbers: random.Random, word: str) -> str:
    """Return a word with one letter lost, doubled, replaced or swapped with the next."""
    if len(word) < 4:
        return word
    at = numbers.randrange(1, len(word) - 1)
    return numbers.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + numbers.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
