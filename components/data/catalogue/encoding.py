"""Data: the text of a table whose encoding nobody names, and which of its lines were in another one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

# In this order: the mark of UTF-32 (little endian) begins with that of UTF-16.
MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8",
}
WESTERN = "cp1252"  # what Excel writes in Western Europe and America; it includes the letters of Latin-1
_HEAD = 128  # bytes, which the header fills; its letters are ASCII
_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[^\W\d_]+")
_SYMBOL_IN_WORD = re.compile(r"[^\W\d_][¢-§¬±-³µ¶¹¼-¿][^\W\d_]")  # letters of Central Europe, read as Western ones


@dataclass(frozen=True, slots=True)
class Decoded:
    """The lines of a table without their ends. `other` are the places of lines that are not in `encoding`."""

    lines: Sequence[str]
    encoding: str
    ends: str = "LF"  # of lines: LF, CRLF or CR
    marked: bool = False  # by a byte order mark
    other: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """The encoding as it is written elsewhere: UTF-8, Windows-1252."""
        return "Windows-1252" if self.encoding == WESTERN else self.encoding.upper().replace("_", "-")


def decode(data: bytes) -> Decoded:
    r"""Return the lines of a table. A byte order mark or zero bytes name UTF-16 and UTF-32; the default is UTF-8.

    A table with lines that are not UTF-8 is in Windows-1252, unless charset-normalizer finds another script in it. If
    only some of its lines with letters outside ASCII are not UTF-8, these lines alone are read as Windows-1252.

    >>> decode("a\r\nb".encode("utf-16")).lines
    ['a', 'b']
    """
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    encoding = MARKS[mark] if mark else _wide(data[:_HEAD]) or "utf-8"
    if encoding != "utf-8":
        return _decoded(data.decode(encoding, "replace"), encoding, bool(mark))
    try:
        return _decoded(data.decode("utf-8-sig"), encoding, bool(mark))
    except UnicodeDecodeError:
        return _mixed(data.removeprefix(mark), bool(mark))


def _wide(head: bytes) -> str:
    """Return the encoding of two or four bytes a letter, found by where the zero bytes of ASCII letters are."""
    quarters = [head[place::4].count(0) > len(head) / 8 for place in range(4)]
    wide = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return wide.get((quarters[0], quarters[1], quarters[2], quarters[3]), "")


def _mixed(data: bytes, marked: bool) -> Decoded:
    """Return the text of a table with bytes that are not UTF-8. All encodings in question keep the ASCII line ends."""
    ends = _ends(data.decode("latin-1"))
    lines = data.replace(b"\r\n", b"\n").split(b"\r" if ends == "CR" else b"\n")
    other = frozenset(place for place, line in enumerate(lines) if not _is_utf8(line))
    if any(not line.isascii() for place, line in enumerate(lines) if place not in other):
        texts = [_western(line) if place in other else line.decode() for place, line in enumerate(lines)]
        return Decoded(texts, "utf-8", ends, marked, other)
    encoding = _legacy(b"\n".join(lines[place] for place in sorted(other)))
    texts = [_western(line) if encoding == WESTERN else line.decode(encoding, "replace") for line in lines]
    return Decoded(texts, encoding, ends, marked, other)


def _legacy(data: bytes) -> str:
    """Return Windows-1252, or the encoding that charset-normalizer finds if Windows-1252 cannot be right.

    The library alone confuses the Western and Central European encodings, in which most bytes are letters. So its
    answer counts where Windows-1252 would put symbols into words, or where words are wholly in another script.
    """
    best = from_bytes(data).best()
    if best is None or best.encoding.startswith(("utf", "ascii")):
        return WESTERN
    words = [word for word in _WORD.findall(str(best)) if not word.isascii()]
    foreign = [word for word in words if not any(letter < "\u0250" for letter in word)]
    another_script = len(foreign) == len(words) and any(len(word) > 2 for word in foreign)
    symbols = len(_SYMBOL_IN_WORD.findall(_western(data)))
    return best.encoding if another_script or 4 * symbols > len(words) else WESTERN


def _western(line: bytes) -> str:
    try:
        return line.decode(WESTERN)
    except UnicodeDecodeError:  # five bytes mean nothing in it
        return line.decode("latin-1")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(text: str, encoding: str, marked: bool) -> Decoded:
    ends = _ends(text)
    return Decoded(text.replace("\r\n", "\n").split("\r" if ends == "CR" else "\n"), encoding, ends, marked)


def _ends(text: str) -> str:
    """Return how the first line ends: with a line feed, both, or as on old Macs with a carriage return."""
    first = _END.search(text)
    return {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[first[0] if first else "\n"]
