"""Products: what people decide about products: approve, reject with a reason, edit the text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from components.core.errors import UsageError
from components.products.product import Product

LONGEST_TEXT, LONGEST_REASON, LONGEST_NAME = 10_000, 1_000, 200
COUNTED = ("articleType", "baseColour", "gender", "season", "brand")  # by which rejections are counted


class Action(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Review:
    """What one person decided about one product, when (seconds since 1970), and why. `text` is that of an edit."""

    line: str
    product: str
    action: Action
    by: str
    time: float
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Curated:
    """Where a product stands: the newest approval or rejection, the newest text, and all reviews, the oldest first."""

    state: str  # `approved`, `rejected`, or `open`
    text: str | None
    reviews: Sequence[Review]


def check_review(review: Review) -> Review:
    """Return the review without surplus blanks.

    Raises:
        UsageError: nobody is named, a rejection has no reason, an edit no text, or a text is too long.
    """
    tidied = replace(review, by=" ".join(review.by.split()), reason=review.reason.strip(), text=review.text.strip())
    if not tidied.by:
        raise UsageError("The review names nobody", expected="who made it")
    if tidied.action is Action.REJECT and not tidied.reason:
        raise UsageError("The rejection has no reason", expected="one, by which rejections can be understood later")
    if tidied.action is Action.EDIT and not tidied.text:
        raise UsageError("The edit has no text", expected="the new text")
    lengths = ((tidied.by, LONGEST_NAME), (tidied.reason, LONGEST_REASON), (tidied.text, LONGEST_TEXT))
    for text, most in lengths:
        if len(text) > most:
            raise UsageError(f"A text of the review has {len(text):,} characters", expected=f"{most:,} at most")
    return tidied


def curated(reviews: Sequence[Review]) -> Curated:
    """Return where a product stands after its reviews, the oldest first. An edit leaves its state as it is."""
    states = {Action.APPROVE: "approved", Action.REJECT: "rejected"}
    decided = [states[review.action] for review in reviews if review.action in states]
    texts = [review.text for review in reviews if review.action is Action.EDIT]
    return Curated(decided[-1] if decided else "open", texts[-1] if texts else None, reviews)


def by_product(reviews: Sequence[Review]) -> dict[str, Curated]:
    """Return where each reviewed product stands, by its id."""
    grouped: dict[str, list[Review]] = {}
    for review in reviews:
        grouped.setdefault(review.product, []).append(review)
    return {product: curated(found) for product, found in grouped.items()}


def edited(product: Product, found: Curated | None) -> Product:
    """Return a product with the text that a person gave it; its provenance says so."""
    if found is None or found.text is None:
        return product
    last = next(review for review in reversed(found.reviews) if review.action is Action.EDIT)
    by = {"edited": {"by": last.by, "time": last.time, "generated_text": product.description}}
    return replace(product, description=found.text, provenance={**product.provenance, **by})


def rejections(products: Sequence[Product], found: Mapping[str, Curated]) -> dict[str, dict[str, dict[str, int]]]:
    """Return by column and value how many products were decided on, and how many of them were rejected."""
    decided = [(p, found[p.id].state) for p in products if p.id in found and found[p.id].state != "open"]
    table: dict[str, dict[str, dict[str, int]]] = {}
    for column in COUNTED:
        all_of = Counter(p.attributes[column] for p, _ in decided if column in p.attributes)
        rejected = Counter(p.attributes[column] for p, s in decided if column in p.attributes and s == "rejected")
        table[column] = {value: {"decided": count, "rejected": rejected[value]} for value, count in all_of.items()}
    return {column: values for column, values in table.items() if values}
