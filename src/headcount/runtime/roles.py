"""The two roles Headcount works as, and what keeps the second one in its place."""

from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from headcount.runtime.errors import RuntimeRefusal

OWNER: Final = "headcount_owner"
APPLICATION: Final = "headcount_app"
DATABASE: Final = "headcount"

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('headcount roles'))"
_ROLE_EXISTS: Final = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
_DATABASE_EXISTS: Final = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"
_IS_TOO_POWERFUL: Final = """
    SELECT rolsuper OR rolbypassrls
           OR coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false)
    FROM pg_roles WHERE rolname = current_user
"""
_TO_CREATE: Final = """\
CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '<a new password>';
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;"""
_TO_RESTRICT: Final = """\
ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};"""


def ensure_owner(superuser: str, password: str) -> None:
    """The owner's role and database, in a cluster of our own. Nothing happens where they are there already."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        if not _holds(connection, _ROLE_EXISTS, OWNER):
            _set_login(connection, "CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}", OWNER, password)
        if not _holds(connection, _DATABASE_EXISTS, DATABASE):
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def ensure_application(owner: str, password: str) -> str:
    """The application's login to the owner's database, made or mended when it does not work."""
    login = make_conninfo(owner, user=APPLICATION, password=password)
    try:
        check_application(login)
    except psycopg.OperationalError:
        _make_application(owner, password)
        check_application(login)
    return login


def check_application(login: str) -> None:
    """Row-level security keeps customers apart; a login it does not apply to must not serve a single page."""
    with psycopg.connect(login) as connection:
        if _holds(connection, _IS_TOO_POWERFUL):
            role = connection.info.user
            raise RuntimeRefusal("role_too_powerful", role=role, sql=_TO_RESTRICT.format(role=role))


def _make_application(owner: str, password: str) -> None:
    with psycopg.connect(owner) as connection:
        try:
            connection.execute(_ONE_AT_A_TIME)
            if _holds(connection, _ROLE_EXISTS, APPLICATION):
                _set_login(connection, "ALTER ROLE {} LOGIN PASSWORD {}", APPLICATION, password)
            else:
                _set_login(connection, "CREATE ROLE {} LOGIN PASSWORD {}", APPLICATION, password)
            names = {"role": sql.Identifier(APPLICATION), "database": sql.Identifier(connection.info.dbname)}
            connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}").format(**names))
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        except psycopg.errors.InsufficientPrivilege as error:
            statements = _TO_CREATE.format(role=APPLICATION, database=connection.info.dbname)
            raise RuntimeRefusal("may_not_create_role", sql=statements) from error


def _set_login(connection: psycopg.Connection, statement: LiteralString, role: str, password: str) -> None:
    """Sends the password as its hash, as statements may end up in the server's log."""
    encrypted = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(encrypted)))


def _holds(connection: psycopg.Connection, query: LiteralString, *parameters: str) -> bool:
    row = connection.execute(query, parameters).fetchone()
    return bool(row and row[0])
