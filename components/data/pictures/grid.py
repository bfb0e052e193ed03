"""Data: PNG files of many pictures: a grid with labelled rows and columns, and a contact sheet of files."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from torch import Tensor  # contact sheets do not need torch, whose import takes seconds

SMALLEST, LARGEST = 176, 256  # pixels of a cell's side: pictures are scaled to fit between them
MARGIN, GAP = 28, 10
INK, MUTED, PALE, PAPER = "#1f2328", "#6b7a88", "#d8dee4", "white"
TITLE, TEXT, LEADING = 17, 15, 5  # font sizes of row labels and column heads, and line spacing
WIDEST_LABEL = 220
SHEET_CELL, SHEET_GAP, SHEET_LINE = 192, 16, 17  # pixels, of a contact sheet


@dataclass(frozen=True)
class Layout:
    """Positions and sizes, in pixels."""

    cell: tuple[int, int]
    labels: Sequence[str]  # wrapped into lines
    heads: Sequence[str]
    left: int  # of the first column
    top: int  # of the first row

    def corner(self, row: int, column: int) -> tuple[int, int]:
        return self.left + column * (self.cell[0] + GAP), self.top + row * (self.cell[1] + GAP)

    @property
    def size(self) -> tuple[int, int]:
        right, bottom = self.corner(len(self.labels), len(self.heads))
        return right - GAP + MARGIN, bottom - GAP + MARGIN


def save_grid(
    rows: Sequence[tuple[str, "Tensor"]], columns: Sequence[str], path: Path, scale: float | None = None
) -> None:
    """Save a PNG on white, with one row of pictures per label and one column per text.

    Args:
        rows: labels with their pictures, uint8 (columns, 3, H, W), all of one size.
        columns: the text above each column. Texts are wrapped, and cut with an ellipsis if they are too long.
        path: of the PNG.
        scale: the magnification of pictures; by default one that makes small pictures visible.
    """
    layout = _lay_out(rows, columns, scale)
    canvas = Image.new("RGB", layout.size, PAPER)
    pen = ImageDraw.Draw(canvas)
    for column, head in enumerate(layout.heads):
        left, top = layout.corner(0, column)
        pen.multiline_text((left, top - GAP), head, INK, _font(TEXT), anchor="ld", spacing=LEADING)
    for row, label in enumerate(layout.labels):
        _, top = layout.corner(row, 0)
        pen.multiline_text((MARGIN, top + layout.cell[1] // 2), label, INK, _font(TITLE), anchor="lm", spacing=LEADING)
        for column, picture in enumerate(rows[row][1]):
            _paste(canvas, picture, layout.corner(row, column), layout.cell)
    canvas.save(path, optimize=True)


def _lay_out(rows: Sequence[tuple[str, "Tensor"]], columns: Sequence[str], scale: float | None) -> Layout:
    height, width = rows[0][1].shape[-2:]
    side = max(height, width)
    zoom = scale or (LARGEST / side if side > LARGEST else -(-SMALLEST // side))
    cell = round(width * zoom), round(height * zoom)
    labels = [_wrap(label, WIDEST_LABEL, cell[1] // (TITLE + LEADING + 2), TITLE) for label, _ in rows]
    heads = [_wrap(text, cell[0], 6, TEXT) for text in columns]
    widest = max(_font(TITLE).getlength(line) for label in labels for line in label.splitlines())
    top = MARGIN + max(len(head.splitlines()) for head in heads) * (TEXT + LEADING) + GAP
    return Layout(cell, labels, heads, MARGIN + int(widest) + 2 * GAP, top)


def differing_words(texts: Sequence[str]) -> list[str]:
    """Return the texts without the words at both ends that all of them share, as short labels.

    >>> differing_words(["a photo of a red shoe , on white", "a photo of a blue boot , on white"])
    ['red shoe', 'blue boot']
    """
    words = [text.split() for text in texts]
    if len(set(texts)) < 2:
        return list(texts)
    before = _shared(words)
    after = _shared([row[before:][::-1] for row in words])
    return [
        " ".join(row[before : len(row) - after]).strip(" ,") or text for row, text in zip(words, texts, strict=True)
    ]


def _shared(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of first words that all rows share."""
    return len(list(takewhile(lambda places: len(set(places)) == 1, zip(*rows, strict=False))))


def _paste(canvas: Image.Image, picture: "Tensor", corner: tuple[int, int], size: tuple[int, int]) -> None:
    left, top = corner
    shown = Image.fromarray(picture.permute(1, 2, 0).numpy()).resize(size, Image.Resampling.LANCZOS)
    canvas.paste(shown, corner)
    edge = (left - 1, top - 1, left + size[0], top + size[1])
    ImageDraw.Draw(canvas).rectangle(edge, outline=PALE)  # separates white backgrounds from the white canvas


def _wrap(text: str, width: int, lines: int, size: int) -> str:
    """Wrap a text into lines of at most this width in pixels. The last line ends with an ellipsis if text is cut."""
    font, wrapped = _font(size), [""]
    for word in text.replace(" ,", ",").split():
        longer = f"{wrapped[-1]} {word}".strip()
        if wrapped[-1] and font.getlength(longer) > width:
            wrapped.append(word)
        else:
            wrapped[-1] = longer
    if len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], f"{wrapped[lines - 1]} …"]
    return "\n".join(wrapped)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def write_contact_sheet(path: Path, pictures: Sequence[Path], labels: Sequence[tuple[str, str]], columns: int) -> None:
    """Write a PNG of the pictures row by row, each with two lines of text, cut to the picture's width."""
    rows = -(-len(pictures) // columns)
    cell = (SHEET_CELL + SHEET_GAP, SHEET_CELL + 2 * SHEET_LINE + SHEET_GAP + 4)
    sheet = Image.new("RGB", (columns * cell[0] + SHEET_GAP, rows * cell[1] + SHEET_GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = SHEET_GAP + place % columns * cell[0], SHEET_GAP + place // columns * cell[1]
        sheet.paste(_thumbnail(picture), (x, y))
        draw.rectangle((x - 1, y - 1, x + SHEET_CELL, y + SHEET_CELL), outline=PALE)
        _write(draw, label, x, y + SHEET_CELL + 4)
    sheet.save(path, format="PNG", optimize=True)


def _thumbnail(picture: Path) -> Image.Image:
    with Image.open(picture) as file:
        return file.convert("RGB").resize((SHEET_CELL, SHEET_CELL), Image.Resampling.LANCZOS)


def _write(draw: ImageDraw.ImageDraw, label: tuple[str, str], x: int, y: int) -> None:
    font = ImageFont.load_default(12)
    for line, (text, ink) in enumerate(zip(label, (INK, MUTED), strict=True)):
        draw.text((x, y + line * SHEET_LINE), _shortened(draw, text, font), fill=ink, font=font)


def _shortened(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    short = text
    while short and draw.textlength(short if short == text else f"{short}...", font) > SHEET_CELL:
        short = short[:-1].rstrip()
    return short if short == text else f"{short}..."
