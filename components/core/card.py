"""Core: the card of a version, one page of Markdown that says what it is, how good, and how to use it.

After M. Mitchell et al., 2019: Model Cards for Model Reporting (arXiv 1810.03993).
"""

from dataclasses import dataclass

from components.core.manifest import Origin
from components.core.records import Scorecard

NO_LICENCE = "none stated: ask whoever made it before you pass anything on"
OPEN_RAIL_M = "CreativeML OpenRAIL-M (its use restrictions pass on to adapters and to whoever gets them)"
LICENCES = {"stable-diffusion-v1-5/stable-diffusion-v1-5": OPEN_RAIL_M}  # of base models, by their name on the hub


@dataclass(frozen=True, slots=True)
class Card:
    """What a card is made of. `grid` is an address of a picture or page for people, empty where there is none."""

    version: int
    about: str
    data: str  # which catalogue, and which part of it
    origin: Origin
    scorecard: Scorecard | None
    grid: str = ""


def card_text(card: Card) -> str:
    """Return the card as Markdown without pictures: MLflow's page shows tables, lists, code and links."""
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
    rows = [
        f"| {_cell(name)} | {score.value:.4g} | {score.low:.4g} to {score.high:.4g} | {score.n} | "
        f"{_cell(score.extractor)} |"
        for name, score in card.scorecard.scores.items()
    ]
    grid = [f"[Pictures of every checkpoint]({card.grid})", ""] if card.grid else []
    measured = f"Measured on the split `{card.scorecard.split}` of snapshot `{card.scorecard.snapshot}`."
    table = ["| score | value | 95 % interval | n | extractor |", "| --- | --- | --- | --- | --- |", *rows]
    return ["### Scores", "", *table, "", measured, "", *grid]


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
        "- **diffusers** without MLflow: export the form `diffusers`, then `pipeline.load_lora_weights(folder)`.",
        "- **ComfyUI**: export the form `kohya` and put `lora.safetensors` into `models/loras`; node *Load LoRA*.",
        "- **A1111**: the same file in `models/Lora`, then `<lora:lora:1>` in the prompt.",
        "- Strength 1 is the strength at which it was scored; the base model must be the one above.",
    ]


def _cell(text: str) -> str:
    """Return text that cannot end a cell or a code span."""
    return text.replace("|", "/").replace("`", "'").replace("\n", " ")
