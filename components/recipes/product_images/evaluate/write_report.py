"""Product images: the report of an evaluation, with panels of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from components.core.recipe import Workplace
from components.evaluation.loop import EvaluationResult
from components.evaluation.report import ReportInputs, report_inputs, write_report
from components.evaluation.report.leader import leading_subject
from components.metrics.neighbours import memorised
from components.recipes.product_images.evaluate.legacy_exports import write_legacy_exports
from components.recipes.product_images.evaluate.panels import (
    ClassifierAccuracy,
    Neighbour,
    ShownPictures,
    classifiers_panel,
    nearest_panel,
    pictures_panel,
)
from components.recipes.product_images.evaluate.save_pictures import save_grids, save_pictures_to_rate
from components.recipes.product_images.evaluate.setup import EvaluationSetup, PictureOutputs, PictureSubject
from components.recipes.product_images.evaluate.targets import PICTURES, SAME, SHOWN, TARGETS, unfit_scores
from components.recipes.product_images.rated import RATED
from components.recipes.product_images.score.attribute_classifiers import AttributeClassifiers
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.score.features import TRAIN, read_pictures

NEAREST = 6  # pictures of a subject that are shown beside their nearest training picture


@dataclass(frozen=True)
class PictureReport:
    """The contents of the panels, in the order of the subjects."""

    prompts: Sequence[str]
    shown: Sequence[Tensor]  # uint8 (K, 3, H, W) of the prompts
    nearest: Sequence[Sequence[Neighbour]]
    classifiers: dict[str, ClassifierAccuracy]


def write_pictures_report(
    setup: EvaluationSetup, result: EvaluationResult[PictureOutputs], workplace: Workplace
) -> None:
    """Write the report into the workplace, and pictures of each subject and real pictures to rate."""
    extractors, plan, subjects = setup.extractors, setup.plan, result.subjects
    pictures = PictureReport(
        prompts=[plan.prompts[i] for i in plan.shown],
        shown=[subject.outputs.pictures[list(plan.shown)] for subject in subjects],
        nearest=[_nearest(setup, subject) for subject in subjects],
        classifiers=_classifiers(extractors.classifiers),
    )
    labels = {"extractor": label(extractors.extractor), "image-text": label(extractors.image_text)}
    shared = replace(report_inputs(setup.config, result, workplace), extractors=labels, left_out=extractors.left_out)
    inputs = with_pictures(shared, pictures)
    rows = {s.digest: (s.title, shown) for s, shown in zip(subjects, pictures.shown, strict=True)}
    save_grids(rows, pictures.prompts, workplace.report)
    data = write_report(inputs, workplace.report)
    write_legacy_exports(inputs, data, workplace.report)
    save_pictures_to_rate(setup, subjects, workplace.report / RATED.folder)


def with_pictures(inputs: ReportInputs, pictures: PictureReport) -> ReportInputs:
    """Return the inputs of a report on product pictures: with targets, main scores and panels."""
    titles = [subject.title for subject in inputs.subjects]
    shown = [ShownPictures(title, found) for title, found in zip(titles, pictures.shown, strict=True)]
    nearest = dict(zip(titles, pictures.nearest, strict=True))
    panels = [pictures_panel(shown, pictures.prompts), nearest_panel(nearest, leading_subject(inputs).title)]
    if pictures.classifiers:
        panels.append(classifiers_panel(pictures.classifiers))
    unfit = unfit_scores({name: found.usable for name, found in pictures.classifiers.items()})
    return replace(inputs, shown=SHOWN, noun=PICTURES, same=SAME, targets=TARGETS, unfit=unfit, panels=panels)


def _nearest(setup: EvaluationSetup, subject: PictureSubject) -> list[Neighbour]:
    """Return the generated pictures that are nearest to a training picture, each with that picture."""
    real, training = setup.extractors.real, setup.snapshot.splits[TRAIN]
    nearest = memorised(subject.outputs.extracted.features, real.training, real.extracted.features)
    closest = torch.argsort(nearest.distance)[:NEAREST].tolist()
    examples = [training[int(nearest.index[i])] for i in closest]
    pictures = read_pictures(setup.snapshot, TRAIN, examples)
    return [
        Neighbour(
            generated=subject.outputs.pictures[i],
            training=picture,
            file_name=example["file_name"],
            distance=float(nearest.distance[i]),
            memorised=bool(nearest.values[i]),
        )
        for i, picture, example in zip(closest, pictures, examples, strict=True)
    ]


def _classifiers(classifiers: AttributeClassifiers) -> dict[str, ClassifierAccuracy]:
    return {
        name: ClassifierAccuracy(h.accuracy.value, h.accuracy.low, h.accuracy.high, h.accuracy.n, h.commonest, h.usable)
        for name, h in classifiers.by_attribute.items()
    }
