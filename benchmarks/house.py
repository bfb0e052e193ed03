"""Prints figures of the code: import circles, upward imports, file sizes, body lengths."""

import ast
import json
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import grimp
import networkx as nx
import typer

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("components", "registry", "flows", "deployments")
# Lower ranks first; packages of one rank are siblings. A module belongs to the longest name that it begins with.
RANKS = {
    "components": 0,
    "components.core": 0,
    "components.metrics": 1,
    "components.data": 2,
    "components.training": 2,
    "components.evaluation": 2,
    "components.drift": 2,
    "components.products": 3,
    "components.recipes": 3,
    "registry": 4,
    "flows": 5,
    "deployments": 5,
}
ONE_KIND = re.compile(r"\b(fid|kid|clip_score|diffusers|kohya|comfyui|pictures?)\b", re.IGNORECASE)


def main() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    edges = [(a, b) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)]
    circles = [c for c in nx.strongly_connected_components(nx.DiGraph(edges)) if len(c) > 1]
    upward = [(a, b) for a, b in edges if rank_of(a) < rank_of(b)]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    bodies = sorted(length for path in sources() for length in bodies_in(path))
    longest = max(lines, key=lambda path: lines[path])
    figures = {
        "files": len(lines),
        "files that name a kind": sum(map(names_one_kind, sources())),
        "lines": sum(lines.values()),
        "import circles": len(circles),
        "upward imports": len(upward),
        "longest file": lines[longest],
        "files over 250 lines": sum(count > 250 for count in lines.values()),
        "median body": statistics.median(bodies),
        "p90 body": bodies[int(0.9 * len(bodies))],
        "longest body": bodies[-1],
    }
    for name, value in figures.items():
        typer.echo(f"{name:<26}{value:>8}" + (f"  {longest.relative_to(ROOT)}" if name == "longest file" else ""))
    for found in [*map(sorted, circles), *upward]:
        typer.echo(f"  {' -> '.join(found)}")
    typer.echo(json.dumps(figures))


def names_one_kind(path: Path) -> bool:
    """Tell whether a file of the rooms that serve every kind of model names a score, library or format of one kind."""
    room = path.relative_to(ROOT).as_posix()
    return room.startswith(("components/core/", "registry/", "flows/")) and bool(
        ONE_KIND.search(path.read_text("utf-8"))
    )


def rank_of(module: str) -> int:
    return RANKS[max((name for name in RANKS if f"{module}.".startswith(f"{name}.")), key=len)]


def sources() -> Iterator[Path]:
    return (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


def bodies_in(path: Path) -> Iterator[int]:
    """Yield the lines of each function's body, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield int(body[-1].end_lineno or 0) - body[0].lineno + 1


if __name__ == "__main__":
    main()
