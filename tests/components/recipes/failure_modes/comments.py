"""Invented comments of technicians, small enough to fit every candidate in a test."""

from itertools import product

WORDS = {
    "Leak": ("leaking", "oil leak", "leaks oil", "seeping"),
    "Crack": ("cracked", "crack found", "broken", "split"),
    "Heat": ("overheating", "running hot", "too hot", "over temp"),
}
PARTS = ("pump", "hose", "l/h cyl", "gearbox", "valve", "motor")


def comments() -> tuple[list[str], list[str]]:
    """Return 72 texts, and the class of each."""
    found = [(f"{part} {said}", label) for label, words in WORDS.items() for part, said in product(PARTS, words)]
    return [text for text, _ in found], [label for _, label in found]
