"""Product images: what the scores of folders say, and what they cannot say: values, sentences, Markdown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from components.core.records import Score
from components.metrics import METRICS
from components.recipes.product_images.folder_chance import Difference
from components.recipes.product_images.folder_scores import Comparison, Judged
from components.recipes.product_images.folders import PictureFolder, told

TITLES = {"fid": "FID", "kid": "KID", "clip_score": "CLIP score"}
APART = math.sqrt(2)  # half widths between two scores of equal intervals, at which a difference is told from none


def as_plain(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON can hold it: infinite intervals are null."""
    judged = [_plain_judged(one, comparison.width) for one in comparison.judged]
    return {
        "folder": judged[0],
        "against": judged[1] if len(judged) > 1 else None,
        "reference": _plain_folder(comparison.reference),
        "differences": {
            name: _finite({**asdict(found), "decided": found.decided}) for name, found in comparison.differences.items()
        },
        "sentences": sentences(comparison),
    }


def sentences(comparison: Comparison) -> list[str]:
    """Return what was left out, and what these numbers of pictures can and cannot decide."""
    folders = [*(one.pictures for one in comparison.judged), comparison.reference]
    ignored = [f"Not scored in {f.folder.name}: {told(f.ignored)}." for f in folders if f.ignored]
    shared = [_shared(one, comparison.reference) for one in comparison.judged if one.shared]
    limits = [_limits(one, comparison.width) for one in comparison.judged]
    names = [one.pictures.folder.name for one in comparison.judged]
    verdicts = [_verdict(name, names, found) for name, found in comparison.differences.items()]
    return [*ignored, *_enlarged(folders), *shared, *limits, *verdicts]


def as_markdown(found: Mapping[str, Any]) -> str:
    """Return what `as_plain` gave as a Markdown page."""
    rows = [(one["name"], name, score) for one in judged_of(found) for name, score in one["scores"].items()]
    lines = [
        f"# Pictures scored against {found['reference']['pictures']:,} real ones",
        "",
        "| pictures | score | value (95 %) | n | real pictures at this n | ranks |",
        "|---|---|---|---|---|---|",
        *(f"| {folder} | {' | '.join(cells(name, score))} |" for folder, name, score in rows),
        "",
        *(f"{sentence}\n" for sentence in found["sentences"]),
        f"FID and KID on features of {rows[0][2]['extractor']}; intervals by the delete-a-group jackknife.",
    ]
    return "\n".join(lines) + "\n"


def judged_of(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in (found["folder"], found["against"]) if one]


def cells(name: str, score: Mapping[str, Any]) -> list[str]:
    """Return the row of a score: its title and direction, value, n, floor, and whether it ranks."""
    direction = "higher is better" if METRICS[name].better > 0 else "lower is better"
    floor = score["real"]
    return [
        f"{TITLES[name]} ({direction})",
        f"{_short(score['value'])} ({_extent(score)})",
        f"{score['n']:,}",
        f"{_short(floor['value'])} ({_extent(floor)}) at {floor['n']:,}" if floor else "unknown",
        "yes" if score["honest"] else f"no, from {score['smallest_n']:,} on",
    ]


def _plain_judged(judged: Judged, width: int) -> dict[str, Any]:
    scores = {}
    for name, score in judged.scores.items():
        real = asdict(judged.floors[name]) if name in judged.floors else None
        smallest = METRICS[name].smallest_honest_n(width)
        scores[name] = _finite({**asdict(score), "smallest_n": smallest, "real": real and _finite(real)})
    return {**_plain_folder(judged.pictures), "prompts": judged.prompts, "shared": judged.shared, "scores": scores}


def _plain_folder(folder: PictureFolder) -> dict[str, Any]:
    return {
        "name": folder.folder.name,
        "pictures": len(folder.names),
        "ignored": dict(folder.ignored),
        "enlarged": folder.enlarged,
        "repeated": len(folder.names) - len(set(folder.contents)),
    }


def _limits(judged: Judged, width: int) -> str:
    n = len(judged.pictures.names)
    apart = [f"{_short(APART * reach)} in {TITLES[name]}" for name, reach in _reaches(judged.scores).items()]
    weak = [
        f"{TITLES[name]} (from {METRICS[name].smallest_honest_n(width):,} on)"
        for name, score in judged.scores.items()
        if not score.honest
    ]
    can = (
        f"two folders of this size can be told apart from about {', '.join(apart)} on"
        if apart
        else "no interval is known"
    )
    cannot = f"; too few to rank by {' and '.join(weak)}" if weak else ""
    return f"{judged.pictures.folder.name}, {n:,} pictures: {can}{cannot}."


def _verdict(name: str, names: Sequence[str], found: Difference) -> str:
    side = "above" if found.value > 0 else "below"
    what = f"{TITLES[name]}: {names[0]} is {_short(abs(found.value))} {side} {names[1]}"
    interval = f"(the difference is {_extent(asdict(found))}, {found.n:,} pictures each)"
    if found.decided:
        better = names[0] if found.value * METRICS[name].better > 0 else names[1]
        return f"{what} {interval}: decided, {better} is better."
    wanted = (
        f"some {found.deciding_n:,} pictures of each" if found.deciding_n else "more pictures than anybody would draw"
    )
    why = "undecided" if found.honest else "too few pictures to rank"
    return f"{what} {interval}: {why}; if the difference is what it seems, {wanted} would decide it."


def _shared(judged: Judged, reference: PictureFolder) -> str:
    names = f"{judged.pictures.folder.name} are files of {reference.folder.name} too"
    return f"{judged.shared:,} files of {names}, byte for byte: its scores are flattered."


def _enlarged(folders: Sequence[PictureFolder]) -> list[str]:
    """Warn of folders of which more than a tenth was blurred by enlarging."""
    small = [f for f in folders if f.enlarged * 10 > len(f.names)]
    return [
        f"{f.enlarged:,} of {len(f.names):,} pictures in {f.folder.name} are smaller than the size they are scored at."
        for f in small
    ]


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
