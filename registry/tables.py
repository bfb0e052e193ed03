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

# Decisions on retraining. Rows are only added; the outcome of one that started is written when it ends.
RETRAININGS = Table(
    "retrainings",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("model", String(200), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("reason", String(20), nullable=False),  # who asked: `schedule`, `drift`, or empty for a person
    Column("report", String(64), nullable=False),  # the MLflow run of the look that found drift
    Column("key", String(64), nullable=False),  # digest of model, snapshot and config
    Column("facts", Text, nullable=False),  # a JSON object
    Column("policy", Text, nullable=False),  # a JSON object: the sections `retrain` and `monitor`
    Column("action", String(20), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("seal", String(64), nullable=False),  # digest of all of the above but `entry`
    Column("outcome", Text, nullable=False, server_default=""),  # a JSON object; empty while it runs, or after a kill
)

# What a promotion brought, behind its ledger entry, whose hash does not cover it.
BENEFITS = Table(
    "benefits",
    TABLES,
    Column("model", String(200), primary_key=True),
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),  # of the ledger entry
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("version", Integer, nullable=False),
    Column("against", String(20), nullable=False),  # the version before, or `base`
    Column("snapshot", String(64), nullable=False),
    Column("clear", Integer, nullable=False),  # 1: the new version is clearly better
    Column("scores", Text, nullable=False),  # a JSON list
)

# Who works on which model, and what became of work whose process died (registry/leases.py).
LEASES = Table(
    "leases",
    TABLES,
    Column("id", String(32), primary_key=True),
    Column("model", String(200), nullable=False),
    Column("flow", String(50), nullable=False),
    Column("flow_run", String(36), nullable=False),  # Prefect's id
    Column("deployment", String(36), nullable=False),  # Prefect's id; empty if a command started the work
    Column("command", Text, nullable=False),  # what starts the same work again on the command line
    Column("parameters", Text, nullable=False),  # a JSON object, as Prefect's page has it
    Column("run", String(64), nullable=False),  # MLflow's id of the newest run; empty before the first one
    Column("machine", String(300), nullable=False),  # of the process that holds it (registry/processes.py)
    Column("pid", Integer, nullable=False),
    Column("born", Float, nullable=False),  # when that process began, in seconds since 1970
    Column("started", Float, nullable=False),
    Column("renewed", Float, nullable=False),
    Column("restarts", Integer, nullable=False),  # how often in a row this work died and was started again
    Column("state", String(20), nullable=False),
    Column("error", Text, nullable=False),  # what became of it, as a sentence
    Column("successor", String(36), nullable=False, index=True),  # Prefect's id of the run that repeats the work
)

# What people say is right of an example. Rows are only added.
CORRECTIONS = Table(
    "corrections",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("model", String(200), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("by", String(200), nullable=False),
    Column("fields", Text, nullable=False),  # a JSON object, as the recipe read it
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
    Column("drifting", Text, nullable=False, server_default="[]"),  # a JSON list: the columns and scores that drift
    UniqueConstraint("model", "version", "promotion", "look"),
)

# Keys of the service (registry/service_keys.py). The secret itself is not kept.
SERVICE_KEYS = Table(
    "service_keys",
    TABLES,
    Column("name", String(100), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),  # the part of the key that finds the row
    Column("hash", String(64), nullable=False),  # sha256 of the secret part
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("revoked", Float, nullable=False, server_default="0"),  # 0: it is valid
    Column("quota", Integer, nullable=False, server_default="0"),  # outputs a month, 0 for any number
    Column("rate", Integer, nullable=False, server_default="0"),  # requests a minute, 0 for any number
)

# What each key used in each month. The row with an empty model counts all, with what is being made now.
SERVICE_USAGE = Table(
    "service_usage",
    TABLES,
    Column("name", String(100), primary_key=True),
    Column("month", String(7), primary_key=True),  # such as 2026-11, UTC
    Column("model", String(200), primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("outputs", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
)

# Requests that the service was sent. Rows are deleted after `log.keep_days`.
REQUESTS = Table(
    "requests",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("time", Float, nullable=False, index=True),  # seconds since 1970
    Column("model", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("alias", String(50), nullable=False),
    Column("caller", String(100), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("outputs", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("cached", Integer, nullable=False),  # 1: it was answered from the cache
    Column("asked", Text, nullable=False, server_default=""),  # a JSON object, empty unless `log.prompts`
)

# What people decided about generated products. Rows are only added.
CURATION = Table(
    "curation",
    TABLES,
    Column("entry", Integer, primary_key=True),  # set by the database; the higher one is newer
    Column("line", String(200), nullable=False, index=True),
    Column("product", String(64), nullable=False),
    Column("action", String(20), nullable=False),
    Column("by", String(200), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),  # of an edit
)
