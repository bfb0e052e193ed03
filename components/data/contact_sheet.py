"""Data: a contact sheet, some pictures of a snapshot with their captions on one page that a person looks at."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIDE, GAP, LINE = 192, 16, 17  # pixels
PAPER, INK, MUTED = (255, 255, 255), (34, 48, 60), (107, 122, 136)
FRAME = (228, 233, 237)


def write_contact_sheet(path: Path, pictures: Sequence[Path], labels: Sequence[tuple[str, str]], columns: int) -> None:
    """Write the pictures row by row as a PNG, each with two lines below it, shortened to the picture's width."""
    rows = -(-len(pictures) // columns)
    cell = (SIDE + GAP, SIDE + 2 * LINE + GAP + 4)
    sheet = Image.new("RGB", (columns * cell[0] + GAP, rows * cell[1] + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = GAP + place % columns * cell[0], GAP + place // columns * cell[1]
        sheet.paste(_thumbnail(picture), (x, y))
        draw.rectangle((x - 1, y - 1, x + SIDE, y + SIDE), outline=FRAME)
        _write(draw, label, x, y + SIDE + 4)
    sheet.save(path, format="PNG", optimize=True)


def _thumbnail(picture: Path) -> Image.Image:
    with Image.open(picture) as file:
        return file.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _write(draw: ImageDraw.ImageDraw, label: tuple[str, str], x: int, y: int) -> None:
    font = ImageFont.load_default(12)
    for line, (text, ink) in enumerate(zip(label, (INK, MUTED), strict=True)):
        draw.text((x, y + line * LINE), _shortened(draw, text, font), fill=ink, font=font)


def _shortened(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    short = text
    while short and draw.textlength(short if short == text else f"{short}...", font) > SIDE:
        short = short[:-1].rstrip()
    return short if short == text else f"{short}..."
