"""Core: the card of a version, one page of Markdown that says what it is, how good, and how to use it.

After M. Mitchell et al., 2019: Model Cards for Model Reporting (arXiv 1810.03993).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.manifest import Origin
from components.core.records import Score, Scorecard

PAD = "\u00a0" * 3  # no-break spaces: MLflow's page sets columns without a gap
NO_LICENCE = "none stated: ask whoever made it before you pass anything on"
OPEN_RAIL_M = "CreativeML OpenRAIL-M (its use restrictions pass on to adapters and to whoever gets them)"
LICENCES = {"stable-diffusion-v1-5/stable-diffusion-v1-5": OPEN_RAIL_M}  # of base models, by their name on the hub


@dataclass(frozen=True, slots=True)
class Card:
    """What a card is made of. `grid` is the address of a picture on the same server, empty where there is none."""

    version: int
    about: str
    data: str  # which catalogue, and which part of it
    origin: Origin
    scorecard: Scorecard | None
    test: Scorecard | None = None  # on the test split, of versions that were promoted
    grid: str = ""


def card_text(card: Card) -> str:
    """Return the card as Markdown, with no picture from elsewhere."""
    return "\n".join([*_what(card), *_scores(card), *_use(card), *_loading(card)]).rstrip() + "\n"


def licence_of(base_model: str) -> str:
    """Return the licence of a base model, as far as it is known here.

    >>> licence_of("stable-diffusion-v1-5/stable-diffusion-v1-5@451f4fe")[:21]
    'CreativeML OpenRAIL-M'
    >>> licence_of("/home/me/base")
    'none stated: ask whoever made it before you pass anything on'
    """
    name = base_model.partition("@")[0]
    return LICENCES.get(name, NO_LICENCE)


def _what(card: Card) -> list[str]:
    origin = card.origin
    return [
        f"## {origin.model}, version {card.version}",
        "",
        card.about,
        "",
        f"- **Checkpoint**: step {origin.step}, weights `{origin.adapter}`, code `{origin.git_sha[:12]}`",
        f"- **Data**: {card.data}; snapshot `{origin.snapshot}`",
        f"- **Base model**: `{_cell(origin.base_model) or 'none'}` (`{origin.base_digest}`)",
        f"- **Licence of the base**: {licence_of(origin.base_model)}",
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
    grid = [f"![The base model and this version, same prompts and seeds]({card.grid})", ""] if card.grid else []
    return ["### Scores", "", *table, "", *_measured(cards), "", *grid]


def _value(score: Score | None) -> str:
    return "" if score is None else f"{score.value:.4g} ({score.low:.4g} to {score.high:.4g})"


def _counts(name: str, cards: Sequence[Scorecard]) -> str:
    return ", ".join(str(measured.scores[name].n) for measured in cards if name in measured.scores)


def _measured(cards: Sequence[Scorecard]) -> list[str]:
    """Say on what the scores were measured, and what looked at it: each extractor once."""
    seen: dict[str, list[str]] = {}
    for name, score in cards[0].scores.items():
        if score.extractor:
            seen.setdefault(score.extractor, []).append(name)
    lines = [f"- `{_cell(extractor)}` has seen: {_cell(', '.join(names))}" for extractor, names in seen.items()]
    return [f"Measured on snapshot `{cards[0].snapshot}`.", "", *lines]


def _row(cells: Sequence[str]) -> str:
    return "".join(f"| {cell}{PAD} " for cell in cells) + "|"


def _use(card: Card) -> list[str]:
    few = [name for name, score in (card.scorecard.scores if card.scorecard else {}).items() if not score.honest]
    limits = [f"- Too few pictures to rank by: {', '.join(few)}."] if few else []
    return [
        "### Use and limits",
        "",
        f"- Meant for what its data show: {card.data}. Nothing was measured on anything else.",
        "- Pictures are invented: none shows a product that exists, and none should be sold as one.",
        "- Scores compare versions on one snapshot and one extractor; they are no promise about other data.",
        *limits,
        "",
    ]


def _loading(card: Card) -> list[str]:
    name, number = card.origin.model, card.version
    return [
        "### Loading",
        "",
        "```python",
        "import mlflow.diffusers",
        f'pipeline = mlflow.diffusers.load_model("models:/{name}/{number}").load_pipeline()',
        "```",
        "",
        "- **diffusers** without MLflow: export the format `diffusers`, then `pipeline.load_lora_weights(folder)`.",
        "- **ComfyUI**: export the format `kohya` and put `lora.safetensors` into `models/loras`; node *Load LoRA*.",
        "- **A1111**: the same file in `models/Lora`, then `<lora:lora:1>` in the prompt.",
        "- Strength 1 is the strength at which it was scored; the base model must be the one above.",
    ]


def _cell(text: str) -> str:
    """Return text that cannot end a cell or a code span."""
    return text.replace("|", "/").replace("`", "'").replace("\n", " ")
