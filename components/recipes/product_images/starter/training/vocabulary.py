"""components / product images / starter / training: a byte-pair tokenizer of our own, in CLIP's format."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from transformers import CLIPTokenizer

START, END = "<|startoftext|>", "<|endoftext|>"
WORD = re.compile(r"[a-z]+|[0-9]|[^\sa-z0-9]+")


def byte_symbols() -> list[str]:
    """Return the 256 printable characters that stand for the bytes 0..255 (Radford et al., 2019, GPT-2)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


def learn_merges(texts: Iterable[str], count: int) -> list[tuple[str, str]]:
    """Return the `count` most frequent pairs, merged greedily (Sennrich et al., 2016, algorithm 1)."""
    words = Counter(word for text in texts for word in WORD.findall(text.lower()))
    split = {word: (*word[:-1], word[-1] + "</w>") for word in words}
    merges: list[tuple[str, str]] = []
    while len(merges) < count:
        pairs = _pairs(split, words)
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        split = {word: _merged(parts, best) for word, parts in split.items()}
    return merges


def _pairs(split: Mapping[str, tuple[str, ...]], words: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """Return how often each two parts are neighbours, over all words."""
    pairs: Counter[tuple[str, str]] = Counter()
    for word, parts in split.items():
        for pair in pairwise(parts):
            pairs[pair] += words[word]
    return pairs


def _merged(parts: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    result: list[str] = []
    for part in parts:
        if result and (result[-1], part) == pair:
            result[-1] = part = "".join(pair)
        else:
            result.append(part)
    return tuple(result)


def make_tokenizer(texts: Iterable[str], merges: int = 700) -> CLIPTokenizer:
    """Return a tokenizer of 77 positions trained on the texts; other words fall back to bytes."""
    pairs = learn_merges(texts, merges)
    symbols = byte_symbols()
    names = [*symbols, *(symbol + "</w>" for symbol in symbols), *("".join(pair) for pair in pairs), START, END]
    vocabulary = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return CLIPTokenizer(vocab=vocabulary, merges=pairs, model_max_length=77)  # type: ignore[arg-type]
