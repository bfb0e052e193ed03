"""Data: everything about image files: read, squared, grouped by likeness, shown side by side."""
