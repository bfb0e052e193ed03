"""Flows: the commands about pictures: people rate them, and folders of any origin are scored."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from components.core.errors import UsageError
from flows.commands.common import Debug, Json, Model, command, one_sentence
from flows.commands.common import show as show_found


def rate(
    model: Model,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0 takes any free one.")] = 5100,
    pictures: Annotated[int, typer.Option(min=1, help="How many pictures of each subject.")] = 8,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Print what people said so far instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --results: print one JSON object.")] = False,
) -> None:
    """Let people rate the pictures blind, real ones among them: realism, category, quality, from 1 to 5."""
    with command(False, model):
        if as_json and not results:
            raise UsageError("--json was given without --results, and only results are printed: add --results.")
        words = ["--port", str(port), "--pictures", str(pictures), "--open" if show else "--no-open"]
        chosen = [flag for flag, given in (("--results", results), ("--json", as_json)) if given]
        # The door takes this process over: Ctrl-C, SIGTERM and the exit code are its own. Flows do not import it.
        os.execv(sys.executable, [sys.executable, "-m", "deployments", "rate", model, *words, *chosen])


def score_pictures(  # noqa: PLR0913  each is a word of the command line
    folder: Annotated[Path, typer.Argument(help="A folder of pictures: jpg, png or webp.")],
    reference: Annotated[Path, typer.Option(help="A folder of real pictures to score against.")],
    against: Annotated[Path | None, typer.Option(help="A second folder: is the first one better?")] = None,
    captions: Annotated[Path | None, typer.Option(help="File names with captions, .json or .csv: CLIP score.")] = None,
    extractor: Annotated[str, typer.Option(help="Whose features FID and KID are measured on.")] = "starter-vision",
    image_text: Annotated[str, typer.Option(help="Who says how well picture and caption agree.")] = "starter-vision",
    seed: Annotated[int, typer.Option(help="Draws the splits of the real pictures and the groups left out.")] = 0,
    report: Annotated[Path | None, typer.Option(help="A folder that gets scores.md and scores.json.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score any folder of pictures against real ones, with intervals, and say what their number can decide."""
    with one_sentence(debug):
        from components.recipes.product_images.folders.scores import ScoringSettings
        from flows.console.pictures import show_folder_scores
        from flows.score_pictures import score_pictures as run

        scoring = ScoringSettings(extractor, image_text, seed)
        found = run([folder, *([against] if against else [])], reference, captions, scoring, report)
        show_found(found, show_folder_scores, as_json)


def check_records(
    files: Annotated[
        list[Path], typer.Argument(help="Records of FID and CLIP scores, and captions by file name: JSON.")
    ],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find side files that were scored as pictures in stored score records, and give the means without them."""
    with one_sentence(debug):
        from flows.check_records import check_records as run
        from flows.console.pictures import show_records

        show_found(run(files), show_records, as_json)
