"""Engines, connections, transactions, pools and URLs."""

from __future__ import annotations

import gc
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
from cormorant import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    NullPool,
    StaticPool,
    String,
    Table,
    column,
    create_engine,
    exc,
    func,
    insert,
    inspect,
    select,
    text,
)
from cormorant.dialects import sqlite
from cormorant.engine import URL, Engine, engine_from_config, make_url
from cormorant.pool import QueuePool, SingletonThreadPool

metadata = MetaData()
user = Table("user_account", metadata, Column("id", Integer, primary_key=True), Column("name", String(30)))
email = Table(
    "email", metadata, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("user_account.id"))
)
Index("ix_name", user.c.name, unique=True)


@pytest.fixture
def engine(database_url: str) -> Any:
    made = create_engine(database_url)
    metadata.create_all(made)
    yield made
    made.dispose()


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(user))  # type: ignore[no-any-return]


# ---- transactions


def test_what_is_not_committed_is_rolled_back(engine: Engine) -> None:
    with engine.connect() as connection:
        assert not connection.in_transaction()
        connection.execute(insert(user), {"name": "ada"})
        assert connection.in_transaction()
    assert count(engine) == 0
    with engine.connect() as connection:
        connection.execute(insert(user), {"name": "ada"})
        connection.commit()
        assert not connection.in_transaction()
    assert count(engine) == 1


def test_engine_begin_commits_or_rolls_back(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(user), {"name": "ada"})
    with pytest.raises(KeyError), engine.begin() as connection:
        connection.execute(insert(user), {"name": "bob"})
        raise KeyError
    assert count(engine) == 1


def test_begin_twice_is_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.begin()
        with pytest.raises(exc.InvalidRequestError):
            connection.begin()
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(exc.InvalidRequestError):
            connection.begin()


def test_transaction_objects_say_how_they_are(engine: Engine) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        assert transaction.is_active and connection.get_transaction() is transaction
        inner = connection.begin_nested()
        assert connection.get_nested_transaction() is inner and connection.in_nested_transaction()
        inner.commit()
        assert not inner.is_active and connection.get_nested_transaction() is None
        with pytest.raises(exc.InvalidRequestError):
            inner.commit()
        transaction.rollback()
        assert not transaction.is_active and connection.get_transaction() is None
        with pytest.raises(exc.InvalidRequestError):
            transaction.commit()
        with pytest.warns(exc.SAWarning):
            transaction.rollback()
        transaction.close()


