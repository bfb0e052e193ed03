"""Benchmarks: `make prove`: 100 steps from a catalogue to production in a scratch home, one screen, and a verdict."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.prove.figures import adapter_effects, machine, scores, training_figures
from benchmarks.prove.stages import Done, Stage, generate_stage, life_cycle, run_stage
from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.core.recipe import Need
from components.recipes import get_recipe, read_config
from registry.settings import REPOSITORY, settings

REAL, OURS, DRAWN = "casual-shoes", "starter", "drawn"
EXTRACTORS = ("inception-v3", "dinov2-small", "clip-vit-b-32", "starter-vision")  # the first that is here is used
IMAGE_TEXT = ("clip-vit-b-32", "clip-vit-l-14", "starter-vision")


def main(
    model: Annotated[str, typer.Option(help="A model's YAML; by default casual-shoes if its base is here.")] = "",
    catalogue: Annotated[str, typer.Option(help="A catalogue folder; by default the YAML's, or the drawn one.")] = "",
    steps: Annotated[int, typer.Option(min=4, help="Optimizer steps.")] = 100,
    pictures: Annotated[int, typer.Option(min=16, help="Pictures to score each version on.")] = 64,
    home: Annotated[Path, typer.Option(help="The scratch home, which is emptied first.")] = Path("build/prove"),
) -> None:
    """Run the life cycle, print figures and a verdict; exit with 1 and say where it stopped if it did."""
    home = home.absolute()
    _empty(home)
    os.environ["ATELIER_HOME"] = str(home)  # for what this process reads from the scratch registry
    for name in ("MLFLOW_TRACKING_URI", "ATELIER_DATABASE_URL"):
        os.environ.pop(name, None)
    name = model or (REAL if _found(REAL, "base model") else OURS)
    changes = _changes(name, catalogue, steps, pictures)
    config = read_config(settings().models, name, changes)
    _say(f"Machine   {machine()}")
    _say(f"Model     {name}: base {_base(config)}, {', '.join(changes)}")
    _say(f"Catalogue {catalogue or getattr(config.data, 'catalogue', '')}; scratch home {home}\n")
    done = _run_all(name, changes, catalogue, home)
    _report(config, done)


def _run_all(model: str, changes: Sequence[str], catalogue: str, home: Path) -> list[Done]:
    """Run the stages until one fails; generate with what was promoted, else with the newest version."""
    done: list[Done] = []
    for stage in life_cycle(model, changes, catalogue or None):
        done.append(_run(stage, home))
        if not done[-1].worked:
            return done
    promoted = next(found for found in done if found.stage.name == "promote").code == 0
    trained = next(found for found in done if found.stage.name == "train").said["versions"]
    newest = str(max(int(version["version"]) for version in trained))
    return [*done, _run(generate_stage(model, "Production" if promoted else newest), home)]


def _report(config: ModelConfig, done: Sequence[Done]) -> None:
    by_name = {found.stage.name: found for found in done}
    if (trained := by_name.get("train")) and trained.worked:
        _report_training(config)
    if (evaluated := by_name.get("evaluate")) and evaluated.worked:
        _say(f"\nScores ({config.evaluate.model_dump()['extractor']})")
        _say("\n".join(scores(evaluated.said)))
    if (promoted := by_name.get("promote")) and promoted.worked:
        _say(
            "\n"
            + "\n".join(f"{d['verdict']} version {d['version']}: {d['reason']}" for d in promoted.said["decisions"])
        )
    last = done[-1]
    if not last.worked:
        _say(f"\nVerdict: it stopped at `{last.stage.name}` (exit code {last.code}): {last.error}")
        raise typer.Exit(1)
    total = sum(found.seconds for found in done)
    _say(f"\nVerdict: it works on this machine, from the catalogue to a generated picture, in {total:.0f} s.")


def _report_training(config: ModelConfig) -> None:
    settings_ = config.train.model_dump()
    found = training_figures(config.model, settings_["batch"] * settings_["accumulation"])
    speed = f"{found.step:.3f} s a step (95 % within {found.slowest:.3f} s), {found.memory:.1f} GB"
    _say(f"\nTraining  {found.steps} steps, {speed}")
    losses = f"{found.first_loss:.4f} in the first tenth of the steps, {found.last_loss:.4f} in the last"
    _say(f"Loss      {losses}; validation {_losses(found.validation)}")
    try:
        effects = adapter_effects(config)
    except AtelierError as error:
        _say(f"\nVerdict: the adapter is not proven: {error}")
        raise typer.Exit(1) from None
    _say(f"Adapter   loads as stock diffusers does it, and changes the base's output by {_shares(effects)}")


def _losses(losses: Mapping[int, float]) -> str:
    return ", ".join(f"{loss:.4f} at step {step}" for step, loss in losses.items()) or "none"


def _shares(effects: Mapping[int, float]) -> str:
    return ", ".join(f"{effect:.1%} (step {step})" for step, effect in effects.items())


def _changes(model: str, catalogue: str, steps: int, pictures: int) -> list[str]:
    extractor = next(name for name in EXTRACTORS if _has_extractor(model, "extractor", name))
    image_text = next(name for name in IMAGE_TEXT if _has_extractor(model, "image_text", name))
    drawn = [] if catalogue or _found(model, "catalogue") else [f"data.catalogue={DRAWN}"]
    return [
        *drawn,
        f"train.steps={steps}",
        f"train.checkpoint_every={steps // 2}",
        f"train.warmup={steps // 10}",
        f"evaluate.pictures={pictures}",
        f"evaluate.extractor={extractor}",
        f"evaluate.image_text={image_text}",
    ]


def _needs(model: str, *changes: str) -> Sequence[Need]:
    config = read_config(settings().models, model, changes)
    return get_recipe(config.recipe).needs(config, None)


def _found(model: str, what: str) -> bool:
    return all(need.found for need in _needs(model) if need.what == what)


def _has_extractor(model: str, field: str, name: str) -> bool:
    found = _needs(model, f"evaluate.{field}={name}")
    return any(need.found for need in found if need.name == name)


def _base(config: ModelConfig) -> str:
    return next(need.name for need in get_recipe(config.recipe).needs(config, None) if need.what == "base model")


def _empty(home: Path) -> None:
    """Empty the scratch home, if it is one: never a folder that holds something else."""
    known = {"mlflow.db", "atelier.db", "prefect", "snapshots", "logs"}
    if home.exists() and any(home.iterdir()) and not known & {path.name for path in home.iterdir()}:
        typer.echo(f"Error: {home} is no home of Atelier: name an empty or a new folder.", err=True)
        raise typer.Exit(2)
    if home == (REPOSITORY / ".atelier").absolute():
        typer.echo("Error: the scratch home would be your own one: name another folder.", err=True)
        raise typer.Exit(2)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def _run(stage: Stage, home: Path) -> Done:
    typer.echo(f"  {stage.name:<10}", nl=False)
    done = run_stage(stage, home)
    _say(f"{'done' if done.worked else 'FAILED':<8}{done.seconds:8.1f} s")
    return done


def _say(line: str) -> None:
    typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
