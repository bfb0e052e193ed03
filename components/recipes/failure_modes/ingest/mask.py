"""Failure modes: replaces personal details in a comment: names, phone numbers, plates, vehicle numbers, addresses."""

import re
from collections.abc import Callable, Mapping, Sequence

from components.recipes.failure_modes.reading import Detail

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_VIN = re.compile(r"(?<!\w)(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{17}(?!\w)", re.IGNORECASE)
# Nine digits or more with a sign, a leading zero, or brackets; dates and part numbers have fewer, or none of these.
_PHONE = re.compile(r"(?<![\w.-])(?:\+|\(?0)\d*\)?(?:[ ()./-]{0,2}\d){7,13}(?![\w-])")
_AFTER_PHONE = re.compile(r"(?i)\b(ph|phone|tel|mob|mobile|call|ring)(\W{1,3})(\d[\d -]{5,}\d)")
# A plate is known by the word before it, or by the form of British and German ones; others look like part numbers.
_AFTER_PLATE = re.compile(
    r"(?i)\b(rego?|regn|registration|number plate|licen[cs]e plate|plate)(\W{1,3}(?:no\.? )?)"
    r"((?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4})\b"
)
_PLATE = re.compile(r"\b(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{2,4}(?!\d))\b")
# Words after which a person is named; alone, many names are words of a workshop too: Jack, Rod, Mark.
_CUES = (
    r"mr|mrs|ms|miss|mister|operator|driver|fitter|mechanic|technician|boilermaker|electrician|foreman|supervisor|"
    r"reported by|requested by|req by|called by|advised by|found by|done by|completed by|signed by|as per|spoke to|"
    r"spoke with|contact|attn|informed|ask for|handed to|inspector"
)
_CUE = re.compile(rf"(?i)\b({_CUES})\b(\W{{1,3}})")
_NAME = re.compile(r"[A-Z][a-zà-ÿ'-]+(?: [A-Z][a-zà-ÿ'-]+)?|[A-Z]\. ?[A-Z][A-Za-z'-]+")
_IN_CAPITALS = re.compile(r"[A-Z][A-Z'-]+")
_NO_SURNAME = re.compile(
    r"\w+(?:ED|ING)|THE|AND|TO|ON|AT|IN|FOR|HAS|HAD|SAID|SAYS|FOUND|WILL|RE|OFF|OUT|IS|WAS|ABOUT|FROM"
)
# Frequent given names that are no words of maintenance: in capitals nothing else tells a name from a word.
_GIVEN = frozenset(
    """
    adam alan andrew andy anna anthony barry ben brian bruce chris craig dan daniel darren dave david dean dennis doug
    emma eric gary geoff george glenn graham greg harry ian james jane jason jeff jim john jonathan karen keith ken
    kevin kim laura lee linda luke maria martin mary matt matthew michael mick mike neil nigel paul peter phil philip
    richard robert roger ross ryan sam sarah scott sean shane simon stephen steve steven stuart sue susan terry thomas
    tim tom tony trevor wayne
    """.split()  # noqa: SIM905  a hundred quoted names are harder to read
)


def mask_details(text: str, details: Sequence[Detail], names: Sequence[str] = ()) -> str:
    """Return the text with each detail replaced by `<email>`, `<vin>`, `<phone>`, `<plate>` or `<name>`.

    >>> mask_details("Operator John Smith 0412 345 678, rego ABC-123", ("names", "phones", "plates"))
    'Operator <name> <phone>, rego <plate>'
    """
    for detail, masked in MASKS.items():
        if detail in details:
            text = masked(text)
    return _listed(text, names) if "names" in details and names else text


def _emails(text: str) -> str:
    return _EMAIL.sub("<email>", text) if "@" in text else text


def _vins(text: str) -> str:
    return _VIN.sub("<vin>", text) if len(text) > 16 else text


def _phones(text: str) -> str:
    if sum(map(str.isdigit, text)) < 6:
        return text
    return _AFTER_PHONE.sub(r"\1\2<phone>", _PHONE.sub("<phone>", text))


def _plates(text: str) -> str:
    return _PLATE.sub("<plate>", _AFTER_PLATE.sub(r"\1\2<plate>", text))


def _names(text: str) -> str:
    parts, at = [], 0
    for cue in _CUE.finditer(text):
        end = _end_of_name(text, cue.end())
        if end > cue.end() >= at:
            parts += [text[at : cue.end()], "<name>"]
            at = end
    return "".join([*parts, text[at:]])


def _end_of_name(text: str, at: int) -> int:
    """Return where a name that begins here ends, or `at` if none does."""
    mixed = any(letter.islower() for letter in text)
    if mixed and (found := _NAME.match(text, at)):
        return found.end()
    first = _IN_CAPITALS.match(text.upper(), at)
    if first is None or first[0].lower() not in _GIVEN:
        return at
    second = _IN_CAPITALS.match(text.upper(), first.end() + 1) if text[first.end() : first.end() + 1] == " " else None
    return first.end() if mixed or second is None or _NO_SURNAME.fullmatch(second[0]) else second.end()


def _listed(text: str, names: Sequence[str]) -> str:
    wanted = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?i)\b(?:{wanted})\b", "<name>", text)


MASKS: Mapping[Detail, Callable[[str], str]] = {  # in this order: the digits of a vehicle number are no phone number
    "emails": _emails,
    "vins": _vins,
    "phones": _phones,
    "plates": _plates,
    "names": _names,
}
