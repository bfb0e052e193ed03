"""Registry: product lines ready to be used: their YAML, and the versions of their three models, loaded."""

from collections.abc import Mapping
from pathlib import Path

from components.core.errors import DataError
from components.core.predictor import Predictor
from components.core.recipe import RunLog
from components.core.records import Snapshot
from components.data.snapshots import LATEST
from components.products.batch import Line
from components.products.config import ModelChoice, ProductLine, line_names, read_line
from components.products.predictors import ComparesWithReal, LineModel, Models, check_kind
from components.recipes import read_config
from registry import tags as tag
from registry.loaded import Loaded, load_version
from registry.search import read_version
from registry.settings import settings
from registry.snapshots import read_snapshot
from registry.version_record import kept


def lines() -> list[str]:
    """Return the names of all product lines."""
    return line_names(settings().product_lines)


def find_line(name: str) -> ProductLine:
    """Return the settings of a product line; raises UnknownLineError or ConfigError."""
    return read_line(settings().product_lines, name)


def products_of(line: str) -> Path:
    """Return the folder of the finished products of a line."""
    return settings().home / "products" / line


def open_line(name: str, log: RunLog, versions: Mapping[str, str] | None = None) -> Line:
    """Return a product line with its models loaded.

    Args:
        name: of the line.
        log: gets the progress.
        versions: other aliases or numbers than those of the YAML, by what the model gives: `attributes` ...

    Raises:
        UsageError: there is no such line or model, or a model does not give what it should.
        RegistryError: nothing is in production yet.
        CheckpointError: a version's files are not what was registered.
    """
    line = find_line(name)
    loaded = {gives: _loaded(choice, (versions or {}).get(gives), log) for gives, choice in choices(line).items()}
    return line_of(line, loaded)


def line_of(line: ProductLine, loaded: Mapping[str, Loaded]) -> Line:
    """Return a line that uses these versions, by what they give."""
    quantile = line.checks.real_quantile
    models = {gives: line_model(gives, version, quantile) for gives, version in loaded.items()}
    return Line(line, Models(**models), products_of(line.line))


def choices(line: ProductLine) -> dict[str, ModelChoice]:
    """Return the model of a line by what it gives."""
    return {gives: getattr(line.models, gives) for gives in type(line.models).model_fields}


def line_model(gives: str, loaded: Loaded, quantile: float) -> LineModel:
    """Return a version as a model of a line. If its checks compare with real examples, it gets those of its training.

    Raises:
        UsageError: it does not give that.
    """
    model = LineModel(gives, with_real(loaded, quantile), loaded.origin)
    check_kind(model)
    return model


def with_real(loaded: Loaded, quantile: float) -> Predictor:
    """Return the version's predictor with the examples that it was trained on, if its checks use them."""
    snapshot = _trained_on(loaded) if isinstance(loaded.predictor, ComparesWithReal) else None
    if snapshot is None or not isinstance(loaded.predictor, ComparesWithReal):
        return loaded.predictor
    return loaded.predictor.with_real(snapshot, settings().caches / "features", quantile)


def _trained_on(loaded: Loaded) -> Snapshot | None:
    """Return the snapshot that a version was trained on, else the latest one; None if none is on this machine."""
    model, number = loaded.origin["model"], loaded.origin["version"]
    digest = str(kept(read_version(model, int(number))).get(tag.TRAINED_ON, "")) if number.isdecimal() else ""
    for name in dict.fromkeys([digest or LATEST, LATEST]):
        try:
            return read_snapshot(model, name)
        except DataError:
            continue
    return None


def _loaded(choice: ModelChoice, version: str | None, log: RunLog) -> Loaded:
    log.progress(f"load {choice.model}", 0, 1)
    loaded = load_version(read_config(settings().models, choice.model), version or choice.version, log)
    log.progress(f"load {choice.model}", 1, 1)
    return loaded