def test_autobegin_makes_a_transaction_object(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        transaction = connection.get_transaction()
        assert transaction is not None and transaction is connection.get_transaction()
        transaction.commit()
        assert not connection.in_transaction()


def test_savepoints_nest_and_go_with_their_outer_one(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(user), {"name": "kept"})
        outer = connection.begin_nested()
        connection.execute(insert(user), {"name": "gone"})
        inner = connection.begin_nested()
        connection.execute(insert(user), {"name": "gone too"})
        outer.rollback()
        assert not inner.is_active and not outer.is_active
        with pytest.raises(exc.InvalidRequestError):
            inner.commit()
        with connection.begin_nested():
            connection.execute(insert(user), {"name": "kept too"})
        with pytest.raises(ValueError), connection.begin_nested():
            connection.execute(insert(user), {"name": "no"})
            raise ValueError
    assert count(engine) == 2


def test_block_whose_transaction_ended_takes_no_more_statements(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        transaction.commit()
        with pytest.raises(exc.InvalidRequestError, match="block"):
            connection.execute(text("SELECT 1"))


def test_closed_connection_is_a_clear_error(engine: Engine) -> None:
    connection = engine.connect()
    transaction = connection.begin()
    connection.close()
    connection.close()
    assert connection.closed and not transaction.is_active
    for call in (
        lambda: connection.execute(text("SELECT 1")),
        lambda: connection.exec_driver_sql("SELECT 1"),
        connection.begin,
        connection.begin_nested,
        lambda: connection.connection,
        connection.detach,
    ):
        with pytest.raises(exc.ResourceClosedError):
            call()
    connection.invalidate()


def test_autocommit_keeps_each_statement(file_url: str) -> None:
    engine = create_engine(file_url)
    metadata.create_all(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(insert(user), {"name": "ada"})
    assert count(engine) == 1
    with engine.connect() as connection:
        connection.execute(insert(user), {"name": "not kept"})
    assert count(engine) == 1
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(insert(user), {"name": "bob"})
    assert count(engine) == 2
    always = create_engine(file_url, isolation_level="AUTOCOMMIT")
    with always.connect() as connection:
        connection.execute(insert(user), {"name": "cyd"})
    assert count(engine) == 3
    engine.dispose()
    always.dispose()


def test_isolation_level_is_not_changed_inside_of_a_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(exc.InvalidRequestError):
            connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.rollback()
        with pytest.raises(exc.ArgumentError):
            connection.execution_options(isolation_level="SOMETIMES")
        usual = {"sqlite": "SERIALIZABLE", "postgresql": "READ COMMITTED"}[engine.name]
        assert connection.get_isolation_level() == connection.default_isolation_level == usual
        for level in ("READ UNCOMMITTED", "SERIALIZABLE"):
            connection.rollback()
            connection.execution_options(isolation_level=level)
            assert connection.get_isolation_level() == level and connection.default_isolation_level == usual


# ---- executing


@pytest.mark.parametrize("given", ["SELECT 1", 5, None, object(), user.c.id, Integer])
def test_what_is_no_statement_is_refused(engine: Engine, given: Any) -> None:
    with engine.connect() as connection, pytest.raises(exc.ObjectNotExecutableError):
        connection.execute(given)


def test_a_function_can_be_executed(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(func.abs(-5)) == 5


@pytest.mark.sqlite
def test_plain_sql_takes_positions_and_names(engine: Engine) -> None:
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        assert run("SELECT ?, ?", (1, "x")).one() == (1, "x")
        assert run("SELECT :b, :a, ':c', :b", {"a": 1, "b": 2}).one() == (2, 1, ":c", 2)
        run("INSERT INTO user_account (name) VALUES (?)", [("a",), ("b",)])
        run("INSERT INTO user_account (name) VALUES (:n)", [{"n": "c"}, {"n": "d"}])
        assert run("SELECT name FROM user_account").scalars().all() == ["a", "b", "c", "d"]
        assert run("INSERT INTO user_account (name) VALUES ('e')").lastrowid == 5


def test_expanding_parameters_take_lists(engine: Engine) -> None:
    from cormorant import bindparam

    with engine.begin() as connection:
        connection.execute(insert(user), [{"name": one} for one in "abc"])
        statement = select(user.c.name).where(user.c.id.in_(bindparam("ids", expanding=True))).order_by(user.c.id)
        assert connection.execute(statement, {"ids": [1, 3]}).scalars().all() == ["a", "c"]
        assert connection.execute(statement, {"ids": (2,)}).scalars().all() == ["b"]
        assert connection.execute(statement, {"ids": []}).scalars().all() == []


def test_defaults_see_the_parameters_and_the_connection(engine: Engine) -> None:
    seen = []

    def both(context: Any) -> str:
        seen.append(
            (context.get_current_parameters(), context.connection, context.isinsert, context.current_column.key)
        )
        return f"{context.get_current_parameters()['a']}!"

    t = Table(
        "d",
        MetaData(),
        Column("a", Integer, primary_key=True),
        Column("b", String, default=both),
        Column("c", Integer, default=lambda: 7),
    )
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(t), {"a": 5})
        assert connection.execute(select(t)).one() == (5, "5!", 7)
        assert seen[0][1] is connection and seen[0][0]["a"] == 5 and seen[0][2:] == (True, "b")


def test_options_are_merged_and_unsupported_ones_are_named(engine: Engine) -> None:
    with engine.connect().execution_options(mine=1) as connection:
        assert connection.get_execution_options() == {"mine": 1}
        with pytest.raises(exc.NotSupportedYet, match="schema_translate_map"):
            connection.execute(select(user), execution_options={"schema_translate_map": {None: "x"}})
    derived = engine.execution_options(a=1).execution_options(b=2)
    with derived.connect() as connection:
        assert connection.get_execution_options() == {"a": 1, "b": 2}
        assert connection.engine is derived
    assert isinstance(derived, Engine) and derived.pool is engine.pool


# ---- tables


def test_create_and_drop_look_first(engine: Engine) -> None:
    metadata.create_all(engine)
    assert inspect(engine).get_table_names() == ["email", "user_account"]
    email.drop(engine)
    assert not inspect(engine).has_table("email")
    with pytest.raises((exc.OperationalError, exc.ProgrammingError)):
        email.drop(engine)
    email.drop(engine, checkfirst=True)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        assert inspect(connection).get_table_names() == []
        user.create(connection)
    with pytest.raises((exc.OperationalError, exc.ProgrammingError), match="already exists"):
        user.create(engine)


def test_inspector_reads_columns_and_keys(engine: Engine) -> None:
    inspector = inspect(engine)
    columns = {one["name"]: one for one in inspector.get_columns("user_account")}
    assert isinstance(columns["name"]["type"], String) and columns["name"]["type"].length == 30
    assert not columns["id"]["nullable"]
    assert inspector.get_pk_constraint("email")["constrained_columns"] == ["id"]
    assert inspector.get_foreign_keys("email")[0]["referred_table"] == "user_account"
    assert inspector.get_indexes("user_account")[0]["column_names"] == ["name"]
    with pytest.raises(exc.NoSuchTableError):
        inspector.get_columns("absent")
    with pytest.raises(exc.NotSupportedYet, match="get_view_definition"):
        inspector.get_view_definition("absent")


# ---- pools


def test_queue_pool_counts_and_times_out(file_url: str) -> None:
    engine = create_engine(file_url, pool_size=2, max_overflow=1, pool_timeout=0.05)
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    lent = [engine.connect() for _ in range(3)]
    assert (pool.size(), pool.checkedin(), pool.overflow(), pool.checkedout()) == (2, 0, 1, 3)
    with pytest.raises(exc.TimeoutError):
        engine.connect()
    for one in lent:
        one.close()
    assert (pool.checkedin(), pool.checkedout()) == (2, 0)
    engine.dispose()
    assert pool.checkedin() == 0
    engine.connect().close()
    engine.dispose()


def test_dropped_connection_goes_back_to_the_pool(file_url: str) -> None:
    engine = create_engine(file_url)
    connection: Any = engine.connect()
    connection.execute(text("SELECT 1"))
    del connection
    gc.collect()
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    engine.dispose()


@pytest.mark.parametrize("kind", [NullPool, StaticPool, QueuePool, SingletonThreadPool])
def test_each_pool_works(file_url: str, kind: Any) -> None:
    engine = create_engine(file_url, poolclass=kind)
    assert type(engine.pool) is kind and kind.__name__ in engine.pool.status() or kind is QueuePool
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(user), {"name": "ada"})
    assert count(engine) == 1
    engine.dispose()


@pytest.mark.sqlite
def test_memory_database_is_one_for_each_thread() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(inspect(engine).get_table_names()))
    thread.start()
    thread.join()
    assert found == [[]] and "user_account" in inspect(engine).get_table_names()
    engine.dispose()


def test_connection_can_be_handed_to_another_thread(engine: Engine) -> None:
    connection = engine.connect()
    connection.execute(insert(user), {"name": "ada"})
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(connection.execute(select(user.c.name)).scalars().all()))
    thread.start()
    thread.join()
    assert found == [["ada"]]
    connection.close()


