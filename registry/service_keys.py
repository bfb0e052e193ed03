"""Registry: the keys of the service. A key is shown once, when it is made; the database has its sha256 only."""

import hmac
import re
import secrets
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update

from components.core.errors import UsageError
from registry.database import connected
from registry.settings import settings
from registry.tables import SERVICE_KEYS

PREFIX = "atelier"
ID_BYTES, SECRET_BYTES = 6, 32
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,79}")
KEY = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * ID_BYTES}}})_([0-9a-f]{{{2 * SECRET_BYTES}}})")
NOBODY = "0" * 64  # compared with where no row is found, so that this takes the same time


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key without its secret. `quota` is in outputs a month, `rate` in requests a minute; 0 is any number."""

    name: str
    created: float
    revoked: float
    quota: int
    rate: int

    @property
    def valid(self) -> bool:
        return not self.revoked


def make_key(name: str, quota: int = 0, rate: int = 0) -> str:
    """Make a key for somebody and return it: it cannot be read again.

    Raises:
        UsageError: the name is taken, or is no name.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"A key cannot be called {name!r}", expected="1 to 80 letters, digits, blanks and . _ @ -")
    identity, secret = secrets.token_hex(ID_BYTES), secrets.token_hex(SECRET_BYTES)
    row = {"name": name, "id": identity, "hash": _hash(secret), "created": time.time(), "quota": quota, "rate": rate}
    with _connected("written") as connection:
        if connection.execute(select(SERVICE_KEYS.c.name).where(SERVICE_KEYS.c.name == name)).first():
            raise UsageError(f"A key is called {name!r} already", act="choose another name; none is used again")
        connection.execute(insert(SERVICE_KEYS).values(row))
    return f"{PREFIX}_{identity}_{secret}"


def find_key(text: str) -> ServiceKey | None:
    """Return the key that a text is, None if it is none, or was revoked. Its secret is compared in constant time."""
    parts = KEY.fullmatch(text)
    if parts is None:
        return None
    with _connected("read") as connection:
        row = connection.execute(select(SERVICE_KEYS).where(SERVICE_KEYS.c.id == parts[1])).mappings().first()
    same = hmac.compare_digest(_hash(parts[2]), row["hash"] if row else NOBODY)
    found = ServiceKey(**{name: row[name] for name in ServiceKey.__slots__}) if row else None
    return found if same and found and found.valid else None


def all_keys() -> list[ServiceKey]:
    """Return all keys by name, also revoked ones."""
    columns = [SERVICE_KEYS.c[name] for name in ServiceKey.__slots__]
    with _connected("read") as connection:
        rows = connection.execute(select(*columns).order_by(SERVICE_KEYS.c.name)).mappings().all()
    return [ServiceKey(**row) for row in rows]


def revoke_key(name: str) -> None:
    """Make a key invalid from now on; its usage is kept.

    Raises:
        UsageError: there is no valid key of this name.
    """
    with _connected("written") as connection:
        valid = (SERVICE_KEYS.c.name == name, SERVICE_KEYS.c.revoked == 0)
        changed = connection.execute(update(SERVICE_KEYS).where(*valid).values(revoked=time.time())).rowcount
    if not changed:
        known = ", ".join(key.name for key in all_keys() if key.valid) or "none"
        raise UsageError(f"No valid key is called {name!r}. Valid keys: {known}.")


def _hash(secret: str) -> str:
    """Return the sha256 of a secret of 256 random bits, which nobody can guess: a slow hash would gain nothing."""
    return sha256(secret.encode()).hexdigest()


def _connected(done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, "The keys of the service", done)
