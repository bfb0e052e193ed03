"""components / data / drawn catalogue: which products have which defect of the real data set."""

from collections.abc import Mapping, Sequence

UNSEEN_IDS: Sequence[int] = range(10_001, 10_001 + 3 * 1200, 3)  # 1,200 Casual Shoes
OTHER_IDS: Sequence[int] = range(30_002, 30_002 + 7 * 504, 7)  # 42 of each other article type

# Defect -> the numbers of Casual Shoes and of other products that have it. No product has two defects.
COUNTS: Mapping[str, tuple[int, int]] = {
    # styles.csv
    "surplus_comma": (6, 3),  # an unquoted comma in productDisplayName: eleven fields
    "two_surplus_commas": (1, 1),
    "bare_quote": (2, 2),  # `3.5" Sole` unquoted
    "usage_na": (8, 4),  # the text NA
    "usage_blank": (1, 1),
    "colour_na": (3, 2),
    "name_na": (2, 1),
    "season_blank": (4, 2),
    "year_blank": (1, 1),  # makes pandas read the column as float
    "stray_spaces": (6, 4),  # doubled, leading or trailing in productDisplayName
    "test_row": (0, 1),  # RTV_LoadTest
    "usage_other": (12, 6),  # Smart Casual, Party, Formal, Sports: no defect, but not Casual
    # pictures
    "no_picture": (4, 2),
    "same_picture": (18, 6),  # byte for byte the picture of another product of the same type
    "same_picture_other_article": (4, 3),  # byte for byte the picture of a product of another type
    "near_same_picture": (8, 4),  # another product's picture, scaled and compressed once more
    "grey_background": (24, 8),  # padding with white would leave a seam
    "small_picture": (3, 2),  # 30 x 40 pixels
    "truncated": (3, 1),
    "zero_byte": (2, 1),
    "not_an_image": (2, 1),  # an HTML page that says Not Found
    "cmyk": (3, 1),
    "png_16_bit": (2, 1),
    "palette": (3, 1),
    "exif_rotated": (4, 2),  # stored lying on its side, orientation 6
    "huge_claim": (1, 1),  # a PNG of 60 bytes that claims 60000 x 60000 pixels
    # styles/<id>.json
    "inline_styles": (60, 30),
    "table": (12, 6),
    "link": (12, 6),
    "double_escaped": (12, 6),
    "no_description": (3, 2),
    "no_style_file": (2, 2),
}

SIDE_FILES: Sequence[str] = (
    "images/._10001.jpg",
    "images/._30002.jpg",
    "images/.DS_Store",
    "images/Thumbs.db",
    "styles/._10001.json",
    "styles/.DS_Store",
)


def _assign_defects(counts: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, ...]]:
    """Return the ids of each defect: every third product in order, so that the originals of duplicates lie between."""
    unseen, other = iter(UNSEEN_IDS[1::3]), iter(OTHER_IDS[1::3])
    return {
        name: tuple(next(unseen) for _ in range(first)) + tuple(next(other) for _ in range(second))
        for name, (first, second) in counts.items()
    }


PLANTED: Mapping[str, tuple[int, ...]] = _assign_defects(COUNTS)


def defect_of(product: int) -> str:
    """Return the product's defect, or an empty text."""
    return _DEFECT.get(product, "")


_DEFECT: Mapping[int, str] = {product: name for name, ids in PLANTED.items() for product in ids}


def original_of(product: int) -> int:
    """Return the product whose picture this one shows; most show their own.

    A duplicate shows the sound product before it, or, across article types, a sound product of the other range.
    """
    defect = defect_of(product)
    if defect in ("same_picture", "near_same_picture"):
        return product - (3 if product < OTHER_IDS[0] else 7)
    if defect == "same_picture_other_article":
        place = PLANTED[defect].index(product)
        return OTHER_IDS[3 * place] if product < OTHER_IDS[0] else UNSEEN_IDS[3 * place]
    return product
