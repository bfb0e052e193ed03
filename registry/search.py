"""Registry: versions by their tags, filtered by the server."""

from collections.abc import Mapping

from mlflow.entities.model_registry import ModelVersion

from registry import tags as tag
from registry.connection import connect

PAGE = 1000


def search_versions(model: str, tags: Mapping[str, str], limit: int | None = None) -> list[ModelVersion]:
    """Return the versions of a model that bear all these tags, newest first, without their aliases."""
    query = " and ".join([f"name = {tag.quoted(model)}", *(tag.is_tag(name, value) for name, value in tags.items())])
    client, found, token = connect(), list[ModelVersion](), None
    while limit is None or len(found) < limit:
        size = PAGE if limit is None else min(PAGE, limit - len(found))
        page = client.search_model_versions(query, max_results=size, order_by=["version_number DESC"], page_token=token)
        found += page
        token = page.token
        if not token:
            break
    return found
