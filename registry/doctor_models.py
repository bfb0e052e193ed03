"""Registry: what `doctor` says of each model: whether its YAML, base model and catalogue are here, its schedule."""

from collections.abc import Iterator

from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.recipes import get_recipe, model_names, read_config
from registry.aliases import production
from registry.health import Line, note, problem
from registry.schedules import scheduled, why_unscheduled
from registry.settings import settings


def models() -> Iterator[Line]:
    """Yield a line on the base model and the catalogue of each model, and one on its schedule.

    What is missing is a problem if the model has a version in production.
    """
    folder = settings().models
    for name in model_names(folder):
        try:
            config = read_config(folder, name)
            yield from _needs(config)
        except AtelierError as error:
            yield problem("model", f"{name}: {str(error).rstrip('.')}", f"correct {folder / f'{name}.yaml'}")
        else:
            yield _schedule(config)


def _needs(config: ModelConfig) -> Iterator[Line]:
    missing = [need for need in get_recipe(config.recipe).needs(config, None) if not need.found and not need.optional]
    if not missing:
        yield Line("model", f"{config.model}: everything that it needs is on this machine")
        return
    lacks = ", ".join(f"{need.what} {need.name}" for need in missing)
    act = f"`atelier check {config.model}` says how to get what is missing"
    if production(config.model):
        yield problem("model", f"{config.model} is in production, and this machine lacks {lacks}", act)
    else:
        yield note("model", f"{config.model}: this machine lacks {lacks}", act)


def _schedule(config: ModelConfig) -> Line:
    why = why_unscheduled(config)
    if why is None:
        found = ", ".join(f"{flow} {config.schedule.in_words(flow)}" for flow in scheduled(config))
        return Line("schedule", f"{config.model}: {found} ({config.schedule.time_zone})")
    act = f"if it should, correct `schedule:` in {config.model}.yaml or what is missing, and run `make deploy`"
    return note("schedule", f"{config.model} does not run by itself: {why.partition(': ')[0].rstrip('.')}", act)