def test_invalidated_connection_gets_a_new_one(file_url: str) -> None:
    engine = create_engine(file_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.invalidate()
        assert connection.invalidated
        with pytest.raises(exc.PendingRollbackError):
            connection.execute(text("SELECT 1"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1 and not connection.invalidated
    engine.dispose()


@pytest.mark.sqlite
def test_raw_connection_speaks_pep_249(engine: Engine) -> None:
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("INSERT INTO user_account (name) VALUES (?)", ("ada",))
    assert (cursor.rowcount, cursor.lastrowid, cursor.description) == (1, 1, None)
    cursor.executemany("INSERT INTO user_account (name) VALUES (?)", [("bob",), ("cyd",)])
    raw.commit()
    cursor.execute("SELECT id, name FROM user_account ORDER BY id")
    assert [one[0] for one in cursor.description] == ["id", "name"]
    assert cursor.fetchone() == (1, "ada") and cursor.fetchmany(1) == [(2, "bob")] and list(cursor) == [(3, "cyd")]
    with pytest.raises(exc.NotSupportedYet, match="create_function"):
        raw.create_function("f", 0, lambda: 1)
    with pytest.raises(Exception, match="syntax error") as caught:
        cursor.execute("SELEC")
    assert type(caught.value).__module__ == "sqlite3"
    cursor.close()
    raw.close()
    with pytest.raises(Exception, match="closed"):
        raw.cursor()
    assert count(engine) == 3


# ---- arguments


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("nonsense", exc.ArgumentError),
        ("unknown://host/x", exc.NoSuchModuleError),
        ("sqlite+pysqlit://", exc.NoSuchModuleError),
        ("postgresql+psycopg4://host/x", exc.NoSuchModuleError),
        ("mysql://host/x", exc.NotSupportedYet),
        ("postgresql://host/x?no_such_option=1", exc.ArgumentError),
        ("sqlite://user@host/x", exc.ArgumentError),
        (5, exc.ArgumentError),
    ],
)
def test_bad_urls(url: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        create_engine(url)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"absent_option": 1}, TypeError),
        ({"pool_size": 3, "max_overflow": 1}, TypeError),
        ({"connect_args": {"absent": 1}}, TypeError),
        ({"connect_args": {"factory": object}}, exc.NotSupportedYet),
        ({"echo": "debug"}, exc.NotSupportedYet),
        ({"creator": object}, exc.NotSupportedYet),
        ({"isolation_level": "SOMETIMES"}, exc.ArgumentError),
        ({"poolclass": object}, exc.ArgumentError),
        ({"future": False}, exc.ArgumentError),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        create_engine("sqlite://", **arguments)


