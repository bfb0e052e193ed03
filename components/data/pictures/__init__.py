"""Data: image files: reading, squaring, finding near duplicates, and grids of pictures."""
