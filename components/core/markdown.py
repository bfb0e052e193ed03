"""Core: text of data in Markdown."""

import re

SPECIAL = re.compile(r"([\\`*_\[\]|<>&#~])")


def markdown(text: str) -> str:
    r"""Return a text on one line with its Markdown escaped, so that names and prompts cannot add markup.

    >>> print(markdown("<b>a|b</b>"))
    \<b\>a\|b\</b\>
    """
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
