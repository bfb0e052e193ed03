"""Data: find products that have the picture of another article type."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from components.core.files import file_digest
from components.data.catalogue.catalogue import Catalogue
from components.data.catalogue.schema import ARTICLE, Refusal, Refused, Row
from components.data.pictures.prepare import Prepared


def pictures_of_other_articles(catalogue: Catalogue, prepared: Sequence[Prepared]) -> dict[int, Refused]:
    """Return, by id, the prepared products whose picture is byte for byte that of another article type.

    All rows of the catalogue count, not only selected ones. The article type of the majority of rows with the picture
    is taken as right; without a majority all are refused, since a wrong picture harms training more than a missing one.
    Only files of the same size as a prepared one are read.
    """
    content_of = {product.id: product.content for product in prepared}
    rows = {row.id: row for row in catalogue.rows}
    sharing = _sharing(catalogue, rows, content_of)
    disputed = {content: ids for content, ids in sharing.items() if len({rows[i].values[ARTICLE] for i in ids}) > 1}
    return {
        product: _refused(product, disputed[content], rows)
        for product, content in content_of.items()
        if content in disputed and not _has_majority(product, disputed[content], rows)
    }


def _sharing(catalogue: Catalogue, rows: Mapping[int, Row], content_of: Mapping[int, str]) -> dict[str, list[int]]:
    """Return the products of each picture, by its sha256, for the pictures in `content_of`."""
    files = catalogue.files
    sizes = {files.sizes[product] for product in content_of}
    wanted = set(content_of.values())
    sharing: dict[str, list[int]] = defaultdict(list)
    for product in sorted(rows.keys() & files.pictures.keys()):
        if files.sizes[product] in sizes:
            content = content_of.get(product) or file_digest(files.pictures[product])
            sharing[content].append(product)
    return {content: ids for content, ids in sharing.items() if content in wanted}


def _has_majority(product: int, sharing: Sequence[int], rows: Mapping[int, Row]) -> bool:
    votes = Counter(rows[other].values[ARTICLE] for other in sharing)
    return 2 * votes[rows[product].values[ARTICLE]] > len(sharing)


def _refused(product: int, sharing: Sequence[int], rows: Mapping[int, Row]) -> Refused:
    own = rows[product].values[ARTICLE]
    others = [f"{other} ({rows[other].values[ARTICLE]})" for other in sharing if other != product]
    detail = f"{own} with the picture of {', '.join(others)}"
    return Refused(str(product), Refusal.OTHER_ARTICLE, detail, rows[product])
