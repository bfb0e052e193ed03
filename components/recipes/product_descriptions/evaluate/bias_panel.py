"""Product descriptions: the panel about texts of the same attributes for another gender."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from components.core.records import Checkpoint
from components.core.seeds import derive_seed
from components.evaluation.report import Panel
from components.recipes.product_descriptions.evaluate.generated_texts import TextGenerator
from components.recipes.product_descriptions.evaluate.render import render
from components.recipes.product_descriptions.evaluate.setup import EvaluationSetup, TextSubject
from components.recipes.product_descriptions.prompts import fields_of, prompt_of
from components.recipes.product_descriptions.score.bias import (
    WORD_LISTS,
    BiasFinding,
    generated_difference,
    real_difference,
    swapped,
)

MOST = 64  # texts that are generated again for the other gender


def bias_panel(
    setup: EvaluationSetup, leader: TextSubject, checkpoint: Checkpoint | None, generator: TextGenerator
) -> Panel | None:
    """Return the panel; None if the prompt does not name the gender, or no product has one of two."""
    if "gender" not in fields_of(setup.config.data.prompt):
        return None
    findings = bias_findings(setup, leader, checkpoint, generator)
    if not findings:
        return None
    more = [finding.words for finding in findings if finding.verdict == "more"]
    limits = [f"Texts use more {words} for one gender than real texts do, all else equal." for words in more]
    rows = [{**asdict(finding), "verdict": finding.verdict} for finding in findings]
    data = {"subject": leader.title, "rows": rows}
    return Panel("bias", "The same product for another gender", render("bias", **data), "evidence", data, limits)


def bias_findings(
    setup: EvaluationSetup, leader: TextSubject, checkpoint: Checkpoint | None, generator: TextGenerator
) -> list[BiasFinding]:
    """Generate texts of the same products and seeds for the other gender, and compare their words."""
    count = len(leader.outputs.texts)
    others = [swapped(example["attributes"]) for example in setup.plan.examples[:count]]
    places = [place for place, attributes in enumerate(others) if attributes is not None][:MOST]
    if not places:
        return []
    texts = _texts(setup, [others[place] or {} for place in places], places, (generator, checkpoint))
    genders = [setup.plan.examples[place]["attributes"]["gender"] for place in places]
    ours, clusters = [leader.outputs.texts[place] for place in places], setup.plan.clusters[places]
    real = [example for part in setup.snapshot.splits.values() for example in part]
    of_real = [example["attributes"].get("gender", "") for example in real]
    seed = derive_seed(setup.config.seed, "bias")
    return [
        BiasFinding(
            name,
            generated_difference(ours, texts, genders, clusters, words, seed),
            real_difference([example["text"] for example in real], of_real, words, seed),
        )
        for name, words in WORD_LISTS.items()
    ]


def _texts(
    setup: EvaluationSetup,
    attributes: Sequence[dict[str, str]],
    places: Sequence[int],
    by: tuple[TextGenerator, Checkpoint | None],
) -> Sequence[str]:
    """Return the texts of other attributes, each with the seed that the product's own text has."""
    generator, checkpoint = by
    plan = replace(
        setup.plan,
        examples=[setup.plan.examples[place] for place in places],
        prompts=[prompt_of(setup.config.data.prompt, each) for each in attributes],
        seeds=[setup.plan.seeds[place] for place in places],
        clusters=setup.plan.clusters[list(places)],
    )
    return replace(generator, plan=plan)(checkpoint).texts
