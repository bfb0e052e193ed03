"""Flows: the keys of the service, and what was used with them, as JSON values."""

import re
from dataclasses import asdict
from typing import Any

from components.core.errors import UsageError
from registry import service_keys
from registry.service_settings import read_service_settings
from registry.service_usage import Usage, cost, month_of, usage

ALL_MONTHS = "all"
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def create_key(name: str, quota: int, rate: int) -> dict[str, Any]:
    """Make a key. Raises UsageError if the name is taken."""
    return {"name": name, "key": service_keys.make_key(name, quota, rate), "quota": quota, "rate": rate}


def revoke_key(name: str) -> dict[str, Any]:
    """Make a key invalid. Raises UsageError if there is no valid key of this name."""
    service_keys.revoke_key(name)
    return {"name": name, "revoked": True}


def list_keys() -> dict[str, Any]:
    return {"keys": [asdict(key) for key in service_keys.all_keys()]}


def report_usage(month: str | None, now: float) -> dict[str, Any]:
    """Return what each key used of each model, with its price; `now` in seconds since 1970.

    Raises:
        UsageError: the month is not of the form 2026-11.
    """
    wanted = month or month_of(now)
    if wanted != ALL_MONTHS and not MONTH.fullmatch(wanted):
        raise UsageError(f"--month is {wanted!r}", expected=f"a month such as {month_of(now)}, or {ALL_MONTHS}")
    settings = read_service_settings()
    rows = [_priced(used, cost(used, settings.prices)) for used in usage("" if wanted == ALL_MONTHS else wanted)]
    total = round(sum(row["cost"] for row in rows), 6)
    return {"month": wanted, "currency": settings.currency, "rows": rows, "total": total}


def _priced(used: Usage, price: float) -> dict[str, Any]:
    return {**asdict(used), "seconds": round(used.seconds, 3), "cost": round(price, 6)}
