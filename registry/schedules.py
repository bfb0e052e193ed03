"""Registry: when a model's flows run by themselves on this machine, and why they do not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from components.core.config import ModelConfig
from components.recipes import get_recipe


def scheduled(config: ModelConfig) -> Mapping[str, str]:
    """Return the cron expression of each flow that runs by itself; none if the model lacks something on this machine.

    A flow that is scheduled and cannot work would fail week after week.
    """
    return {} if why_unscheduled(config) else config.schedule.expressions


def why_unscheduled(config: ModelConfig) -> str | None:
    """Return a sentence that says why no flow of the model runs by itself, None if one does."""
    if not config.schedule.expressions:
        return f"{config.model}.yaml has no schedule."
    needs = get_recipe(config.recipe).needs(config, None)
    missing = ", ".join(f"the {need.what} {need.name}" for need in needs if not need.found and not need.optional)
    return f"{config.model} lacks {missing}: `atelier check {config.model}` says how to get it." if missing else None


def schedule_status(config: ModelConfig, now: datetime) -> dict[str, Any]:
    """Return the next run of each scheduled flow, in the time zone of the schedule, or in `none` why there is none."""
    schedule = config.schedule
    runs = [
        {
            "flow": flow,
            "cron": cron,
            "in_words": schedule.in_words(flow),
            "next": schedule.next_run(flow, now).isoformat(),
        }
        for flow, cron in scheduled(config).items()
    ]
    return {"time_zone": schedule.time_zone, "runs": runs, "none": why_unscheduled(config)}


def unscheduled(models: Sequence[ModelConfig]) -> list[str]:
    """Return why, for each model of which no flow runs by itself."""
    return [sentence for sentence in map(why_unscheduled, models) if sentence]
