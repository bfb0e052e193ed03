"""Benchmarks: the ways to answer a comment whose latency is measured."""

import http.client
import json
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from threading import local
from urllib.parse import urlsplit

import pandas as pd

from components.core.config import parse_config
from components.core.records import Snapshot
from components.core.run_log import QuietLog
from components.recipes.failure_modes import RECIPE
from components.recipes.failure_modes.candidates import load_model
from components.recipes.failure_modes.model_files import MODEL
from components.recipes.failure_modes.predict.classifier import open_classifier
from components.recipes.failure_modes.predict.pyfunc import Served
from components.recipes.failure_modes.predict.together import Together

Answer = Callable[[str], object]
PARTS = ("pump", "hose", "l/h bucket cyl", "gearbox", "valve", "motor", "slew ring", "track roller", "aircon", "boom")
SAID = {
    "Leak": ("leaking", "oil leak", "seal gone", "dripping"),
    "Crack": ("cracked", "broken", "weld failed", "split"),
    "Heat": ("overheating", "running hot", "over temp", "smoking"),
    "Loose": ("loose", "bolts missing", "fell off", "rattling"),
    "Electrical": ("no power", "short circuit", "lights flicker", "sensor fault"),
    "Blocked": ("blocked", "choked", "plugged", "no flow"),
}
WHERE = ("", "on night shift", "after service", "near cab", "again, please check and repair")


def invented() -> tuple[list[str], list[str]]:
    """Return 1,200 comments with their failure modes."""
    rows = [
        (f"{part} {said} {where}".strip(), label)
        for label, words in SAID.items()
        for part, said, where in product(PARTS, words, WHERE)
    ]
    return [text for text, _ in rows], [label for _, label in rows]


def in_process(
    candidate: str, texts: Sequence[str], labels: Sequence[str], models: Sequence[str], folder: Path
) -> dict[str, Answer]:
    """Return what `mlflow models serve` calls, and two plainer ways.

    The first two give the whole answer of a version as MLflow loads it: a table of one comment, which is read as in the
    training, its probabilities, the reason to abstain, and the words that moved it. The last is a plain program.
    """
    place = version(candidate, texts, labels, models, folder)
    classifier = open_classifier(place)
    together, alone = Served(classifier, Together(classifier.answers).answers), Served(classifier, classifier.answers)
    return {
        "computed together": lambda text: together.predict(pd.DataFrame({"text": [text]})),
        "each thread for itself": lambda text: alone.predict(pd.DataFrame({"text": [text]})),
        "loaded by each request": lambda text: load_model(place / MODEL).probabilities([text]),
    }


def version(candidate: str, texts: Sequence[str], labels: Sequence[str], models: Sequence[str], folder: Path) -> Path:
    """Train one candidate, and return the folder of its files."""
    fields = {
        "model": "latency",
        "recipe": "failure-modes",
        "about": "The classifier whose latency is measured.",
        "data": {"catalogue": "comments.csv", "reading": {"abbreviations": {"cyl": "cylinder"}}},
        "train": {"candidates": [candidate], "sentence_models": list(models)},
        "promote": {"primary": "f1_macro"},
    }
    config = parse_config(RECIPE.config, fields, "latency.yaml", RECIPE.metrics)
    rows = [{"text": text, "label": label} for text, label in zip(texts, labels, strict=True)]
    return RECIPE.train(config, Snapshot("latency", folder, {"train": rows}), folder, QuietLog())[0].folder


def over_http(url: str) -> Answer:
    """Return what asks a running `mlflow models serve`; each client keeps its connection."""
    own, place = local(), urlsplit(url)

    def answer(text: str) -> bytes:
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection(str(place.hostname), place.port)
        body = json.dumps({"dataframe_records": [{"text": text}]})
        own.connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
        response = own.connection.getresponse()
        found: bytes = response.read()
        if response.status != http.client.OK:
            raise SystemExit(f"{url} answered {response.status}: {found[:200].decode()}")
        return found

    return answer
