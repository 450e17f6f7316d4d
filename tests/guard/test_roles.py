"""角色: tests work as the app's role, which may append to the log and change nothing in it."""

import contextlib
from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from yekuo.project.grants import grant
from yekuo.records import APPEND_ONLY

Key = Callable[[], contextlib.AbstractContextManager[None]]


def _scalar(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_tests_work_as_the_app_role(db: None) -> None:
    assert _scalar("select current_user") == "yekuo_app"
    powers = "rolsuper or rolcreatedb or rolcreaterole or rolbypassrls"
    assert _scalar(f"select {powers} from pg_roles where rolname = current_user") is False


def test_app_role_makes_no_tables(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _execute("create table anything (id int)")


@pytest.mark.parametrize("deed", ["update {} set note = note", "delete from {}", "truncate {}"])
def test_a_log_table_takes_no_change(db: None, as_owner: Key, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    monkeypatch.setattr("yekuo.project.grants.APPEND_ONLY", ("a_log",))
    with as_owner():
        _execute("create table a_log (id int generated always as identity, note text)")
        grant()
    _scalar("insert into a_log (note) values ('x') returning id")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        _execute(deed.format("a_log"))
    assert _scalar("select count(*) from a_log") == 1


def test_log_tables_of_this_version_are_closed(db: None) -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)) & set(APPEND_ONLY)
    for table in there:
        assert _scalar(f"select has_table_privilege('{table}', 'INSERT, SELECT')") is True
        assert _scalar(f"select has_table_privilege('{table}', 'UPDATE, DELETE, TRUNCATE')") is False


@pytest.mark.django_db(transaction=True)
def test_a_flush_between_tests_runs_as_owner() -> None:
    assert _scalar("select current_user") == "yekuo_app"


def test_after_the_flush_the_role_is_back(db: None) -> None:
    assert _scalar("select current_user") == "yekuo_app"
