"""Failure modes: opens a table of comments, and makes examples of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.core.recipe import Examples, RunLog, Source
from components.core.records import Ingestion
from components.data.near_duplicates import group_alike
from components.data.snapshots import history
from components.data.table_file import Table, find_table, read_table
from components.recipes.failure_modes.comment import Comment, Comments
from components.recipes.failure_modes.config import DataSettings, FailureModesConfig
from components.recipes.failure_modes.ingest.corrections import corrected
from components.recipes.failure_modes.ingest.labels import RARE, rare_labels
from components.recipes.failure_modes.ingest.rows import Read, kept_of, read_rows, required_columns
from components.recipes.failure_modes.ingest.splits import Group, assign
from components.recipes.failure_modes.starter.write import write_invented

INVENTED = "invented"  # the comments that the project invents itself
FORMAT = "1"  # raise it when examples are made differently, so that known tables are ingested again
MERGED = "rare-failure-mode-merged"


def open_source(config: FailureModesConfig, catalogue: Path | None, cache: Path, log: RunLog) -> Source:
    """Return the table named on the command line, else that of the YAML. `invented` is written into the cache, once.

    Raises:
        DataError: there is no table in that place.
    """
    if catalogue is None and config.data.catalogue == INVENTED:
        path = write_invented(config.seed, cache)
    else:
        path = find_table((catalogue or Path(config.data.catalogue)).expanduser())
    return Source(path, f"{file_digest(path)[:12]}-{FORMAT}")


def make_examples(
    config: FailureModesConfig, source: Source, previous: Comments | None, folder: Path, report: Path, log: RunLog
) -> Examples:
    """Return comments by split, and write the report of the ingest.

    Raises:
        DataError: the table has no such columns, one failure mode only, or too few comments for a split.
    """
    from components.recipes.failure_modes.ingest.report import write_ingest_report  # it loads pandas and matplotlib

    data = config.data
    log.progress("read comments", 0, 3)
    table = read_table(source.folder, required_columns(data))
    rows = corrected(read_rows(table, data), source.corrections)
    log.progress("read comments", 1, 3)
    rows, groups = _grouped(rows, data, previous)
    log.progress("read comments", 2, 3)
    splits = _splits(rows, groups, data, previous)
    _check(splits, data, source.folder)
    ingestion = _ingestion(table, rows, splits)
    write_ingest_report(report, rows, splits, ingestion, source.corrections)
    log.progress("read comments", 3, 3)
    return Examples(splits, ingestion)


def _grouped(rows: Sequence[Read], data: DataSettings, previous: Comments | None) -> tuple[list[Read], dict[str, str]]:
    """Return the rows after the rule for rare failure modes, and the group of each key, those of earlier ones too."""
    keys = sorted({*(key for key, _ in _earlier(previous)), *(row.key for row in kept_of(rows))})
    heads = group_alike(keys, data.near_duplicate)
    groups = {key: digest_of(keys[head]) for key, head in zip(keys, heads, strict=True)}
    replaced = rare_labels(((groups[row.key], row.label) for row in kept_of(rows) if row.label), data.rare)
    return [_without_rare(row, replaced) for row in rows], groups


def _without_rare(row: Read, replaced: Mapping[str, str | None]) -> Read:
    if row.refused or row.label is None or row.label not in replaced:
        return row
    label = replaced[row.label]
    return replace(row, refused=RARE) if label is None else replace(row, label=label, repairs=(*row.repairs, MERGED))


def _splits(
    rows: Sequence[Read], groups: Mapping[str, str], data: DataSettings, previous: Comments | None
) -> dict[str, list[Comment]]:
    kept = kept_of(rows)
    earlier: dict[str, set[str]] = defaultdict(set)
    for key, split in _earlier(previous):
        earlier[groups[key]].add(split)
    members: dict[str, list[Read]] = defaultdict(list)
    for row in kept:
        members[groups[row.key]].append(row)
    places = assign(
        [_group(name, found, earlier[name]) for name, found in members.items()], data.split.by, data.split.shares
    )
    splits: dict[str, list[Comment]] = {split: [] for split in data.split.shares}
    for row in sorted(kept, key=lambda row: (row.date or "", row.key, row.label or "", row.asset or "")):
        name = groups[row.key]
        splits[places[name]].append(_comment(row, name))
    return splits


def _group(name: str, rows: Sequence[Read], earlier: set[str]) -> Group:
    return Group(
        name,
        label=Counter(row.label or "" for row in sorted(rows, key=lambda row: row.label or "")).most_common(1)[0][0],
        date=min((row.date for row in rows if row.date), default=""),
        size=len(rows),
        earlier=frozenset(earlier),
        given=frozenset(row.given for row in rows if row.given),
    )


def _comment(row: Read, group: str) -> Comment:
    return Comment(
        text=row.text,
        label=row.label,
        date=row.date,
        asset=row.asset,
        before=row.before,
        key=row.key,
        group=group,
    )


def _check(splits: Mapping[str, Sequence[Comment]], data: DataSettings, place: Path) -> None:
    labels = {comment["label"] for part in splits.values() for comment in part}
    if data.label and len(labels) < 2:
        found = f"{place} has {'the one failure mode ' + str(*labels) if labels else 'no comment that can be used'}"
        raise DataError(found, expected="two failure modes at least", act="add comments, or change data.rare")
    few = {split: len(examples) for split, examples in splits.items() if len(examples) < data.smallest_split}
    if few and data.label:
        found = " and ".join(f"{count} for {split}" for split, count in few.items())
        raise DataError(
            f"{place} gives {sum(map(len, splits.values()))} comments, of them {found}",
            expected=f"at least {data.smallest_split} in each split",
            act="add comments, change data.split, or lower data.smallest_split",
        )


def _ingestion(table: Table, rows: Sequence[Read], splits: Mapping[str, Sequence[Comment]]) -> Ingestion:
    kept = kept_of(rows)
    keys = Counter((row.key, row.label) for row in kept)
    texts: dict[str, set[str | None]] = defaultdict(set)
    for key, label in keys:
        texts[key].add(label)
    train = {comment["label"] for comment in splits["train"]}
    unseen = sum(c["label"] not in train for split in ("validation", "test") for c in splits[split])
    notes = {
        "same-comment-as-another": len(kept) - len(keys),
        "comments-with-contradicting-labels": sum(len(labels) > 1 for labels in texts.values()),
        "label-without-a-training-comment": unseen,
    }
    repaired = Counter(repair for row in kept for repair in dict.fromkeys(row.repairs))
    quarantined = Counter(row.refused for row in rows if row.refused)
    total = len(rows)
    return Ingestion(total, total, len(kept), dict(repaired), dict(quarantined), notes, dict(table.read_as))


def _earlier(previous: Comments | None) -> set[tuple[str, str]]:
    """Return the key and the split of every comment of all snapshots of the model."""
    parts = [part for snapshot in (history(previous) if previous else ()) for part in snapshot.splits.items()]
    return {(comment["key"], split) for split, comments in parts for comment in comments}
