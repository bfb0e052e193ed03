"""Fixtures: a short time with two events and a killed training, simulated once."""

import pytest
import torch

from benchmarks.replay.plan import Event, Kind, Plan
from benchmarks.replay.simulate import Replay, simulate

SHORT = Plan(
    events=(
        Event("Colours", "Green shoes.", Kind.COLOUR, 25, 60, 0.8, ("colour", "season", "picture")),
        Event("Camera", "Grey backgrounds.", Kind.GREY, 44, 53, 1.0, ("white_background", "brightness", "picture")),
    ),
    killed_after=20,
    days=60,
    arrivals=5.0,
    lifetime=50,
)


@pytest.fixture(scope="session")
def short() -> Replay:
    torch.set_num_threads(1)
    return simulate(SHORT)
