"""Product images: an evaluation turned into what people read: the report, and pictures to be rated blind."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from components.core.files import write_text
from components.core.recipe import Workplace
from components.core.records import BASE, REAL, Evaluation, Scorecard
from components.core.seeds import derive_seed
from components.evaluation.report import Head, Material, Neighbour, write_report
from components.evaluation.report import Subject as Reported
from components.evaluation.report.inputs import Role
from components.metrics.neighbours import memorised
from components.recipes.product_images.evaluate.legacy_exports import write_legacy_exports
from components.recipes.product_images.evaluate.sequential import Subject, Trial
from components.recipes.product_images.score.attribute_classifiers import Heads
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.score.features import TRAIN, read_pictures
from components.recipes.product_images.score.scores import score_slices

NEAREST = 6  # pictures of a subject that are shown beside the training picture most like them
RATED = 16  # pictures of a subject that people may rate


def leave_report(
    trial: Trial,
    subjects: Sequence[Subject],
    evaluation: Evaluation,
    seconds: Mapping[str, float],
    workplace: Workplace,
) -> None:
    """Write the report into the workplace, and pictures of each subject and real ones for people to rate."""
    config, judges, plan = trial.config, trial.judges, trial.plan
    cards = zip(subjects, evaluation.scorecards, strict=True)
    material = Material(
        model=config.model,
        about=config.about,
        snapshot=trial.snapshot.digest,
        split=trial.split,
        prompts=[plan.prompts[i] for i in plan.shown],
        subjects=[_reported(trial, subject, card, workplace.production) for subject, card in cards],
        comparisons=evaluation.comparisons,
        primary=config.promote.primary,
        looks=[look for look in plan.looks if look <= len(plan.seeds)],
        budget=plan.looks[-1],
        judges={"extractor": label(judges.extractor), "image-text": label(judges.image_text)},
        heads=_heads(judges.heads),
        left_out=judges.left_out,
        ratings=workplace.ratings,
        test=workplace.test,
        seconds=seconds,
        settings=config.model_dump(mode="json"),
    )
    account = write_report(material, workplace.report)
    write_legacy_exports(material, account, workplace.report)
    _leave_pictures(trial, subjects, workplace.report / "pictures")


def _reported(trial: Trial, subject: Subject, card: Scorecard, production: str) -> Reported:
    plan, seed = trial.plan, derive_seed(trial.config.seed, "slices")
    role: Role = "base" if subject.digest == BASE else "production" if subject.digest == production else "checkpoint"
    return Reported(
        card=card,
        step=subject.step,
        digest=subject.digest,
        role=role,
        shown=subject.drawn.pictures[list(plan.shown)],
        slices=score_slices(subject.values, plan, trial.judges, seed),
        nearest=_nearest(trial, subject),
        seconds=subject.drawn.seconds,
        drawn=subject.drawn.fresh,
        cached=len(subject.drawn.pictures) - subject.drawn.fresh,
    )


def _nearest(trial: Trial, subject: Subject) -> list[Neighbour]:
    """Return the pictures that are most like a training picture, each beside it."""
    real, training = trial.judges.real, trial.snapshot.splits[TRAIN]
    alike = memorised(subject.seen.features, real.training, real.seen.features)
    closest = torch.argsort(alike.distance)[:NEAREST].tolist()
    examples = [training[int(alike.index[i])] for i in closest]
    pictures = read_pictures(trial.snapshot, TRAIN, examples)
    return [
        Neighbour(
            generated=subject.drawn.pictures[i],
            training=picture,
            file_name=str(example["file_name"]),
            distance=float(alike.distance[i]),
            memorised=bool(alike.values[i]),
        )
        for i, picture, example in zip(closest, pictures, examples, strict=True)
    ]


def _heads(heads: Heads) -> dict[str, Head]:
    return {
        name: Head(h.accuracy.value, h.accuracy.low, h.accuracy.high, h.accuracy.n, h.commonest, h.usable)
        for name, h in heads.by_attribute.items()
    }


def _leave_pictures(trial: Trial, subjects: Sequence[Subject], folder: Path) -> None:
    """Write pictures of each subject, of the same prompts, and real ones; index.json says what is what."""
    count, real = min(RATED, len(trial.plan.seeds)), trial.snapshot.splits[trial.split][:RATED]
    drawn = [
        {"prompt": prompt, "seed": seed}
        for prompt, seed in zip(trial.plan.prompts[:count], trial.plan.seeds[:count], strict=True)
    ]
    index = {
        subject.digest: {
            "step": subject.checkpoint.step if subject.checkpoint else None,
            "files": _saved(subject.drawn.pictures[:count], drawn, folder / subject.digest),
        }
        for subject in subjects
    }
    shown = [{"prompt": str(example["caption"]), "seed": None} for example in real]
    pictures = read_pictures(trial.snapshot, trial.split, real)
    index[REAL] = {"step": None, "files": _saved(pictures, shown, folder / REAL)}
    found = {"model": trial.config.model, "snapshot": trial.snapshot.digest, "subjects": index}
    write_text(folder / "index.json", json.dumps(found, indent=2) + "\n")


def _saved(pictures: Tensor, shown: Sequence[Mapping[str, object]], folder: Path) -> list[dict[str, object]]:
    folder.mkdir(parents=True)
    files = []
    for number, (picture, what) in enumerate(zip(pictures, shown, strict=True)):
        name = f"{number:03d}.png"
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(folder / name)
        files.append({"file": name, **what})
    return files
