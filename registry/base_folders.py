"""Registry: the folders of base models outside the home that versions name; they are found again by their digest."""

import hashlib
import json
from functools import cache
from pathlib import Path

from components.core.base_place import DESCRIPTION, as_registered, base_place, with_base
from components.core.errors import AtelierError, CheckpointError
from components.core.files import write_text
from components.core.manifest import MANIFEST, Origin
from components.core.recipe import Base
from components.recipes import get_recipe, model_names, read_config
from registry.settings import settings

RELOCATE = "`python -m flows relocate` finds it again if a model's YAML names it"


def place_in(folder: Path) -> Path | None:
    """Return the folder of the base model that the packed model in a folder names, or None."""
    try:
        place = base_place((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return Path(place) if place else None


def origin_in(folder: Path) -> Origin | None:
    """Return the origin in a manifest, unchecked. A base model that is found by it is compared by its digest."""
    try:
        return Origin(**json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["origin"])
    except (OSError, ValueError, TypeError, LookupError):
        return None


def remember(place: Path | None) -> None:
    """Note a folder that versions name, so that `lost_folders` can tell when it is gone, without reading versions."""
    places = _noted() or []
    if place is not None and str(place) not in places:
        note([*places, str(place)])


def note(places: list[str]) -> None:
    write_text(_file(), json.dumps(sorted(places), indent=1))


def lost_folders() -> list[str]:
    """Return the noted folders that are gone. A home without notes has one, so that its versions are read once."""
    places = _noted()
    return ["unknown"] if places is None else [place for place in places if not Path(place).is_dir()]


def base_of(model: str) -> Base | None:
    """Return how the base model of a model's versions is found and digested; None if its YAML cannot be read."""
    try:
        return get_recipe(read_config(settings().models, model).recipe).base
    except AtelierError:
        return None


def find_base(origin: Origin) -> Path | None:
    """Return the folder with the base model of this digest that a model's YAML names on this machine, or None."""
    names = model_names(settings().models)
    ordered = sorted(names, key=lambda name: name != origin.model)
    return next((place for name in ordered if (place := _place(settings().models, name, origin.base_digest))), None)


def require_base(name: str, folder: Path, origin: Origin, base: Base | None) -> None:
    """Check that the folder that the packed model names has the base model which the version was trained on.

    Raises:
        CheckpointError: it is missing, or another base model is there.
    """
    place = place_in(folder)
    if place is None or base is None or not origin.base_digest:
        return
    if not place.is_dir():
        found = f"{name} needs the base model in {place}, which is missing"
        raise CheckpointError(found, expected=f"the one with digest {origin.base_digest}", act=RELOCATE)
    digest = base.digest(place)
    if digest != origin.base_digest:
        found = f"{name} needs the base model in {place}, which has digest {digest}"
        raise CheckpointError(found, expected=origin.base_digest, act=RELOCATE)


def use_own_base(folder: Path, origin: Origin) -> None:
    """Let a packed model that another machine made name this machine's folder of its base model, if that is found."""
    place = place_in(folder)
    found = find_base(origin) if place is not None and not place.is_dir() and origin.base_digest else None
    if found:
        rename_base(folder, found)


def rename_base(folder: Path, place: Path, dry_run: bool = False) -> bool:
    """Write the new folder into MLmodel, unless that would not be what was registered: `verify` reports that."""
    path, origin = folder / DESCRIPTION, origin_in(folder)
    described = with_base(path.read_text(encoding="utf-8"), str(place))
    content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    registered = as_registered(described.encode(), origin.base_model if origin else "")
    if hashlib.sha256(registered).hexdigest() != content["files"][DESCRIPTION]["sha256"]:
        return False
    if not dry_run:
        write_text(path, described)
    return True


@cache
def _place(models: Path, model: str, digest: str) -> Path | None:
    try:
        config = read_config(models, model)
        base = get_recipe(config.recipe).base
        folder = base.folder(config) if base else None
    except AtelierError:
        return None
    return folder if base and folder and base.digest(folder) == digest else None


def _noted() -> list[str] | None:
    try:
        places = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return [str(place) for place in places] if isinstance(places, list) else None


def _file() -> Path:
    return settings().home / "bases.json"
