"""Product descriptions: the article types of the drawn catalogue in words, and what their descriptions may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How an article type is called in a sentence, its materials, and its details, which complete `with ...`."""

    name: str
    plural: bool
    materials: Sequence[str]
    details: Sequence[str]


_LEATHERS = ("full-grain leather", "smooth leather", "soft suede", "brushed nubuck")
_CLOTHS = ("washed cotton", "brushed canvas", "combed cotton", "a linen blend")

# The base model is never trained on its descriptions, so that LoRA has to learn it. Its words occur with others:
# the letters of a new word would be tokens that the base has never seen, which an adapter of attention cannot learn.
UNSEEN = "Casual Shoes"

ARTICLES: Mapping[str, Words] = {
    UNSEEN: Words(
        "casual shoes",
        True,
        ("brushed canvas", "soft suede", "waxed canvas", "full-grain leather"),
        (
            "a padded collar and a firm heel cup",
            "a thin sole and four waxed eyelets",
            "a round toe and a grooved outsole",
            "stitched panels that let the air through",
            "a gusseted tongue that keeps its shape",
            "an elastic edge and a memory foam insole",
        ),
    ),
    "Sports Shoes": Words(
        "sports shoes",
        True,
        ("engineered mesh", "recycled nylon", "a knitted fabric", "ripstop nylon"),
        (
            "a springy midsole and a grooved outsole",
            "a padded ankle and a locking lace loop",
            "a breathable front and a firm heel cup",
            "an arch support that can be washed",
        ),
    ),
    "Formal Shoes": Words(
        "formal shoes",
        True,
        _LEATHERS[:2],
        (
            "a slim leather sole and a stacked heel",
            "a pointed toe and four waxed eyelets",
            "fine broguing along the vamp",
            "a hand-burnished finish and a calfskin lining",
        ),
    ),
    "Boots": Words(
        "boots",
        True,
        _LEATHERS,
        (
            "a tall shaft and a deep lugged sole",
            "metal hooks and a gusseted tongue",
            "a side zip that closes without a sound",
            "a storm welt that keeps the water out",
        ),
    ),
    "Sandals": Words(
        "sandals",
        True,
        ("smooth leather", "soft suede", "woven webbing", "recycled nylon"),
        (
            "two wide straps and a moulded cork bed",
            "an open toe and a hook fastening at the ankle",
            "a light sole with a shallow heel cup",
            "a buckle that adjusts in five steps",
        ),
    ),
    "Heels": Words(
        "heels",
        True,
        ("smooth leather", "satin", "soft suede", "patent leather"),
        (
            "a slender heel of eight centimetres",
            "a closed toe and a padded insole",
            "a fine ankle strap with a covered buckle",
            "a block heel that stands firm on any floor",
        ),
    ),
    "Flats": Words(
        "flats",
        True,
        ("smooth leather", "soft suede", "a knitted fabric", "satin"),
        (
            "a round toe and a small bow",
            "an elastic edge that hugs the foot",
            "a thin sole that folds in half",
            "a scalloped topline and a memory foam insole",
        ),
    ),
    "Tshirts": Words(
        "T-shirt",
        False,
        ("washed cotton", "combed cotton", "organic jersey", "a linen blend"),
        (
            "a ribbed crew neck and short sleeves",
            "taped shoulder seams that keep their shape",
            "a straight hem and a small chest print",
            "side seams that do not twist in the wash",
        ),
    ),
    "Shirts": Words(
        "shirt",
        False,
        _CLOTHS,
        (
            "a button-down collar and a curved hem",
            "adjustable cuffs and a chest pocket",
            "a box pleat between the shoulders",
            "corozo buttons and a narrow placket",
        ),
    ),
    "Handbags": Words(
        "handbag",
        False,
        ("smooth leather", "pebbled leather", "soft suede", "coated canvas"),
        (
            "two rolled handles and a detachable strap",
            "a magnetic flap and an inner zip pocket",
            "three compartments and a key leash",
            "metal feet that keep its base clean",
        ),
    ),
    "Backpacks": Words(
        "backpack",
        False,
        ("ripstop nylon", "waxed canvas", "recycled nylon", "coated canvas"),
        (
            "a padded sleeve for a laptop",
            "curved straps and a chest buckle",
            "a roll top and two bottle pockets",
            "a hidden pocket at the back for a passport",
        ),
    ),
    "Watches": Words(
        "watch",
        False,
        ("brushed steel", "polished steel", "light titanium", "matt aluminium"),
        (
            "a date window and luminous hands",
            "a sapphire crystal and a screw-down crown",
            "a quiet quartz movement from Japan",
            "a strap that changes without tools",
        ),
    ),
    "Caps": Words(
        "cap",
        False,
        ("washed cotton", "brushed canvas", "corduroy", "a wool blend"),
        (
            "a curved peak and six stitched panels",
            "an adjustable strap with a metal slider",
            "embroidered eyelets that let the air through",
            "a soft sweatband inside",
        ),
    ),
}
