"""Flows: the commands `rate`, `score-pictures` and `check-records`, about pictures."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from components.core.errors import UsageError
from flows.commands.common import Debug, Json, Model, command, exit_on_error, print_result


def rate_command(
    model: Model,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0 for any free one.")] = 5100,
    each: Annotated[int, typer.Option("--each", "--pictures", min=1, help="How many outputs of each subject.")] = 8,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Print the results so far instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --results: print one JSON object.")] = False,
) -> None:
    """Serve a page on which people rate generated and real pictures, or texts, blind, from 1 to 5."""
    with command(False, model):
        if as_json and not results:
            raise UsageError("--json was given without --results", expected="both", act="add --results")
        options = ["--port", str(port), "--each", str(each), "--open" if show else "--no-open"]
        flags = [flag for flag, given in (("--results", results), ("--json", as_json)) if given]
        # The page's server replaces this process, so that it gets Ctrl-C and SIGTERM. Flows never import deployments.
        os.execv(sys.executable, [sys.executable, "-m", "deployments", "rate", model, *options, *flags])


def score_pictures_command(  # noqa: PLR0913  each is an option of the command line
    folder: Annotated[Path, typer.Argument(help="A folder of pictures: jpg, png or webp.")],
    reference: Annotated[Path, typer.Option(help="A folder of real pictures to score against.")],
    against: Annotated[Path | None, typer.Option(help="A second folder to compare the first one with.")] = None,
    captions: Annotated[Path | None, typer.Option(help="Captions by file name, .json or .csv: CLIP score.")] = None,
    extractor: Annotated[str, typer.Option(help="Extractor of the features for FID and KID.")] = "starter-vision",
    image_text: Annotated[str, typer.Option(help="Image-text model for the CLIP score.")] = "starter-vision",
    seed: Annotated[int, typer.Option(help="Seed of the splits of real pictures and of the left-out groups.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Folder in which scores.md and scores.json are written.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score a folder of pictures against real ones, with intervals, and say what this many pictures can decide."""
    with exit_on_error(debug):
        from components.recipes.product_images.folders.scores import ScoringSettings
        from flows.console.pictures import show_folder_scores
        from flows.score_pictures import score_pictures as run

        scoring = ScoringSettings(extractor, image_text, seed)
        found = run([folder, *([against] if against else [])], reference, captions, scoring, report)
        print_result(found, show_folder_scores, as_json)


def check_records_command(
    files: Annotated[
        list[Path], typer.Argument(help="JSON files: records of FID and CLIP scores, and captions by file name.")
    ],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find side files (._*) that stored score records count as pictures, and print the means without them."""
    with exit_on_error(debug):
        from flows.check_records import check_records as run
        from flows.console.pictures import show_records

        print_result(run(files), show_records, as_json)
