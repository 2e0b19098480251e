"""What several tests of the log may ask for."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from django.db import connection


@pytest.fixture
def new_database(tmp_path, db):
    """The environment of a new installation on the engine that the tests run on."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    environment["FOLKMOOT_DATA"] = str(tmp_path)
    if connection.vendor != "postgresql":
        yield environment
        return
    import psycopg

    address, name = os.environ["FOLKMOOT_DATABASE_URL"], f"killed_{os.getpid()}"
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    environment["FOLKMOOT_DATABASE_URL"] = urlsplit(address)._replace(path=f"/{name}").geturl()
    yield environment
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
