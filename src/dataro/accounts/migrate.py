"""Bringing a records database up to date with Alembic's migrations, shipped in the package."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

FOLDER = Path(__file__).parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for the migrations of this package."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the database behind ``connection`` to ``revision``, inside its transaction.

    Raises ``Problem`` where a newer Dataro has written the database.
    """
    try:
        command.upgrade(configuration(connection), revision)
    except CommandError as error:
        raise Problem(
            both(
                "기록 데이터베이스가 이 버전보다 새로운 데이터로에서 만들어졌습니다. 데이터로를 새 버전으로 올려 주세요.",
                "The records database was written by a newer Dataro. Update Dataro.",
            )
        ) from error


def newest() -> str:
    """The newest migration that the package ships."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head
