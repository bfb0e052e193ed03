"""Products: a batch: so many products without near duplicates among them, where finished ones are reused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.core.predictor import Check
from components.products import store
from components.products.config import ProductLine
from components.products.look_alike import LooksSeen
from components.products.make import Wanted, make_products, product_id
from components.products.predictors import Models
from components.products.product import Found, Product

WAVE = 16  # products that are generated together; each is the same as alone
ROUNDS = 3  # how often places of near duplicates are filled again

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """The products of a batch in their order, and the ids of the near duplicates that were made for it and left out."""

    products: Sequence[Product]
    replaced: Sequence[str]
    reused: int  # products that were there already

    @property
    def passed(self) -> list[Product]:
        return [product for product in self.products if product.passed]

    @property
    def flagged(self) -> list[Product]:
        return [product for product in self.products if not product.passed]


@dataclass(slots=True)
class Places:
    """The places of a batch: filled ones, and those whose first product looks like another one of the batch."""

    seen: LooksSeen
    filled: dict[int, Product] = field(default_factory=dict)
    twins: dict[int, Product] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    reused: int = 0

    def put(self, place: int, product: Product) -> None:
        """Put a product in its place, unless it looks like an earlier one."""
        twin = self.seen.twin_of(product.picture)
        if twin is not None and place in self.twins:
            self.replaced.append(product.id)
            return
        if twin is not None:
            self.twins[place] = with_twin(product, twin)
            return
        self.seen.add(product.picture, product.id)
        self.filled[place] = product
        if place in self.twins:
            self.replaced.append(self.twins.pop(place).id)


@dataclass(frozen=True, slots=True)
class Line:
    """A product line that is ready: its settings, its models, and the folder of its products."""

    settings: ProductLine
    models: Models
    folder: Path


def make_batch(line: Line, wheres: Sequence[Mapping[str, Any]], seed: int, on_progress: OnProgress) -> Batch:
    """Return a product for each of `wheres`, the first with `seed`, each next one with the next seed.

    A near duplicate of an earlier product of the batch makes room for one with a seed after those of the batch; after
    some rounds it stays, and says so. Products are kept in the folder as soon as they are made: a batch that was
    killed goes on where it was.
    """
    store.clear_unfinished(line.folder)
    places = Places(LooksSeen(line.settings.checks.near_duplicate_bits))
    left, total = list(range(len(wheres))), len(wheres)
    for _ in range(1 + ROUNDS):
        wanted = [Wanted(wheres[place], seed + number) for number, place in enumerate(left)]
        _fill(line, places, left, wanted, lambda: on_progress(len(places.filled), total))
        seed, left = seed + len(left), sorted(places.twins)
        if not left:
            break
    on_progress(total, total)
    every = places.filled | places.twins
    return Batch([every[place] for place in range(total)], places.replaced, places.reused)


def _fill(
    line: Line, places: Places, left: Sequence[int], wanted: Sequence[Wanted], on_made: Callable[[], None]
) -> None:
    for place, (product, kept) in zip(left, _found_or_made(line, wanted), strict=True):
        places.put(place, product)
        places.reused += kept
        if not kept:  # those that are there already say nothing about the time that the others take
            on_made()


def with_twin(product: Product, twin: str) -> Product:
    """Return a product with the check that it failed: it looks like another one of its batch."""
    said = f"The picture is a near duplicate of product {twin} of the same batch, expected one that differs."
    return replace(product, checks=(*product.checks, Found("line", Check("near_duplicate", False, said), True)))


def _found_or_made(line: Line, wanted: Sequence[Wanted]) -> Iterator[tuple[Product, bool]]:
    """Yield each wanted product, and whether it was kept already. What is missing of a wave is made together."""
    for start in range(0, len(wanted), WAVE):
        wave = wanted[start : start + WAVE]
        kept = [store.find(line.folder, product_id(line.models, line.settings, one)) for one in wave]
        missing = [one for one, product in zip(wave, kept, strict=True) if product is None]
        fresh = iter(make_products(line.models, line.settings, missing) if missing else ())
        for product in kept:
            yield (product, True) if product is not None else (_kept(line.folder, next(fresh)), False)


def _kept(folder: Path, product: Product) -> Product:
    store.keep(folder, product)
    return product
