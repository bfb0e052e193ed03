"""Demand: the report of an ingest: a page of plots, counts, and tables of series and of what was left out."""

import csv
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from components.core.files import write_text
from components.core.records import Ingestion
from components.recipes.demand.classes.abc_xyz import abc_rule, xyz_rule
from components.recipes.demand.classes.clusters import NOISE, UNSTABLE, Clusters
from components.recipes.demand.classes.demand_class import CLASSES, demand_class_rule
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.ingest.facts import Facts
from components.recipes.demand.ingest.load import LINE, REFUSED
from components.recipes.demand.ingest.periods import FoundSeries
from components.recipes.demand.ingest.plots import plot_table
from components.recipes.demand.ingest.split import Splits
from components.recipes.demand.series import NOUNS

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "page.html"
MOST_NAMES = 200  # of series that were left out, in the page; the table left-out.csv has all


def write_ingest_report(
    report: Path, facts: Facts, found: FoundSeries, splits: Splits, ingestion: Ingestion, config: DemandConfig
) -> None:
    """Write page.html, account.json, and the tables series.csv, left-out.csv and quarantined.csv, and plots."""
    account = _account(facts, found, splits, ingestion, config)
    plots = plot_table(report, facts, config.data)
    write_text(report / "account.json", json.dumps(account, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    refused = found.frame[found.frame[REFUSED] != ""]
    columns = [LINE, REFUSED, "id"]
    _table(report / "quarantined.csv", ("line", "reason", "id"), refused[columns].itertuples(index=False))
    _table(report / "left-out.csv", ("id", "reason"), sorted(found.refused.items()))
    _table(report / "series.csv", SERIES_COLUMNS, _series_rows(facts))
    write_text(report / PAGE, _page(report, account, plots, config))


def _account(
    facts: Facts, found: FoundSeries, splits: Splits, ingestion: Ingestion, config: DemandConfig
) -> dict[str, Any]:
    """Return the counts of rows, series and classes, with the rules, as a JSON value."""
    classes = config.data.classes
    return {
        **asdict(ingestion),
        "splits": {split: len(part) for split, part in splits.items()},
        "series": {"kept": len(found.series), "left out": dict(Counter(found.refused.values()).most_common())},
        "left_out": dict(sorted(found.refused.items())[:MOST_NAMES]),
        "periods": {"first": str(facts.dates[0].date()), "last": str(facts.dates[-1].date()), "count": found.periods},
        "holes": [str(facts.dates[hole].date()) for hole in found.holes],
        "rules": {
            "demand class": demand_class_rule(classes.adi, classes.cv2),
            "ABC": abc_rule(classes.abc, facts.by_price),
            "XYZ": xyz_rule(classes.xyz),
        },
        "demand_classes": class_table(facts, facts.demand_class, CLASSES),
        "abc": class_table(facts, facts.abc, "ABC"),
        "xyz": class_table(facts, facts.xyz, "XYZ"),
        "clusters": [_clusters(clusters, facts) for clusters in facts.clusters],
        "unusual": [
            {"id": facts.series[found.place].id, "score": round(found.score, 3), "why": found.reason}
            for found in facts.anomalies
        ],
        "series_with_outliers": sum(bool(marked) for marked in facts.outliers),
        "outliers": sum(len(marked) for marked in facts.outliers),
    }


def class_table(facts: Facts, labels: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row for each class that occurs: its products, their share of all, and their share of the value."""
    total, rows = max(float(facts.value.sum()), 1e-12), []
    for name in names:
        places = [place for place, label in enumerate(labels) if label == name]
        if places:
            share = float(facts.value[places].sum()) / total
            products = len(places) / len(labels)
            rows.append({"class": name, "series": len(places), "share": products, "value_share": share})
    return rows


def _clusters(clusters: Clusters, facts: Facts) -> dict[str, Any]:
    return {
        "method": clusters.method,
        "groups": clusters.count,
        "stability": round(clusters.stability, 3) if clusters.count > 1 else None,
        "silhouette": round(clusters.silhouette, 3) if clusters.silhouette == clusters.silhouette else None,
        "in_no_group": clusters.in_none,
        "sentence": _how_sure(clusters),
        "profiles": [_profile(clusters, label, facts) for label in range(clusters.count)],
    }


def _how_sure(clusters: Clusters) -> str:
    if clusters.count < 2:
        return f"{clusters.method} finds no groups: the products differ gradually."
    if clusters.sure:
        return f"{clusters.method} finds {clusters.count} groups, which hold when other products are looked at."
    return (
        f"{clusters.method} finds {clusters.count} groups, which change with the products that are looked at "
        f"(stability below {UNSTABLE:g}): read nothing into them."
    )


def _profile(clusters: Clusters, label: int, facts: Facts) -> dict[str, Any]:
    """Return what is typical of a group, each value a median, and its most frequent class."""
    places = [place for place, found in enumerate(clusters.labels) if found == label]
    kinds = Counter(facts.demand_class[place] for place in places)
    lengths = [len(facts.series[place].quantities) for place in places]
    return {
        "group": label + 1,
        "series": len(places),
        "interval": _median([facts.adi[place] for place in places]),
        "quantity": _median([facts.series[place].quantities.mean() for place in places]),
        "variation": _median([facts.variation[place] for place in places]),
        "history": _median(lengths),
        "mostly": f"{kinds.most_common(1)[0][0]} ({kinds.most_common(1)[0][1] / len(places):.0%})" if places else "",
    }


def _median(values: Sequence[float]) -> float:
    ordered = sorted(float(value) for value in values)
    return round(ordered[len(ordered) // 2], 3) if ordered else 0.0


SERIES_COLUMNS = (
    *("id", "category", "first_period", "periods", "mean", "adi", "cv2", "variation", "value"),
    *("demand_class", "abc", "xyz", "outliers", "group", "density_group", "unusual_because"),
)


def _series_rows(facts: Facts) -> Iterable[Sequence[object]]:
    why = {found.place: found.reason for found in facts.anomalies}
    groups = [clusters.labels for clusters in facts.clusters]
    for place, whole in enumerate(facts.series):
        labels = ["" if label[place] == NOISE else int(label[place]) + 1 for label in groups] or ["", ""]
        yield (
            whole.id,
            whole.category or "",
            facts.dates_of(place)[0].date(),
            len(whole.quantities),
            *(f"{number:.4g}" for number in (whole.quantities.mean(), facts.adi[place], facts.cv2[place])),
            *(f"{number:.4g}" for number in (facts.variation[place], facts.value[place])),
            *(facts.demand_class[place], facts.abc[place], facts.xyz[place], len(facts.outliers[place])),
            *labels,
            why.get(place, ""),
        )


def _page(report: Path, account: Mapping[str, Any], plots: Sequence[tuple[str, str, str]], config: DemandConfig) -> str:
    """Return the page as HTML without other files, so that it can be sent to somebody. All values are escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pictures = {
        name: {
            "title": title,
            "caption": caption,
            "uri": f"data:image/png;base64,{b64encode((report / f'{name}.png').read_bytes()).decode('ascii')}",
        }
        for name, title, caption in plots
    }
    return environment.get_template(f"{PAGE}.j2").render(
        a=account, pictures=pictures, model=config.model, about=config.about, noun=NOUNS[config.data.frequency]
    )


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
