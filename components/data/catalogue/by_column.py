"""Data: how editors check a field of a YAML that maps columns of styles.csv to values."""

from pydantic import WithJsonSchema

from components.data.catalogue.schema import COLUMNS

BY_COLUMN = WithJsonSchema(
    {
        "type": "object",
        "propertyNames": {"title": "column of styles.csv", "enum": list(COLUMNS)},
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    }
)
