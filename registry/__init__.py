"""Registry: the only room that imports MLflow, and the variables that MLflow reads at its import."""

import os

_BEFORE_MLFLOW = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # `View run ...` lines would break `--json`
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_LOGGING_LEVEL": "WARNING",  # else a new database prints each of its migrations
    # A dead server blocked one call for 247 s with MLflow's own 7 retries of 120 s.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}

for _name, _value in _BEFORE_MLFLOW.items():
    os.environ.setdefault(_name, _value)
