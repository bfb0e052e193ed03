"""Core: hides the passwords and tokens of addresses in what people read: messages, logs, tags, reports."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

# The user info of an address ends at the last `@` before a blank, as a password may contain `@` itself; it may contain
# blanks up to its first `@`, unless it begins as a port does. Without a colon it ends before the first slash: an `@`
# after it belongs to a path, as in https://example.org/@ada.
_BEFORE_BLANK = r"(?:(?!\w{1,20}://)\S){0,2000}"  # without a limit, a hostile text takes minutes
_WITH_BLANKS = r"(?!\d{1,5}(?:[^\w@]|$))(?:(?!\w{1,20}://)[^@\n]){0,2000}@"
_USER_INFO = re.compile(rf"(?<=://)(?:[^\s/:@]*:(?:{_WITH_BLANKS}(?:{_BEFORE_BLANK}@)?|{_BEFORE_BLANK}@)|[^\s/:?#]+@)")
_SECRET = r"(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|secret_?key|signature|credential)"
_IN_QUERY = re.compile(rf"([?&;][\w.\-]*{_SECRET}[\w.\-]*=)[^\s&;#'\"]+", re.IGNORECASE)
_SETTING = re.compile(
    r"((?<![?&;])\b\w*(?:password|passwd|passphrase|pwd|secret|_token|api_?key|access_?key)\s?=\s?)"
    r"('[^']*'|\"[^\"]*\"|[^\s&;,'\")}\]]+)",
    re.IGNORECASE,
)
_QUOTED_KEY = re.compile(rf"([\"'][\w\-]*{_SECRET}[\"']\s*:\s*)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_HEADER = re.compile(r"(Authorization['\"]?\s*[:=]\s*['\"]?(?:\w+\s+)?)[^\s'\"]+", re.IGNORECASE)


def mask(text: str) -> str:
    """Return a text with the user info and the secrets of its addresses, headers and settings replaced by `***`.

    Where it is not clear what is a password, more is masked than needed.

    >>> mask("MLflow does not answer at http://me:secret@example.org:5000/api?token=abc&page=2")
    'MLflow does not answer at http://***@example.org:5000/api?token=***&page=2'
    >>> mask("postgresql+psycopg2://u:p%40ss@w@h/db failed: host=h password=secret")
    'postgresql+psycopg2://***@h/db failed: host=h password=***'
    >>> mask("sqlite:////home/ada@work/atelier.db and https://example.org/@ada")
    'sqlite:////home/ada@work/atelier.db and https://example.org/@ada'
    """
    if "://" in text:
        text = _IN_QUERY.sub(rf"\1{MASK}", _USER_INFO.sub(f"{MASK}@", text))
    text = _SETTING.sub(rf"\1{MASK}", _QUOTED_KEY.sub(rf'\1"{MASK}"', text))
    return _HEADER.sub(rf"\1{MASK}", text)


def mask_address(address: str) -> str:
    """Return an address without its user info and secrets. Here the password may contain anything, blanks included.

    >>> mask_address("postgresql://me:p@ /ss@example.org/db")
    'postgresql://***@example.org/db'
    """
    scheme, separator, rest = address.partition("://")
    before, at, host = rest.rpartition("@")
    is_user_info = bool(at) and (":" in before.partition("/")[0] or "/" not in before)
    return mask(f"{scheme}{separator}{MASK}@{host}" if is_user_info and separator else address)


def mask_values(value: Any) -> Any:
    """Return a value of JSON with all its texts masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {name: mask_values(inner) for name, inner in value.items()}
    return [mask_values(inner) for inner in value] if isinstance(value, list | tuple) else value
