"""Core: texts that are data, such as names and reasons, shown as they are: in figures, in Markdown, on a terminal."""

import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

SPECIAL = re.compile(r"([\\`*_\[\]|<>&#~$])")


def markdown(text: str) -> str:
    r"""Return a text on one line with its Markdown escaped, so that names and prompts cannot add markup.

    >>> print(markdown("<b>a|b</b>"))
    \<b\>a\|b\</b\>
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def printable(text: str) -> str:
    r"""Return a text without control characters, which could colour or clear a terminal. Line breaks stay.

    >>> printable("\x1b[31mRed\x07\n")
    '[31mRed\n'
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


@contextmanager
def plain_figures() -> Iterator[None]:
    """Make matplotlib show every text as it is: `$` begins no formula, and a character that its font lacks is a box.

    It holds for figures that are both made and saved within it; as a decorator, within the function.
    """
    import matplotlib as mpl  # it takes half a second, and most of what imports this module draws nothing

    with mpl.rc_context({"text.parse_math": False, "text.usetex": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield
