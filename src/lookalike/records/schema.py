"""The tables of the records. Written for any database that SQLAlchemy speaks to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

SCHEMA: Final = 1
"""The version of these tables; a change that older code would misread raises it."""

TABLES: Final = MetaData()

_Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts rows only in an INTEGER

STATE: Final = Table(
    "lookalike_records",
    TABLES,
    Column("schema", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("erased", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)
"""One row: the state of all others, and what the names of the erased are hashed with."""

EVENTS: Final = Table(
    "lookalike_events",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("key", LargeBinary(16), nullable=False, unique=True),
    Column("user", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("kind", SmallInteger, nullable=False),  # the place in `KINDS`
    Column("time", BigInteger, nullable=False),  # milliseconds since 1970, UTC
    Column("weight", Float(53), nullable=False),
    Column("session", Text, nullable=False),
    Column("answer", Text, nullable=False),
)
"""Every event once; ``key`` is what makes two the same."""

BY_USER: Final = Index("lookalike_events_of_user", EVENTS.c.user)

BY_ANSWER: Final = Index(
    "lookalike_events_with_answer",
    EVENTS.c.time,
    sqlite_where=EVENTS.c.answer != "",
    postgresql_where=EVENTS.c.answer != "",
)

TOUCHES: Final = Table(
    "lookalike_touches",
    TABLES,
    Column("user", Text, primary_key=True),
    Column("session", Text, primary_key=True),  # "" where the user is named
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("item", Text, primary_key=True),
    Column("time", BigInteger, nullable=False),  # the last
    Column("weight", Float(53), nullable=False),  # summed
    sqlite_with_rowid=False,
)
"""The events of a shopper, or of a visit that nobody has a name for, summed by product and kind."""

BY_TIME: Final = Index("lookalike_touches_by_time", TOUCHES.c.user, TOUCHES.c.session, TOUCHES.c.time)

SHOPPERS: Final = Table(
    "lookalike_shoppers",
    TABLES,
    Column("user", Text, primary_key=True),
    Column("document", Text),  # JSON, what the shopper is said to be; null for nothing
    sqlite_with_rowid=False,
)
"""Everybody of whom there is an event or a document."""

ERASED: Final = Table(
    "lookalike_erased",
    TABLES,
    Column("user", LargeBinary(16), primary_key=True),  # a hash with the salt
    Column("time", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Who asked to be forgotten, without saying who, and when: what they did before does not come back."""
