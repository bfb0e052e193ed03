"""Product descriptions: from the products of a catalogue to rows with a text, each kept or refused with a reason."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from components.core.errors import DataError
from components.recipes.product_descriptions.config import BoilerplateSettings, DataSettings
from components.recipes.product_descriptions.example import ATTRIBUTES
from components.recipes.product_descriptions.ingest.boilerplate import find_boilerplate, without_boilerplate
from components.recipes.product_descriptions.ingest.clean import Cleaned, clean, fit
from components.recipes.product_descriptions.ingest.products import (
    Product,
    spelled_alike,
    with_article,
    without_long_values,
)
from components.recipes.product_descriptions.score.lexicon import parts_of
from components.recipes.product_descriptions.score.word_stems import stem

LANGUAGE = "en"  # the lexicon, the reading level and the starter are English
SPELLED = tuple(name for name in ATTRIBUTES if name not in ("productDisplayName", "year"))
WITHOUT_BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class DescribedRow:
    """A product with its text, and the repairs that were made; `refused` says why it is not used, or is empty."""

    product: Product
    text: str
    repairs: tuple[str, ...] = ()
    refused: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        return {name: self.product.attributes[name] for name in ATTRIBUTES if self.product.attributes.get(name)}


@dataclass(frozen=True, slots=True)
class DescribedRows:
    """The rows that match `data.where`, how many do not, and the boilerplate that was found in their texts."""

    rows: Sequence[DescribedRow]
    not_selected: int
    boilerplate: Mapping[str, int]
    texts: Sequence[str]  # of the usable rows, before boilerplate was removed

    @property
    def kept(self) -> list[DescribedRow]:
        return [row for row in self.rows if not row.refused]


def described_rows(products: Sequence[Product], data: DataSettings) -> DescribedRows:
    """Return the selected rows with their texts. A row that could not be read is refused, selected or not.

    Raises:
        DataError: no product matches `data.where`.
    """
    alike = spelled_alike((with_article(without_long_values(product)) for product in products), SPELLED)
    selected = [product for product in alike if product.refused or matches(product, data.where)]
    if not any(not product.refused for product in selected):
        raise _nothing_selected(alike, data.where)
    found = [Cleaned("", refused=p.refused) if p.refused else clean(p.markup, LANGUAGE) for p in selected]
    texts = [cleaned.text for cleaned in found if not cleaned.refused]
    boilerplate = find_boilerplate(texts, data.boilerplate.share)
    fitted = [
        fit(_less(cleaned, boilerplate, data.boilerplate), data.words.fewest, data.words.most) for cleaned in found
    ]
    rows = [
        DescribedRow(product, cleaned.text, (*product.repairs, *cleaned.repairs), cleaned.refused)
        for product, cleaned in zip(selected, fitted, strict=True)
    ]
    return DescribedRows(rows, len(products) - len(selected), boilerplate, texts)


def matches(product: Product, where: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a product has, in any spelling, an accepted value in every column of `where`."""
    return all(
        {stem(part) for part in parts_of(product.attributes.get(column, ""))} & {stem(value) for value in accepted}
        for column, accepted in where.items()
    )


def _less(cleaned: Cleaned, boilerplate: Mapping[str, int], settings: BoilerplateSettings) -> Cleaned:
    if cleaned.refused or settings.rule == "keep":
        return cleaned
    text = without_boilerplate(cleaned.text, boilerplate)
    return cleaned if text == cleaned.text else Cleaned(text, (*cleaned.repairs, WITHOUT_BOILERPLATE))


def _nothing_selected(products: Iterable[Product], where: Mapping[str, Sequence[str]]) -> DataError:
    usable = [product for product in products if not product.refused]
    for column, accepted in where.items():
        if not any(matches(product, {column: accepted}) for product in usable):
            counts = Counter(product.attributes[column] for product in usable if product.attributes.get(column))
            shown = ", ".join(f"{value} ({count:,})" for value, count in counts.most_common(12))
            return DataError(
                f"No product has {column} {' or '.join(accepted)}; the catalogue has {shown or 'no values'}",
                act=f"correct data.where.{column}",
            )
    found = "No product has all of data.where at once, though each occurs" if where else "No product can be read"
    return DataError(found, act="loosen data.where" if where else "look at the reasons in quarantined.csv")
