"""Core: the model card of a version, one page of Markdown: what it is, its scores, and how to use it.

After M. Mitchell et al., 2019: Model Cards for Model Reporting (arXiv 1810.03993).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.manifest import Origin
from components.core.plain_text import markdown
from components.core.records import Score, Scorecard, checkpoint_title

PAD = "\u00a0" * 3  # no-break spaces: MLflow's page leaves no gap between columns


@dataclass(frozen=True, slots=True)
class CardNotes:
    """What a recipe adds to the card of a version, as Markdown lines. `base` is empty without a base model."""

    base: Sequence[str] = ()  # lines about the base model, such as its licence
    limits: Sequence[str] = ()  # what the model's outputs must not be taken for
    loading: Sequence[str] = ()  # how the version is loaded


@dataclass(frozen=True, slots=True)
class Card:
    """The parts of a card. `grid` is the address of an image on the same server, or empty."""

    version: int
    about: str
    notes: CardNotes
    data: str  # the catalogue, and the part of it that was used, as Markdown
    origin: Origin
    scorecard: Scorecard | None
    test: Scorecard | None = None  # scores on the test split, for promoted versions only
    grid: str = ""
    decision: str = ""  # the verdict, empty before one
    reason: str = ""


def card_text(card: Card) -> str:
    """Return the card as Markdown. It shows no image from another server."""
    return "\n".join([*_what(card), *_scores(card), *_use(card), *_loading(card)]).rstrip() + "\n"


def _what(card: Card) -> list[str]:
    origin = card.origin
    title = checkpoint_title(origin.step, _cell(origin.name))
    return [
        f"## {origin.model}, version {card.version}",
        "",
        markdown(card.about),
        "",
        f"- **Checkpoint**: {title}, weights `{origin.adapter}`, code `{origin.git_sha[:12]}`",
        f"- **Data**: {card.data}; snapshot `{origin.snapshot}`",
        *([f"- **Base model**: `{_cell(origin.base_model)}` (`{origin.base_digest}`)"] if origin.base_model else []),
        *(f"- {line}" for line in card.notes.base),
        *([f"- **Decision**: {card.decision}. {_cell(card.reason)}"] if card.decision else []),
        "",
    ]


def _scores(card: Card) -> list[str]:
    if card.scorecard is None:
        return ["### Scores", "", "Not evaluated yet.", ""]
    cards = [card.scorecard, *([card.test] if card.test else [])]
    names = list(dict.fromkeys(name for measured in cards for name in measured.scores))
    heads = ["score", *(f"{measured.split} (95 %)" for measured in cards), "n"]
    rows = [[_cell(name), *(_value(c.scores.get(name)) for c in cards), _counts(name, cards)] for name in names]
    table = [_row(heads), "| --- " * len(heads) + "|", *map(_row, rows)]
    grid = [f"![Outputs of the base model and of this version]({card.grid})", ""] if card.grid else []
    return ["### Scores", "", *table, "", *_measured(cards), "", *grid]


def _value(score: Score | None) -> str:
    return "" if score is None else f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g})"


def _counts(name: str, cards: Sequence[Scorecard]) -> str:
    return ", ".join(str(measured.scores[name].n) for measured in cards if name in measured.scores)


def _measured(cards: Sequence[Scorecard]) -> list[str]:
    """Name the snapshot and list each extractor once, with its scores."""
    seen: dict[str, list[str]] = {}
    for name, score in cards[0].scores.items():
        if score.extractor:
            seen.setdefault(score.extractor, []).append(name)
    lines = [f"- Extractor `{_cell(extractor)}`: {_cell(', '.join(names))}" for extractor, names in seen.items()]
    return [f"Measured on snapshot `{cards[0].snapshot}`.", "", *lines]


def _row(cells: Sequence[str]) -> str:
    return "".join(f"| {cell}{PAD} " for cell in cells) + "|"


def _use(card: Card) -> list[str]:
    few = [name for name, score in (card.scorecard.scores if card.scorecard else {}).items() if not score.honest]
    too_few = [f"- Too few examples to rank by: {', '.join(few)}."] if few else []
    return [
        "### Use and limits",
        "",
        f"- Meant for what its data show: {card.data}. It was not measured on other data.",
        *(f"- {line}" for line in card.notes.limits),
        "- Scores compare versions on one snapshot with one extractor; they do not predict scores on other data.",
        *too_few,
        "",
    ]


def _loading(card: Card) -> list[str]:
    return ["### Loading", "", *card.notes.loading]


def _cell(text: str) -> str:
    """Return the text without characters that would end a table cell or a code span."""
    return text.replace("|", "/").replace("`", "'").replace("\n", " ")
