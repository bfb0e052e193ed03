"""components / data / drawn catalogue / drawing: the table of article types that can be drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from components.data.drawn_catalogue.drawing import accessories, apparel, footwear
from components.data.drawn_catalogue.drawing.marks import Colour, Mark


@dataclass(frozen=True)
class Article:
    """The categories of a type of product and its drawing. `stands` is true if it casts a shadow on the ground."""

    category: str
    subcategory: str
    draw: Callable[[Colour, np.random.Generator], list[Mark]]
    stands: bool = True


UNSEEN = "Casual Shoes"  # the base UNet is never trained on its pictures or words, so that LoRA has to learn it

ARTICLES: Mapping[str, Article] = {
    UNSEEN: Article("Footwear", "Shoes", footwear.casual_shoe),
    "Sports Shoes": Article("Footwear", "Shoes", footwear.sports_shoe),
    "Formal Shoes": Article("Footwear", "Shoes", footwear.formal_shoe),
    "Boots": Article("Footwear", "Shoes", footwear.boot),
    "Sandals": Article("Footwear", "Sandal", footwear.sandal),
    "Heels": Article("Footwear", "Shoes", footwear.heel),
    "Flats": Article("Footwear", "Shoes", footwear.flat),
    "Tshirts": Article("Apparel", "Topwear", apparel.tshirt, stands=False),
    "Shirts": Article("Apparel", "Topwear", apparel.shirt, stands=False),
    "Handbags": Article("Accessories", "Bags", accessories.handbag),
    "Backpacks": Article("Accessories", "Bags", accessories.backpack),
    "Watches": Article("Accessories", "Watches", accessories.watch, stands=False),
    "Caps": Article("Accessories", "Headwear", accessories.cap),
}
