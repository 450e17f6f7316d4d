"""授权: what the app's role may do: everything with rows, but on the log only append and read."""

import contextlib
from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from yekuo.project import cluster
from yekuo.records import APPEND_ONLY

TURN = 7_283_911
"""The number under which those who change tables queue up."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """This function will wait until nobody else changes tables, and keep others waiting during the block."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [TURN])
    try:
        yield
    finally:
        connection.close()


def grant(app: str = cluster.APP) -> None:
    """This function will give the app's role its rights on every table; run as owner after each migration."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        if cursor.fetchone()[0] == app:
            return  # one role for everything (somebody else's database): there is nobody to grant to
        for statement in _statements(app, set(connection.introspection.table_names(cursor))):
            cursor.execute(statement.as_string(cursor.connection))


def _statements(app: str, tables: set[str]) -> list[sql.Composed]:
    role = sql.Identifier(app)
    logs = [sql.Identifier(name) for name in APPEND_ONLY if name in tables]
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(role),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(role),
    ]
    if logs:
        names = sql.SQL(", ").join(logs)
        statements.append(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(names, role))
    return statements
