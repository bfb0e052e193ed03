"""Flows: the commands `generate-products`, `export-products` and `augment`, about generated products."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, Model, command, exit_on_error, print_result, quiet
from flows.commands.signals import handle_signals

LineName = Annotated[
    str,
    typer.Argument(help="A product line: the name of a YAML file in deployments/products, such as starter-products."),
]
MOST = 100_000


def generate_products_command(  # noqa: PLR0913  each is an option of the command line
    line: LineName,
    n: Annotated[int, typer.Option("--n", "-n", min=1, max=MOST, help="How many.")] = 20,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Of the first one; each next one has the next seed. By default the line's."),
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="What the products have, e.g. baseColour=Red,Blue. May be repeated.")
    ] = None,
    balanced: Annotated[
        str, typer.Option(help="A column whose values are made equally often, the rarest first, e.g. baseColour.")
    ] = "",
    to: Annotated[
        Path | None, typer.Option(help="A new folder; by default one in generated/ under ATELIER_HOME.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Generate whole products whose parts agree, checked; write a catalogue and CSV files for shops.

    The same command goes on where it was after a kill. What fails its checks in each try is listed, and not exported.
    """
    with _ready(debug):
        from flows.console.products import show_products
        from flows.generate_products import BatchOptions, generate_products

        options = BatchOptions(n, seed, tuple(where or ()), balanced)
        print_result(generate_products(line, options, _absolute(to)), show_products, as_json)


def export_products_command(
    line: LineName,
    to: Annotated[Path, typer.Option(help="A new folder.")],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Export the products of a line that people approved on the page of `make serve`, with their edited texts."""
    with _ready(debug):
        from flows.console.products import show_products
        from flows.export_products import export_approved

        print_result(export_approved(line, to.expanduser().absolute()), show_products, as_json)


@contextmanager
def _ready(debug: bool) -> Iterator[None]:
    handle_signals()
    quiet(debug)
    with exit_on_error(debug):
        from registry.answering import require_mlflow
        from registry.environment import prepare_environment
        from registry.home_rights import require_writable_home
        from registry.settings import tracking_uri

        require_writable_home()
        prepare_environment()
        require_mlflow(tracking_uri())
        yield


def _absolute(path: Path | None) -> Path | None:
    return path.expanduser().absolute() if path else None


def augment_command(
    model: Model,
    n: Annotated[int, typer.Option("--n", "-n", min=8, max=10_000, help="How many examples to generate.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of real examples, and of the generated ones.")] = 0,
    version: Annotated[
        str | None, typer.Option(help="A number, Production, Challenger, or base; by default Production.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Does it help? Train classifiers on real examples, with and without generated ones; test them on real ones."""
    with command(debug, model) as config:
        from flows.augment import augment
        from flows.console.products import show_augmentation

        print_result(augment(config, version, n, seed), show_augmentation, as_json)
