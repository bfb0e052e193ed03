"""Flows: prints what became of a batch of products."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import console, print_line, table

SHOWN = 10  # flagged products that are listed


def show_products(found: Mapping[str, Any]) -> None:
    """Print how many products passed, the pass rate of each check, what failed, and where the files are."""
    report = found["report"]
    done = "These products were there already" if found["complete"] else "The products are done"
    again = f", {report['reused']} of them were made before" if report.get("reused") else ""
    print_line(f"{done}: {report['passed']} of {report['count']} passed their checks{again}.")
    if report.get("replaced_near_duplicates"):
        print_line(f"{report['replaced_near_duplicates']} near duplicates were replaced by other products.")
    _show_checks(report.get("checks", {}))
    _show_diversity(report.get("diversity", {}))
    _show_flagged([product for product in found["products"] if not product["passed"]])
    print_line(f"{found['folder']} has catalogue/ for `ingest`, shopify.csv, woocommerce.csv and products.json")


def _show_checks(checks: Mapping[str, Mapping[str, Any]]) -> None:
    if not checks:
        return
    shown = table("Checks", ["check", "passed", "of", ""])
    for name, row in checks.items():
        shown.add_row(name, str(row["passed"]), str(row["of"]), "" if row["required"] else "only reported")
    console().print(shown)


def _show_diversity(found: Mapping[str, Any]) -> None:
    if found:
        even = ", ".join(f"{column} {value:.2f}" for column, value in found["evenness"].items())
        print_line(
            f"Diversity: {found['combinations']} different combinations of attributes, "
            f"{found['near_duplicates']:.1%} near duplicates, {found['equal_descriptions']:.1%} equal texts; evenness "
            f"of values (1 is best): {even}."
        )


def _show_flagged(flagged: list[Mapping[str, Any]]) -> None:
    for product in flagged[:SHOWN]:
        failed = [check["sentence"] for check in product["checks"] if check["required"] and not check["passed"]]
        print_line(f"Not exported: {product['id']} ({product['name']}): {' '.join(failed)}")
    if len(flagged) > SHOWN:
        print_line(f"{len(flagged) - SHOWN} more are in products.json.")


def show_augmentation(found: Mapping[str, Any]) -> None:
    """Print accuracy with and without generated examples, and whether the difference is clear."""
    shown = table(
        f"Does what version {found['version']} of {found['model']} generates help a classifier?",
        ["attribute", "real", "generated", "real alone", "together", "difference (95 %)", ""],
    )
    for row in found["rows"]:
        said = {True: "helps", False: "harms", None: "undecided"}[row["helps"]]
        span = f"{row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        counts = (str(row["real_examples"]), str(row["generated_examples"]))
        shown.add_row(row["attribute"], *counts, f"{row['real']:.3f}", f"{row['together']:.3f}", span, said)
    console().print(shown)
    held = max((row["held_out"] for row in found["rows"]), default=0)
    print_line(f"Accuracies on {held} real examples that neither the model nor the classifiers were trained on.")
