"""Registry: the tables of Atelier's own database. A column that is added later needs a default for old rows."""

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, UniqueConstraint

TABLES = MetaData()

MOVES = Table(
    "moves",
    TABLES,
    Column("model", String(200), primary_key=True),
    Column("entry", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 ... for each model, without a gap
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("from_version", Integer),
    Column("to_version", Integer),
    Column("verdict", String(20), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # Added later: an older row has these defaults and form 1 (registry/ledger/entries.py).
    Column("form", Integer, nullable=False, server_default="1"),
    Column("action", String(20), nullable=False, server_default=""),
    Column("numbers", Text, nullable=False, server_default=""),  # a JSON object
    Column("adapter", String(64), nullable=False, server_default=""),
    Column("report", String(64), nullable=False, server_default=""),
    UniqueConstraint("model", "previous_hash"),
)

RATINGS = Table(
    "ratings",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("model", String(200), nullable=False),
    Column("snapshot", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("picture", String(64), key="item", nullable=False),  # sha256 of what was rated
    Column("rater", String(200), nullable=False),
    Column("question", String(50), nullable=False),
    Column("score", Integer, nullable=False),
)

# The entry that a model's ledger gets next, kept here while the move that it describes is made.
INTENTS = Table(
    "intents",
    TABLES,
    Column("model", String(200), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("row", Text, nullable=False),  # the whole entry, as JSON
)

LOOKS = Table(
    "looks",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("model", String(200), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("version", Integer, nullable=False),  # in production
    Column("promotion", Integer, nullable=False),  # the ledger's entry that put it there, 0 if the ledger has none
    Column("snapshot", String(64), nullable=False),  # that the version was trained on
    Column("current", String(64), nullable=False),  # of the catalogue as it was
    Column("look", Integer, nullable=False),  # 1, 2, 3 ... since the promotion
    Column("state", String(20), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("n", Integer, nullable=False),  # new rows
    Column("run", String(64), nullable=False),  # of MLflow
    Column("distances", Text, nullable=False, server_default="{}"),  # a JSON object: column -> distance
    UniqueConstraint("model", "version", "promotion", "look"),
)
