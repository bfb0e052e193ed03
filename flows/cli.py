"""Flows: the command line. Nothing heavy is imported before a command is chosen."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, NoReturn

import typer

from components.core.errors import AtelierError, DataError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Keep models alive: ingest, train, evaluate, promote. A model is a YAML file in deployments/models.",
)

Model = Annotated[str, typer.Argument(help="A model: the name of a YAML file in deployments/models, such as starter.")]
Catalogue = Annotated[
    str | None,
    typer.Option(help="A folder in the Kaggle layout (styles.csv, images/, ...) instead of the one in the YAML."),
]
Set = Annotated[list[str] | None, typer.Option("--set", help="Override a field of the YAML, e.g. train.steps=200.")]
SnapshotName = Annotated[str, typer.Option(help="A snapshot's digest.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else.")]
Debug = Annotated[bool, typer.Option(help="Show the whole traceback of an error, and Prefect's log.")]

FAILED, WRONG_USAGE, NOTHING_PROMOTED, INTERRUPTED, TERMINATED = 1, 2, 3, 130, 143


@app.command()
def ingest(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Turn a catalogue into a snapshot: every row is kept, repaired or quarantined, and split 70/15/15 by content."""
    with _command(debug, model, set_):
        from flows.ingest import ingest as run
        from flows.show import show_account

        account = run(model, _folder(catalogue), set_)
        _show(account, show_account, as_json)


