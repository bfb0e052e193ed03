"""Flows: the command `alerts`, which makes Prefect send alerts to a webhook and by mail."""

from dataclasses import asdict
from typing import Annotated

import typer

from flows.commands.common import Debug, Json, exit_on_error, print_result, require_server


def alerts_command(
    test: Annotated[bool, typer.Option("--test", help="Send a test through every channel.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Create, change and list the automations that send alerts on the running Prefect server.

    ATELIER_ALERT_WEBHOOK (https://...) and ATELIER_ALERT_MAIL (mailtos://user:password@smtp.example.org?to=...) are
    saved in Prefect's blocks; a later run needs neither. Alerts: a failed flow, DRIFT, a promotion or rollback, no
    successful monitor for two days.
    """
    with exit_on_error(debug):
        require_server()
        from flows.alert_blocks import save_blocks
        from flows.alerts import send_test, set_up
        from flows.console.alerts import show_alerts

        saved = list(save_blocks())
        alerts = [asdict(alert) for alert in set_up()]
        if test:
            send_test()
        print_result({"saved": saved, "alerts": alerts, "tested": test}, show_alerts, as_json)
