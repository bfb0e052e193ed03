"""Product images: what an evaluation leaves for people. A grid of pictures, curves, a table, and the numbers."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from components.core.files import write_text
from components.core.records import BASE, Score, Scorecard
from components.metrics import METRICS
from components.recipes.product_images.grid import save_grid, what_differs
from components.recipes.product_images.real_pictures import Real

TITLES = {"fid": "FID", "kid": "KID", "clip_score": "CLIP score"}
COLOUR, BASE_COLOUR, REAL_COLOUR = "#1f6feb", "#9a6700", "#57606a"


@dataclass(frozen=True)
class Scored:
    """One subject: its scorecard, its step (0 for the base), and the pictures that are shown of it."""

    card: Scorecard
    step: int
    pictures: Tensor  # uint8 (K, 3, H, W)


def write_report(scored: Sequence[Scored], prompts: Sequence[str], real: Real, folder: Path) -> None:
    """Write grid.png, scores.png, scores.md and scorecards.json. `prompts` are those of the shown pictures."""
    rows = [(_name(subject), subject.pictures) for subject in scored]
    save_grid(rows, what_differs(prompts), folder / "grid.png")
    cards = [subject.card for subject in scored]
    save_curves(scored, folder / "scores.png")
    write_text(folder / "scores.md", as_table(scored, real))
    write_text(folder / "scorecards.json", json.dumps([_plain(asdict(card)) for card in cards], indent=2) + "\n")


def as_table(scored: Sequence[Scored], real: Real) -> str:
    """Return the scores as a Markdown table with intervals, and what the numbers rest on."""
    first = scored[0].card
    names = list(first.scores)
    lines = [
        f"# Scores on the {first.split} split of snapshot {first.snapshot}",
        "",
        "| | " + " | ".join(f"{TITLES[name]} ({_direction(name)})" for name in names) + " |",
        "|---|" + "---|" * len(names),
    ]
    for subject in scored:
        cells = [_cell(subject.card.scores[name]) for name in names]
        lines.append(f"| {_name(subject)} | " + " | ".join(cells) + " |")
    floors = [first.scores[name].floor for name in names]
    lines.append("| real pictures | " + " | ".join("" if f is None else f"{f:.4g}" for f in floors) + " |")
    return "\n".join([*lines, "", *_notes(first, real), ""])


def save_curves(scored: Sequence[Scored], path: Path) -> None:
    """Save a PNG of each score over the steps with its 95 % interval, beside the base model and real pictures."""
    names = list(scored[0].card.scores)
    figure = Figure(figsize=(4.2 * len(names), 3.4), dpi=120, layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _curve(axes, scored, name)
    figure.savefig(path)


def _curve(axes: Axes, scored: Sequence[Scored], name: str) -> None:
    base = [s.card.scores[name] for s in scored if s.card.subject == BASE]
    trained = sorted((s for s in scored if s.card.subject != BASE), key=lambda s: s.step)
    steps, scores = [s.step for s in trained], [s.card.scores[name] for s in trained]
    values = [score.value for score in scores]
    reach = [[s.value - s.low for s in scores], [s.high - s.value for s in scores]]
    axes.fill_between(steps, [s.low for s in scores], [s.high for s in scores], color=COLOUR, alpha=0.12, lw=0)
    axes.errorbar(steps, values, yerr=reach, fmt="o-", color=COLOUR, capsize=3, elinewidth=1, label="checkpoints")
    for score in base:
        axes.axhline(score.value, color=BASE_COLOUR, ls="--", label="base model")
        if score.floor is not None:
            axes.axhline(score.floor, color=REAL_COLOUR, ls=":", label="real pictures")
    axes.set_title(f"{TITLES[name]}, {_direction(name)}", fontsize=11)
    axes.margins(y=0.08)
    axes.set_xlabel("step")
    axes.set_xticks(steps)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def _notes(card: Scorecard, real: Real) -> list[str]:
    fid, clip = card.scores["fid"], card.scores["clip_score"]
    notes = [
        f"{fid.n} pictures of each subject, with the same prompts and seeds, against {len(real.features)} real ones. "
        "In brackets: 95 % intervals (delete-a-group jackknife, drawn and real pictures of one caption together).",
        "",
        f"FID and KID on features of {fid.extractor}, CLIP score (mean cosine) by {clip.extractor}. The row of real "
        f"pictures: {len(real.others)} real training pictures in place of the drawn ones, and the CLIP score of the "
        "split's own pictures with their own captions.",
    ]
    weak = [f"{TITLES[name]} (n = {score.n})" for name, score in card.scores.items() if not score.honest]
    return [*notes, "", f"Too few pictures to rank by: {', '.join(weak)}."] if weak else notes


def _cell(score: Score) -> str:
    known = math.isfinite(score.high - score.low)
    return f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g})" if known else f"{score.value:.4g} (no interval)"


def _direction(name: str) -> str:
    return "higher is better" if METRICS[name].better > 0 else "lower is better"


def _name(subject: Scored) -> str:
    return "base model" if subject.card.subject == BASE else f"step {subject.step}"


def _plain(value: Any) -> Any:
    """Return the value with null for numbers that JSON has no word for."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
