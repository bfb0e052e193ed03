"""Flows: the types of flow parameters that Prefect's page shows as more than a text field."""

from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from components.recipes import model_names
from registry.settings import settings


class OneOfTheModels:
    """Lists the YAML files in the schema, so that Prefect's form offers a choice.

    A flow still takes any name: `read_config` refuses an unknown one in a sentence that names the known ones.
    """

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(model_names(settings().models))}


ModelName = Annotated[str, OneOfTheModels()]

# A choice in the form only: `RetrainingRequest` refuses an unknown reason in one sentence.
Reason = Annotated[str, WithJsonSchema({"type": "string", "enum": ["", "schedule", "drift"]})]
