"""A PostgreSQL database of a test's own, where a server answers."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

SERVER = "REGWATCH_TEST_POSTGRESQL"
"""The variable that names a server and a database on it; its role must be allowed to create databases."""
_USUAL = "postgresql+psycopg://postgres@127.0.0.1:5432/test"


@contextmanager
def fresh_database() -> Iterator[str]:
    """The address of an empty database, dropped at the end. Skips the test where there is no server or no driver."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    server = os.environ.get(SERVER, _USUAL)
    try:
        _do(make_url(server), "SELECT 1")
    except OperationalError:
        pytest.skip(f"no PostgreSQL answers at {make_url(server).render_as_string()}: set {SERVER}")
    with database_on(server) as address:
        yield address


@contextmanager
def database_on(address: str) -> Iterator[str]:
    """The address of an empty database on the server of another one, dropped at the end. Raises `OperationalError`."""
    server = make_url(address)
    name = f"regwatch_{uuid.uuid4().hex[:12]}"
    _do(server, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _do(server, f"DROP DATABASE {name} WITH (FORCE)")


def _do(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
