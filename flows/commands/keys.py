"""Flows: the command `keys`, which makes, lists and revokes the keys of the service, and reports what they used."""

import time
from typing import Annotated, Any

import typer

from components.core.errors import UsageError
from flows.commands.common import Debug, Json, exit_on_error, print_result


def keys_command(  # noqa: PLR0913  each is an option of the command line
    create: Annotated[str | None, typer.Option(metavar="NAME", help="Make a key; it is printed once.")] = None,
    revoke: Annotated[str | None, typer.Option(metavar="NAME", help="Make a key invalid from now on.")] = None,
    usage: Annotated[bool, typer.Option("--usage", help="Print what was used, with prices, by month.")] = False,
    month: Annotated[
        str | None, typer.Option(help="For --usage: such as 2026-11, or all; by default this one.")
    ] = None,
    quota: Annotated[int, typer.Option(min=0, help="For --create: outputs a month, 0 for any number.")] = 0,
    rate: Annotated[int, typer.Option(min=0, help="For --create: requests a minute, 0 for any number.")] = 0,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the keys of the service; or make one, revoke one, or report what they used.

    The service needs keys as soon as it listens beyond this machine. Only a digest of a key is kept.
    """
    with exit_on_error(debug):
        from flows.console import keys as shown
        from flows.keys import create_key, list_keys, report_usage, revoke_key

        if sum((create is not None, revoke is not None, usage)) > 1:
            raise UsageError("Several of --create, --revoke and --usage were given", expected="one of them")
        found: dict[str, Any]
        if create is not None:
            print_result(create_key(create, quota, rate), shown.show_created, as_json)
        elif revoke is not None:
            print_result(revoke_key(revoke), shown.show_revoked, as_json)
        elif usage:
            print_result(report_usage(month, time.time()), shown.show_usage, as_json)
        else:
            found = list_keys()
            print_result(found, shown.show_keys, as_json)
