"""components / data / drawn catalogue: the lines of styles.csv and images.csv."""

from collections.abc import Callable, Iterable, Mapping

from components.data.drawn_catalogue.drawing.articles import ARTICLES
from components.data.drawn_catalogue.planted import defect_of
from components.data.drawn_catalogue.products import Product

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"
Fields = dict[str, str]

# The fields that a defect changes in a row. Nothing is quoted, as in the real file.
ROW_DEFECTS: Mapping[str, Callable[[Fields], Fields]] = {
    "surplus_comma": lambda row: {"name": row["name"].replace(f" {row['colour']} ", f" {row['colour']}, White ")},
    "two_surplus_commas": lambda row: {"name": f"{row['name']}, Box, and Spare Laces"},
    "bare_quote": lambda row: {"name": row["name"].replace(f" {row['colour']} ", f' 3.5" {row["colour"]} ')},
    "usage_na": lambda row: {"usage": "NA"},
    "usage_blank": lambda row: {"usage": ""},
    "colour_na": lambda row: {"colour": "NA"},
    "name_na": lambda row: {"name": "NA"},
    "season_blank": lambda row: {"season": ""},
    "year_blank": lambda row: {"year": ""},
    "stray_spaces": lambda row: {"name": f"{row['name'].replace(' ', '  ', 1)} "},
    "test_row": lambda row: {"usage": "", "year": "2018", "name": "RTV_LoadTest"},
}


def style_line(product: Product) -> str:
    """Return the product's line of styles.csv, with its defect."""
    kind = ARTICLES[product.article]
    row: Fields = {
        "id": str(product.id),
        "gender": product.gender,
        "category": kind.category,
        "subcategory": kind.subcategory,
        "article": product.article,
        "colour": product.colour,
        "season": product.season,
        "year": str(product.year),
        "usage": product.usage,
        "name": product.name,
    }
    change = ROW_DEFECTS.get(defect_of(product.id))
    return ",".join((row | change(row) if change else row).values())


def styles_csv(products: Iterable[Product]) -> str:
    """Return the text of styles.csv."""
    return "\n".join([HEADER, *(style_line(product) for product in products)]) + "\n"


def images_csv(products: Iterable[Product]) -> str:
    """Return the text of images.csv; a product without a picture has the link `undefined`, as in the real data set."""
    lines = ["filename,link"]
    for product in products:
        missing = defect_of(product.id) == "no_picture"
        lines.append(f"{product.id}.jpg,{'undefined' if missing else f'http://images.example/{product.id}_images.jpg'}")
    return "\n".join(lines) + "\n"
