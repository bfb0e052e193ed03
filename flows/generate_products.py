"""Flows: generates a batch of products of a line and exports it. Opens no MLflow run and starts no server."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.core.errors import UsageError
from components.core.files import digest_of
from components.core.recipe import RunLog
from components.products.balance import balanced, known_values
from components.products.batch import Line, make_batch
from components.products.config import ProductLine
from components.products.export.write import existing, write_export
from components.products.report import report_of
from components.products.request import merged, spelled
from components.products.sign import signer
from flows.console.bars import progress_log
from registry.product_lines import find_line, open_line
from registry.settings import REPOSITORY, settings


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How many products, the seed of the first one (that of the line if None), constraints, a column to balance."""

    count: int
    seed: int | None = None
    where: Sequence[str] = ()  # COLUMN=VALUE, or COLUMN=VALUE,VALUE
    balanced: str = ""


def generate_products(name: str, options: BatchOptions, to: Path | None) -> dict[str, Any]:
    """Generate products and write them into a new folder, completely or not at all; return what is in it.

    Finished products are kept under ATELIER_HOME, so that the same command goes on after a kill.

    Args:
        name: of the product line.
        options: of the batch.
        to: a folder that does not exist yet; by default one under ATELIER_HOME, named after the batch.

    Raises:
        UsageError: the line, a constraint or the folder is not usable.
    """
    line = find_line(name)
    where = merged(line.where, read_where(line, options.where), f"The product line {name}")
    sign = signer(line.sign, line.export.label, REPOSITORY)
    with progress_log() as log:
        opened = open_line(name, log)
        if where != line.where:
            where = spelled(where, known_values(opened.models.attributes, line.where))
        batch_name = digest_of([opened.models.origins, line.model_dump(mode="json"), where, asdict(options)])
        folder = to or settings().home / "generated" / name / f"products-{batch_name}"
        found = existing(folder, batch_name)
        if found is None:
            facts = {"batch": batch_name, "line": name, "where": where, "options": asdict(options)}
            made = _make(opened, where, options, log)
            report = report_of(made, line.checks.near_duplicate_bits)
            found = write_export(folder, made.products, line, sign, {**facts, "report": report})
            return {**found, "folder": str(folder), "complete": False}
    return {**found, "folder": str(folder), "complete": True}


def read_where(line: ProductLine, constraints: Sequence[str]) -> dict[str, list[str]]:
    """Return constraints by column.

    Raises:
        UsageError: one is not written as COLUMN=VALUE.
    """
    found: dict[str, list[str]] = {}
    for constraint in constraints:
        word, equals, values = constraint.partition("=")
        if not equals or not word.strip() or not values.strip():
            raise UsageError(f"--where {constraint!r} is no constraint", act="write it as baseColour=Red")
        column = line.column(word.strip())
        found.setdefault(column, []).extend(value.strip() for value in values.split(",") if value.strip())
    return found


def _make(line: Line, where: dict[str, Any], options: BatchOptions, log: RunLog) -> Any:
    if options.balanced:
        column = line.settings.column(options.balanced)
        wheres = balanced(line.models.attributes, where, column, options.count)
    else:
        wheres = [where] * options.count
    seed = line.settings.seed if options.seed is None else options.seed
    return make_batch(line, wheres, seed, lambda done, total: log.progress("make products", done, total))
