"""Tests: the service with a product line of toy models, also as a server for a browser."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
import yaml
from fastapi import FastAPI

from components.products.config import ModelChoice
from deployments.service.callers import Gate
from deployments.service.page_files import add_page
from deployments.service.problems import add_problems
from deployments.service.product_models import ProductModels
from deployments.service.products import add_product_routes
from deployments.service.reviews import add_review_routes
from deployments.service.serve import new_service
from registry.loaded import Loaded
from registry.service_settings import ServiceSettings
from tests.components.products.toys import RowsToy, ShapesToy, TextsToy, settings
from tests.registry.toy_recipe import toy_config

PREDICTORS = {"rows": RowsToy(), "shapes": ShapesToy(bad=4), "texts": TextsToy()}
VERSIONS = {"Production": 1, "Challenger": 2}


def load(choice: ModelChoice, alias: str) -> Loaded:
    origin = {"model": choice.model, "version": str(VERSIONS[alias])}
    return Loaded(PREDICTORS[choice.model], origin, toy_config())


def aliases(model: str) -> Mapping[str, int]:
    return VERSIONS if model == "shapes" else {"Production": 1}


def write_line(folder: Path) -> None:
    """Write the YAML of the toys' product line, with few tries, so that some products are flagged."""
    folder.mkdir(parents=True)
    fields = settings(about="Toys.", tries=1, seed=3).model_dump(mode="json", exclude_defaults=True)
    (folder / "toys.yaml").write_text(yaml.safe_dump(fields))


@contextmanager
def product_site(gate: Gate | None = None) -> Iterator[FastAPI]:
    """Yield the application. ATELIER_HOME and ATELIER_PRODUCT_LINES name its folders."""
    service = new_service(ServiceSettings.model_validate({"queue": {"gather_ms": 0}, "refused_words": ["acme"]}))
    service.queue.start()
    app = FastAPI()
    app.state.service, app.state.gate = service, gate or Gate()
    add_problems(app)
    add_product_routes(app, ProductModels(service, load, aliases))
    add_review_routes(app)
    add_page(app)
    try:
        yield app
    finally:
        service.queue.end()


if __name__ == "__main__":  # for page_in_chromium.py: a folder and a port
    place, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ |= {"ATELIER_HOME": str(place / "home"), "ATELIER_PRODUCT_LINES": str(place / "lines")}
    write_line(place / "lines")
    with product_site() as site:
        uvicorn.run(site, host="127.0.0.1", port=port, log_level="warning")