@app.command()
def train(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Train on a snapshot and register every checkpoint as a version; an interrupted training goes on."""
    with _command(debug, model, set_):
        from flows.show import show_versions
        from flows.train import train as run

        _show(_with_status(model, {"trained": run(model, snapshot, set_)}), show_versions, as_json)


@app.command()
def evaluate(
    model: Model,
    snapshot: SnapshotName = "latest",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score every checkpoint and the bare base model on the same prompts and seeds."""
    with _command(debug, model, set_):
        from flows.evaluate import evaluate as run
        from flows.show import show_versions

        run(model, snapshot, set_)
        _show(_with_status(model, {}), show_versions, as_json)


@app.command()
def promote(  # noqa: PLR0913  each is a word of the command line
    model: Model,
    snapshot: SnapshotName = "latest",
    version: Annotated[str | None, typer.Option(help="Decide on this one alone: a number, or Challenger.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Promote --version against the policy, not untried.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="A person approves, where the YAML asks for it.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is forced or approved; it is kept for ever.")] = "",
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Move the alias Production to the best version, if it deserves it. Exit code 3: nothing was promoted."""
    with _command(debug, model, set_):
        from flows.orders import Order
        from registry.aliases import version_called

        order = Order(version_called(model, version) if version else None, force, approve, reason)

        from flows.promote import promote as run  # starts Prefect, which a wrong order need not wait for
        from flows.show import show_decisions
        from registry.moves import end_of_ledger

        said = run(model, snapshot, dry_run, set_, order.version, force, approve, reason)
        decisions = [asdict(decision) for decision in said]
        found = {"model": model, "dry_run": dry_run, "decisions": decisions, "ledger": end_of_ledger(model)}
        _show(found, show_decisions, as_json)
    if not any(d["verdict"] == "PROMOTE" for d in decisions):
        raise typer.Exit(NOTHING_PROMOTED)


@app.command()
def rollback(
    model: Model,
    reason: Annotated[str, typer.Option(help="Why; it is kept for ever.")],
    to: Annotated[str | None, typer.Option(help="A version; by default the one that was in production before.")] = None,
    smoke: Annotated[bool, typer.Option("--smoke/--no-smoke", help="Try it first; without, only in need.")] = True,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Put the alias Production back where it was."""
    with _command(debug, model):
        from flows.rollback import rollback as run
        from flows.show import show_rollback
        from registry.aliases import version_called

        began = perf_counter()
        run(model, version_called(model, to) if to else None, reason, smoke)
        _show(_with_status(model, {"seconds": round(perf_counter() - began, 1)}), show_rollback, as_json)


@app.command()
def lifecycle(
    model: Model, catalogue: Catalogue = None, set_: Set = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Go the whole round: ingest, train, evaluate, promote. What stands already is found, not done again."""
    with _command(debug, model, set_):
        from flows.show import show_round
        from flows.standing import standing
        from registry.home import settings

        stood = standing(model, _folder(catalogue), set_ or [])
        if not stood:
            from flows.lifecycle import lifecycle as run

            run(model, _folder(catalogue), set_)
        grid = settings().reports / model / "grid.png"
        _show(_with_status(model, {"stood": stood, "grid": str(grid) if grid.is_file() else None}), show_round, as_json)


@app.command()
def status(model: Model, as_json: Json = False, debug: Debug = False) -> None:
    """Show the versions of a model, their scores, and which one is in production."""
    with _command(debug, model):
        from flows.show import show_versions

        _show(_with_status(model, {}), show_versions, as_json)


@app.command()
def rate(
    model: Model,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0 takes any free one.")] = 5100,
    pictures: Annotated[int, typer.Option(min=1, help="How many pictures of each subject.")] = 8,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    results: Annotated[bool, typer.Option("--results", help="Print what people said so far instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --results: print one JSON object.")] = False,
) -> None:
    """Let people judge the pictures blind, real ones among them: realism, category, quality, from 1 to 5."""
    with _command(False, model):
        if as_json and not results:
            raise UsageError("--json was given without --results, and only results are printed: add --results.")
        words = ["--port", str(port), "--pictures", str(pictures), "--open" if show else "--no-open"]
        chosen = [flag for flag, given in (("--results", results), ("--json", as_json)) if given]
        # The door takes this process over: Ctrl-C, SIGTERM and the exit code are its own. Flows do not import it.
        os.execv(sys.executable, [sys.executable, "-m", "deployments", "rate", model, *words, *chosen])


@app.command("score-pictures")
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
    with _one_sentence(debug):
        from components.recipes.product_images.folder_scores import Judging
        from flows.score_pictures import score_pictures as run
        from flows.show import show_folder_scores

        judging = Judging(extractor, image_text, seed)
        found = run([folder, *([against] if against else [])], reference, captions, judging, report)
        _show(found, show_folder_scores, as_json)


@app.command("check-records")
def check_records(
    files: Annotated[
        list[Path], typer.Argument(help="Records of FID and CLIP scores, and captions by file name: JSON.")
    ],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Find side files that were scored as pictures in stored score records, and give the means without them."""
    with _one_sentence(debug):
        from flows.check_records import check_records as run
        from flows.show import show_records

        _show(run(files), show_records, as_json)


@contextmanager
def _command(debug: bool, model: str, overrides: list[str] | None = None) -> Iterator[None]:
    """Check the model and its overrides before Prefect is started."""
    from components.recipes import read_config
    from registry.environment import prepare_environment
    from registry.home import settings

    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if debug else "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_ROOT_LEVEL", "WARNING" if debug else "ERROR")
    signal.signal(signal.SIGTERM, _terminate)  # else the ephemeral server would be left behind
    with _one_sentence(debug):
        read_config(settings().models, model, overrides or [])
        prepare_environment()
        yield


@contextmanager
def _one_sentence(debug: bool) -> Iterator[None]:
    """Turn errors into one sentence and an exit code."""
    try:
        yield
    except AtelierError as error:
        if debug:
            raise
        _fail(str(error), WRONG_USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        _fail("Interrupted. What was complete is kept: the same command goes on from there.", INTERRUPTED)
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:
        if debug:
            raise
        _fail(f"{type(error).__name__}: {' '.join(str(error).split())} (--debug shows where)", FAILED)


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"Error: {sentence}", err=True)
    raise typer.Exit(code)


def _terminate(*_: Any) -> NoReturn:
    sys.exit(TERMINATED)


def _folder(catalogue: str | None) -> str | None:
    if catalogue is None:
        return None
    folder = Path(catalogue).expanduser().absolute()
    if not folder.is_dir():
        raise DataError(f"No folder is called {folder}, expected a catalogue: a folder with styles.csv and images/.")
    return str(folder)


def _with_status(model: str, more: dict[str, Any]) -> dict[str, Any]:
    from registry.summary import status as status_of

    return {**status_of(model), **more}


def _show(found: dict[str, Any], show: Callable[[dict[str, Any]], None], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found))
    else:
        show(found)
