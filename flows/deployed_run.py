"""Flows: the process of a run that the worker starts: Prefect's engine, with masked logs."""

import runpy

from flows.masked_logs import mask_logs

if __name__ == "__main__":
    mask_logs()
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
