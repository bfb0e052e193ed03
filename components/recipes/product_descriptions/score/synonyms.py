"""Product descriptions: other words for values of attributes. A word may stand for several values."""

from collections.abc import Mapping, Sequence

GENDER, COLOUR, ARTICLE, BRAND, USAGE = "gender", "baseColour", "articleType", "brand", "usage"

# Words that state a value, and often speak of a part, a material or something else: they contradict nothing.
AMBIGUOUS = frozenset(
    {"heel", "flat", "top", "bottom", "thong", "pump", "cap", "tie", "set", "belt", "bra", "polo", "strap", "kid"}
    | {"steel", "silver", "gold", "golden", "metallic", "bronze", "copper", "tan", "cream", "sand", "wine", "coffee"}
    | {"rose", "slate", "melange", "rust", "peach", "plum", "multi", "he", "his", "him", "her", "she", "sport"}
    | {"fall", "spring", "training", "evening", "trip", "traditional", "office", "casual", "formal", "party"}
)

# Attribute -> value -> the words that state it. The words of the value itself state it too.
SYNONYMS: Mapping[str, Mapping[str, Sequence[str]]] = {
    GENDER: {
        "Men": ("man", "men", "male", "gentleman", "gentlemen", "guy", "him", "his", "he", "masculine", "dude"),
        "Women": ("woman", "women", "female", "lady", "ladies", "her", "hers", "she", "feminine", "girl", "girly"),
        "Boys": ("boy", "son", "kid", "little boy"),
        "Girls": ("girl", "daughter", "kid", "girly", "little girl"),
        "Unisex": ("unisex", "everyone", "men and women", "women and men", "him and her", "kid"),
    },
    COLOUR: {
        "Blue": ("blue", "navy", "navy blue", "denim blue", "sky blue", "indigo", "turquoise blue"),
        "Navy Blue": ("navy", "navy blue", "blue", "dark blue"),
        "Turquoise Blue": ("turquoise", "blue", "aqua"),
        "Teal": ("teal", "blue", "green"),
        "Grey": ("grey", "gray", "charcoal", "slate"),
        "Grey Melange": ("grey", "gray", "melange"),
        "Charcoal": ("charcoal", "grey", "gray"),
        "Silver": ("silver", "steel", "metallic"),
        "Steel": ("steel", "silver", "metallic"),
        "White": ("white", "off white", "ivory"),
        "Off White": ("off white", "cream", "ivory", "white"),
        "Cream": ("cream", "off white", "ivory"),
        "Beige": ("beige", "cream", "tan", "sand", "khaki"),
        "Khaki": ("khaki", "olive", "beige"),
        "Olive": ("olive", "green"),
        "Green": ("green", "olive", "lime", "sea green", "fluorescent green"),
        "Brown": ("brown", "tan", "chocolate", "coffee", "coffee brown"),
        "Coffee Brown": ("coffee", "brown"),
        "Tan": ("tan", "brown"),
        "Maroon": ("maroon", "burgundy", "red", "wine"),
        "Burgundy": ("burgundy", "maroon", "wine", "red"),
        "Red": ("red", "maroon", "crimson", "raspberry", "scarlet"),
        "Purple": ("purple", "lavender", "violet", "mauve", "plum"),
        "Lavender": ("lavender", "purple"),
        "Pink": ("pink", "fuchsia", "fuschia", "magenta", "rose", "peach"),
        "Magenta": ("magenta", "pink"),
        "Peach": ("peach", "pink", "orange"),
        "Orange": ("orange", "rust"),
        "Rust": ("rust", "orange", "brown"),
        "Yellow": ("yellow", "mustard", "lemon"),
        "Mustard": ("mustard", "yellow"),
        "Gold": ("gold", "golden"),
        "Bronze": ("bronze", "copper"),
        "Copper": ("copper", "bronze"),
        "Black": ("black",),
        "Multi": ("multi", "multicolour", "multicolor", "multicoloured", "multicolored"),
    },
    ARTICLE: {
        "Tshirts": ("tshirt", "t shirt", "tee", "polo"),
        "Casual Shoes": ("shoe", "sneaker", "trainer"),
        "Sports Shoes": ("shoe", "sneaker", "trainer"),
        "Formal Shoes": ("shoe", "derby", "brogue", "oxford"),
        "Flip Flops": ("flip flop", "flipflop", "slipper", "thong"),
        "Handbags": ("handbag", "hand bag", "bag", "purse", "tote"),
        "Backpacks": ("backpack", "rucksack", "bag"),
        "Tops": ("top", "tunic", "blouse", "tshirt", "t shirt"),
        "Track Pants": ("track pant", "pant", "bottom"),
        "Trousers": ("trouser", "pant", "chino"),
        "Jeans": ("jean", "denim"),
        "Sweaters": ("sweater", "pullover", "cardigan", "jumper"),
        "Watches": ("watch", "timepiece", "chronograph"),
        "Flats": ("flat", "sandal", "ballerina", "shoe"),
        "Heels": ("heel", "pump", "shoe", "sandal"),
        "Caps": ("cap", "hat"),
    },
    USAGE: {
        "Casual": ("casual", "everyday", "every day", "laidback", "laid back"),
        "Formal": ("formal", "office", "business"),
        "Sports": ("sport", "sporty", "running", "training", "workout", "gym"),
        "Smart Casual": ("smart casual", "semi formal", "casual"),
        "Party": ("party", "evening"),
        "Ethnic": ("ethnic", "traditional"),
        "Travel": ("travel", "trip"),
    },
}
