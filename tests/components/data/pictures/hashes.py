"""Tests: perceptual hashes and their Hamming distance."""

from hypothesis import strategies as st

# Hashes of 16 bits, so that near duplicates are frequent.
hashes = st.integers(0, 2**16 - 1).map(lambda value: f"{value:04x}")


def distance(first: str, second: str) -> int:
    return (int(first, 16) ^ int(second, 16)).bit_count()
