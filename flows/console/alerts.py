"""Flows: prints what `alerts` did."""

from collections.abc import Mapping
from typing import Any

from flows.console.table import print_line

Result = Mapping[str, Any]


def show_alerts(found: Result) -> None:
    """Print a line for each address that was saved, and for each alert."""
    for variable in found["saved"]:
        print_line(f"The address in {variable} is saved in a block of Prefect, where later runs find it.")
    for alert in found["alerts"]:
        state = alert["why"] or ("on" if alert["on"] else "switched off in Prefect's page")
        print_line(f"{alert['done']:<10} {alert['name']} ({state})")
    if all(alert["done"] == "left out" for alert in found["alerts"]):
        print_line("No alert is sent: set ATELIER_ALERT_WEBHOOK or ATELIER_ALERT_MAIL, and run `alerts` again.")
    elif found["tested"]:
        print_line("A test was sent: it should arrive within 20 seconds.")
