"""Tests: a password is neither in the logs of a library nor in a traceback, the one of --debug included."""

import os
import subprocess
import sys

from tests import ROOT

ADDRESS = "http://me:s3cr3t@127.0.0.1:9"
LOGS = f"""
import logging
from flows.masked_logs import mask_logs
mask_logs()
mask_logs()
logging.basicConfig(level="INFO", format="%(levelname)s %(message)s")
logging.info("trying %s for %d s", "{ADDRESS}", 5)
logging.info("%d %s", "does not fit")
try:
    raise ValueError("{ADDRESS}")
except ValueError:
    logging.exception("failed")
try:
    raise KeyError("{ADDRESS}")
except KeyError as error:
    raise RuntimeError("no answer of {ADDRESS}") from error
"""


def test_log_records_and_tracebacks_are_masked() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], cwd=ROOT, capture_output=True, text=True)
    assert "s3cr3t" not in done.stderr.replace(LOGS, "")
    assert "INFO trying http://***@127.0.0.1:9 for 5 s" in done.stderr
    assert "ValueError: http://***@127.0.0.1:9" in done.stderr
    assert done.stderr.rstrip().endswith("RuntimeError: no answer of http://***@127.0.0.1:9")
    assert "Logging error" in done.stderr


def test_debug_shows_the_traceback_without_the_password(tmp_path: os.PathLike[str]) -> None:
    environment = {**os.environ, "ATELIER_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": ADDRESS}
    environment |= {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    command = [sys.executable, "-m", "flows", "status", "starter", "--debug"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "s3cr3t" not in done.stdout + done.stderr
    assert "http://***@127.0.0.1:9" in done.stderr
    assert "Traceback" in done.stderr
