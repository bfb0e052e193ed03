"""Product descriptions: words without their endings, so that spellings of one value are equal."""

from functools import lru_cache


@lru_cache(maxsize=100_000)  # the same words come again and again
def stem(value: str) -> str:
    """Return what is equal for spellings of one value: letters and digits, without a plural's ending.

    >>> stem("T-Shirts") == stem("tshirt"), stem("Watches") == stem("watch"), stem("Dress"), stem("women's")
    (True, True, 'dress', 'women')
    """
    letters = "".join(letter for letter in value.casefold() if letter.isalnum())
    if letters.endswith(("ches", "shes", "sses", "xes")):
        return letters[:-2]
    return letters[:-1] if letters.endswith("s") and not letters.endswith("ss") else letters
