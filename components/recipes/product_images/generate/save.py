"""Product images: generated pictures as files, with what they were generated from in their metadata."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from components.data.pictures.grid import write_contact_sheet

GRID = "grid.png"
WIDEST = 4  # pictures in a row of the grid


def picture_files(pictures: Sequence[bytes], seeds: Sequence[int], facts: Mapping[str, str]) -> dict[str, bytes]:
    """Return PNG files by name: one for each seed, and a grid of all. The pixels of the single ones do not change."""
    files = {
        f"seed-{seed}.png": with_facts(picture, {**facts, "seed": str(seed)})
        for seed, picture in zip(seeds, pictures, strict=True)
    }
    every_seed = ", ".join(map(str, seeds))
    return {GRID: with_facts(_grid(files, seeds, facts), {**facts, "seeds": every_seed}), **files}


def with_facts(picture: bytes, facts: Mapping[str, str]) -> bytes:
    """Return the PNG with these texts in its metadata (iTXt, UTF-8)."""
    info = PngInfo()
    for name, text in sorted(facts.items()):
        info.add_itxt(name, text)
    content = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.save(content, "PNG", pnginfo=info)
    return content.getvalue()


def _grid(files: Mapping[str, bytes], seeds: Sequence[int], facts: Mapping[str, str]) -> bytes:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        which = " version ".join(facts[name] for name in ("model", "version") if name in facts)
        labels = [(f"seed {seed}", which) for seed in seeds]
        sheet = folder / GRID
        write_contact_sheet(sheet, [folder / name for name in files], labels, min(len(files), WIDEST))
        return sheet.read_bytes()