@pytest.mark.sqlite
def test_url_is_taken_apart_and_put_together() -> None:
    url = make_url("postgresql+psycopg://me:a%40b@[::1]:5432/shop?x=1&y=2&y=3")
    assert (url.drivername, url.username, url.password, url.host, url.port, url.database) == (
        "postgresql+psycopg", "me", "a@b", "::1", 5432, "shop",
    )  # fmt: skip
    assert dict(url.query) == {"x": "1", "y": ("2", "3")}
    assert str(url) == "postgresql+psycopg://me:***@[::1]:5432/shop?x=1&y=2&y=3"
    assert make_url(url.render_as_string(hide_password=False)) == url
    assert url.set(database="other").database == "other" and url.get_backend_name() == "postgresql"
    assert URL.create("sqlite", database="a b.db").render_as_string() == "sqlite:///a b.db"


@pytest.mark.sqlite
def test_engine_from_config() -> None:
    engine = engine_from_config({"sqlalchemy.url": "sqlite://", "sqlalchemy.echo": "false", "other": 1})
    assert engine.name == "sqlite" and engine.driver == "pysqlite" and repr(engine) == "Engine(sqlite://)"


@pytest.mark.sqlite
def test_profile_app_turns_foreign_keys_on(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db?profile=app")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_nothing_warns_in_plain_use(database_url: str) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        engine = create_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()
    assert [str(one.message) for one in said] == []


@pytest.mark.sqlite
def test_a_text_compiled_for_an_engine_has_its_own_values() -> None:
    engine = create_engine("sqlite://")
    one, two = (select(column("a")).where(column("a") == value, column("b").in_(["x"] * value)) for value in (1, 2))
    for chosen in (engine, engine.dialect):
        assert [statement.compile(chosen).params for statement in (one, two)] == [
            {"a_1": 1, "b_1": ["x"]},
            {"a_1": 2, "b_1": ["x", "x"]},
        ]
        assert one.compile(chosen).string == two.compile(chosen).string == one.compile(dialect=sqlite.dialect()).string
    assert two.compile(engine, compile_kwargs={"render_postcompile": True}).string.endswith("IN (?, ?)")
    engine.dispose()
