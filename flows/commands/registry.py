"""Flows: the commands that ask the registry: what stands, what happened, is it whole, which is better."""

from flows.commands.common import Debug, Json, Model, command, show, with_status


def status(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show the versions of a model, their scores, and which one is in production."""
    with command(debug, model):
        from flows.show import show_versions

        show(with_status(model, {}), show_versions, as_json)
