"""Thinking: pure functions over records. Knows no MLflow, no Prefect, no FastAPI, no environment, no clock."""
