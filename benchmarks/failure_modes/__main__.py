"""Benchmarks: nested cross-validation of the candidates on real comments, and what the report finds out about them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.failure_modes.nested import by_partition, nested
from benchmarks.failure_modes.other_comments import keyword_rules, other_comments
from benchmarks.failure_modes.read import read_comments
from benchmarks.failure_modes.table import as_json, print_partitions, print_table
from components.recipes.failure_modes.candidates import LadderSettings

DEFAULT = "majority,complement-naive-bayes,logistic-regression,linear-svm,embeddings,embeddings-and-tf-idf,soft-voting"


def main(  # noqa: PLR0913  each is an option of the command line
    data: Annotated[Path, typer.Option(help="The folder with fmc_mwo2kg.csv and the other files.")],
    candidates: Annotated[str, typer.Option(help="Candidates, separated by commas.")] = DEFAULT,
    folds: Annotated[int, typer.Option(help="Folds outside, and inside for calibration and threshold.")] = 5,
    trials: Annotated[int, typer.Option(help="Trials of the search inside each fold; 0: the defaults.")] = 0,
    sentence_models: Annotated[str, typer.Option(help="Folders or packages, separated by commas.")] = "",
    seed: Annotated[int, typer.Option(help="Of folds and fits.")] = 1,
    partitions: Annotated[int, typer.Option(help="Other partitions, which the best candidate is scored in too.")] = 0,
) -> None:
    """Print a table, and one JSON object with the figures as the last line."""
    models = [name for name in sentence_models.split(",") if name]
    settings = LadderSettings(folds=folds, trials=trials, sentence_models=models)
    texts, labels = read_comments(data / "fmc_mwo2kg.csv")
    results = nested(candidates.split(","), texts, labels, settings, folds, seed)
    print_table(results)
    if partitions:
        seeds = range(seed, seed + partitions)
        print_partitions(results.best, by_partition(results.best, texts, labels, settings, seeds))
    rules = {name: keyword_rules(data / name, seed) for name in ("fmc_mwo2kg.csv", "excavator_failure_mode.csv")}
    for name, found in rules.items():
        typer.echo(f"{name}: {found.sentence}")
    others = other_comments(data, results.best, settings, seed)
    for other in others:
        typer.echo(other.sentence)
    typer.echo(json.dumps(as_json(results, rules, others)))


if __name__ == "__main__":
    typer.run(main)
