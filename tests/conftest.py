"""测试准备: the database of a test run: the owner makes the tables, tests work as the app's role."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from yekuo.project import database, testing
from yekuo.project.cluster import APP
from yekuo.project.places import data_folder

ROLE = f"-c role={APP}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Start this run's cluster and point Django at it, as the owner."""
    testing.start()
    os.environ["YEKUO_ROLE"] = "owner"
    wanted = database.django_settings(data_folder())
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    settings = connections["default"].settings_dict
    settings.update({part: wanted[part] for part in ("NAME", "HOST", "PORT", "USER", "PASSWORD")})
    if worker:
        settings["TEST"]["NAME"] = f"test_{settings['NAME']}_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once the owner has made the tables, let every test work as the app's role."""
    from yekuo.project.grants import grant

    with django_db_blocker.unblock():
        grant()
        connection.close()
    connection.settings_dict["OPTIONS"]["options"] = ROLE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "execute_sql_flush", _as_owner(type(connection.ops).execute_sql_flush))
        yield
    connection.settings_dict["OPTIONS"].pop("options")
    with django_db_blocker.unblock():
        connection.close()


def _as_owner(flush: Callable[..., None]) -> Callable[..., None]:
    def flush_as_owner(operations: Any, statements: Any) -> None:
        with owner():
            flush(operations, statements)

    return flush_as_owner


@contextlib.contextmanager
def owner() -> Iterator[None]:
    """Work as the owner of the tables, who may do what the app's role may not."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {APP}")


@pytest.fixture
def as_owner(db: None) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Hand a test the key to the owner's role: `with as_owner(): ...`."""
    return owner
