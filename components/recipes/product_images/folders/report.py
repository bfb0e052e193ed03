"""Product images: the report of folders' scores: values, sentences, Markdown."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components.core.differences import most_examples
from components.core.metric_table import METRICS
from components.core.plain_text import markdown
from components.core.records import Score
from components.recipes.product_images.folders.read_folder import PictureFolder, format_counts
from components.recipes.product_images.folders.scores import FolderScores, ScoredFolder
from components.recipes.product_images.folders.uncertainty import Difference

# A difference of two scores with equal intervals is decided from this many half widths on.
APART = math.sqrt(2)


def scores_json(comparison: FolderScores) -> dict[str, Any]:
    """Return the comparison for JSON: infinite intervals are null."""
    called = _names(comparison)
    scored = [_plain_scored(one, comparison.width, called) for one in comparison.scored]
    return {
        "folder": scored[0],
        "against": scored[1] if len(scored) > 1 else None,
        "reference": _plain_folder(comparison.reference, called),
        "differences": {
            name: _finite({**asdict(found), "decided": found.decided}) for name, found in comparison.differences.items()
        },
        "sentences": sentences(comparison),
    }


def sentences(comparison: FolderScores) -> list[str]:
    """Return sentences about ignored files, and about what these numbers of pictures can and cannot decide."""
    called = _names(comparison)
    folders = [*(one.pictures for one in comparison.scored), comparison.reference]
    real = called[comparison.reference.folder]
    notes = [note for folder in folders for note in _notes(folder, called[folder.folder])]
    sides = [called[one.pictures.folder] for one in comparison.scored]
    scored = list(zip(sides, comparison.scored, strict=True))
    shared = [f"{side} has {j.shared:,} files of {real}: its scores are too good." for side, j in scored if j.shared]
    limits = [_limits(side, one, comparison.width) for side, one in scored]
    verdicts = [_verdict(name, sides, found) for name, found in comparison.differences.items()]
    return [*notes, *shared, *limits, *verdicts]


def as_markdown(found: Mapping[str, Any]) -> str:
    """Return the result of `scores_json` as a Markdown page."""
    rows = [(one["name"], name, score) for one in scored_folders(found) for name, score in one["scores"].items()]
    lines = [
        f"# Pictures scored against {found['reference']['pictures']:,} real ones",
        "",
        "| pictures | score (better) | value (95 %) | n | real pictures (of all splits) | ranks |",
        "|---|---|---|---|---|---|",
        *(f"| {markdown(folder)} | {' | '.join(cells(name, score))} |" for folder, name, score in rows),
        "",
        *(f"{markdown(sentence)}\n" for sentence in found["sentences"]),
        f"FID and KID on features of {markdown(rows[0][2]['extractor'])}, intervals by the delete-a-group jackknife. "
        "Real pictures: the mean and the extremes over random splits of the reference folder.",
    ]
    return "\n".join(lines) + "\n"


def scored_folders(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in (found["folder"], found["against"]) if one]


def cells(name: str, score: Mapping[str, Any]) -> list[str]:
    """Return the cells of a score: title and direction, value, n, floor, and whether it can rank."""
    direction = "higher" if METRICS[name].better > 0 else "lower"
    floor = score["real"]
    return [
        f"{METRICS[name].title} ({direction})",
        f"{_short(score['value'])} ({_extent(score)})",
        f"{score['n']:,}",
        f"{_short(floor['value'])} ({_extent(floor)}), n = {floor['n']:,}" if floor else "unknown",
        "yes" if score["honest"] else f"from {score['smallest_n']:,}",
    ]


def _names(comparison: FolderScores) -> dict[Path, str]:
    """Return the name of each folder: its last part, or the whole path if two folders share the last part."""
    folders = {one.pictures.folder for one in comparison.scored} | {comparison.reference.folder}
    counts = Counter(folder.name for folder in folders)
    return {folder: folder.name if counts[folder.name] == 1 else str(folder) for folder in folders}


def _plain_scored(scored: ScoredFolder, width: int, called: Mapping[Path, str]) -> dict[str, Any]:
    scores = {}
    for name, score in scored.scores.items():
        real = _finite(asdict(scored.floors[name])) if name in scored.floors else None
        smallest = METRICS[name].smallest_honest_n(width)
        scores[name] = _finite({**asdict(score), "smallest_n": smallest, "real": real})
    about = _plain_folder(scored.pictures, called)
    return {**about, "prompts": scored.prompts, "shared": scored.shared, "scores": scores}


def _plain_folder(folder: PictureFolder, called: Mapping[Path, str]) -> dict[str, Any]:
    return {
        "name": called[folder.folder],
        "pictures": len(folder.names),
        "ignored": dict(folder.ignored),
        "repaired": dict(folder.repaired),
        "enlarged": folder.enlarged,
        "repeated": _repeated(folder),
    }


def _repeated(folder: PictureFolder) -> int:
    return len(folder.names) - len(set(folder.contents))


def _notes(folder: PictureFolder, name: str) -> list[str]:
    """Return notes about a folder; enlarged pictures are noted if they are more than a tenth."""
    n, repeated = len(folder.names), _repeated(folder)
    ignored = f"Not scored in {name}: {format_counts(folder.ignored)}."
    converted = f"Converted in {name}: {format_counts(folder.repaired)}."
    twice = f"{repeated:,} of {n:,} pictures in {name} are copies of others, byte for byte."
    blurred = f"{folder.enlarged:,} of {n:,} pictures in {name} were enlarged to be scored, which blurs them."
    notes = (
        (ignored, bool(folder.ignored)),
        (converted, bool(folder.repaired)),
        (twice, repeated > 0),
        (blurred, folder.enlarged * 10 > n),
    )
    return [note for note, applies in notes if applies]


def _limits(name: str, scored: ScoredFolder, width: int) -> str:
    """Say which difference two folders of this size need to be distinguished, and which scores cannot rank them."""
    n = len(scored.pictures.names)
    apart = [f"{_short(APART * reach)} in {METRICS[score].title}" for score, reach in _reaches(scored.scores).items()]
    weak = [
        f"{METRICS[score].title} (from {METRICS[score].smallest_honest_n(width):,} on)"
        for score, found in scored.scores.items()
        if not found.honest
    ]
    apart_from = f"two such folders can be distinguished from a difference of about {' and '.join(apart)}"
    can = apart_from if apart else "no interval is known"
    cannot = f"; too few to rank by {' and '.join(weak)}" if weak else ""
    of = f" of {scored.prompts:,} prompt{'s' if scored.prompts > 1 else ''}" if scored.prompts else ""
    return f"{name}, {n:,} pictures{of}: {can}{cannot}."


def _verdict(name: str, names: Sequence[str], found: Difference) -> str:
    side = "above" if found.value > 0 else "below"
    what = f"{METRICS[name].title}: {names[0]} is {_short(abs(found.value))} {side} {names[1]}"
    interval = f"(the difference is {_extent(asdict(found))}, {found.n:,} pictures each)"
    if found.decided:
        better = names[0] if found.value * METRICS[name].better > 0 else names[1]
        return f"{what} {interval}: decided, {better} is better."
    why = "undecided" if found.honest else "too few pictures to rank"
    return f"{what} {interval}: {why}; {_outlook(found)}."


def _outlook(found: Difference) -> str:
    """Say how many pictures would decide; or how large the difference is at most, if nobody would score so many."""
    if found.deciding_n is not None and found.deciding_n <= most_examples(found.n):
        return f"if this is the true difference, about {found.deciding_n:,} pictures of each would decide it"
    largest = max(abs(found.low), abs(found.high))
    if not found.honest or not math.isfinite(largest):
        return "if this is the true difference, no practical number of pictures would decide it"
    return f"they are equal for practical purposes (difference at most {_short(largest)})"


def _reaches(scores: Mapping[str, Score]) -> dict[str, float]:
    reaches = {name: (score.high - score.low) / 2 for name, score in scores.items()}
    return {name: reach for name, reach in reaches.items() if math.isfinite(reach)}


def _extent(found: Mapping[str, Any]) -> str:
    if found["low"] is None or found["high"] is None or not math.isfinite(found["high"] - found["low"]):
        return "no interval"
    return f"{_short(found['low'])} to {_short(found['high'])}"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.1f}"


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
