"""MetaData, tables, columns and constraints."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import inspect as _inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, overload

from . import _core, exc
from . import types as sqltypes
from ._absent import absent
from ._nearest import hint
from ._typing import T
from .sql import elements
from .sql.base import DialectKWArgs, SchemaVisitor
from .sql.ddl import (
    DDL,
    BaseDDLElement,
    CreateIndex,
    CreateTable,
    DDLElement,
    DropIndex,
    DropTable,
    ExecutableDDLElement,
    sort_tables,
)
from .sql.elements import ColumnClause, conv, quoted_name
from .sql.selectable import TableClause

if TYPE_CHECKING:
    from .sql.dml import Delete, Insert, Update

__all__ = [
    "BLANK_SCHEMA", "BaseDDLElement", "CheckConstraint", "Column", "ColumnDefault", "Computed", "Constraint",
    "CreateIndex", "CreateTable", "DDL", "DDLElement", "DefaultClause", "DropIndex", "DropTable",
    "ExecutableDDLElement", "FetchedValue", "ForeignKey", "ForeignKeyConstraint", "Identity", "Index", "MetaData",
    "PrimaryKeyConstraint", "SchemaItem", "SchemaVisitor", "Sequence", "Table", "UniqueConstraint", "conv",
    "quoted_name", "sort_tables",
]  # fmt: skip

_PRIMARY, _UNIQUE, _CHECK, _FOREIGN = 1, 2, 3, 4
_COLUMN_LEVEL, _FINAL_NAME, _INLINE, _USE_ALTER, _NULLS_NOT_DISTINCT, _NULLS_DISTINCT = 2, 4, 8, 1, 16, 32
_order = itertools.count()
_OTHER_DIALECTS = ("mysql_", "mariadb_", "postgresql_", "oracle_", "mssql_", "sqlite_")


class BLANK_SCHEMA:
    """A Table that takes no schema from its MetaData."""


class SchemaItem:
    """What a schema is made of."""

    _corm_info: dict[Any, Any] | None = None

    @property
    def info(self) -> dict[Any, Any]:
        """What the program wants to remember about it."""
        if self._corm_info is None:
            self._corm_info = {}
        return self._corm_info

    @info.setter
    def info(self, value: dict[Any, Any]) -> None:
        self._corm_info = value


def _quote(name: Any, quote: bool | None = None) -> int:
    wanted = quote if quote is not None else getattr(name, "quote", None)
    return 0 if wanted is None else 1 if wanted else -1


def _other_dialects(what: str, kw: dict[str, Any]) -> dict[str, Any]:
    """Arguments of dialects: those of others are kept for them, an unknown one is an error."""
    for name in kw:
        if not name.startswith(_OTHER_DIALECTS):
            raise TypeError(f"{what} takes no argument {name!r}")
        if name.startswith(("sqlite_", "postgresql_")):
            raise exc.NotSupportedYet(f"{what}({name}=...) is not supported yet")
    return dict(kw)


_POSTGRESQL_INDEX = ("where", "using", "ops", "include", "with", "tablespace", "concurrently", "nulls_not_distinct")

# ---- MetaData --------------------------------------------------------------------------------------------------------

_CONVENTIONS = ("ix", "uq", "ck", "fk", "pk")
DEFAULT_NAMING_CONVENTION = {"ix": "ix_%(column_0_label)s"}


class _Tables(dict[str, "Table"]):
    """The tables of a MetaData by name: changed by Table alone."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("a MetaData's tables are changed by Table() and MetaData.remove()")

    def __delitem__(self, key: str) -> None:
        raise TypeError("a MetaData's tables are changed by Table() and MetaData.remove()")


class MetaData(SchemaItem):
    """Tables that belong together.

    :param schema: the schema of tables that name none.
    :param naming_convention: how constraints without a name are called, as
        ``{"uq": "uq_%(table_name)s_%(column_0_name)s"}``.
    """

    __visit_name__ = "metadata"

    def __init__(
        self,
        schema: str | None = None,
        quote_schema: bool | None = None,
        naming_convention: Any = None,
        info: dict[Any, Any] | None = None,
    ) -> None:
        if quote_schema is not None:
            raise exc.NotSupportedYet("MetaData(quote_schema=...) is not supported yet")
        self.schema = schema
        self.naming_convention = naming_convention or DEFAULT_NAMING_CONVENTION
        if info:
            self.info = info
        self.tables: dict[str, Table] = _Tables()
        self._untyped: list[Column] = []
        self._catalog = _core.Catalog(schema, **self._conventions())

    def _conventions(self) -> dict[str, str]:
        classes: dict[Any, str] = {
            Index: "ix",
            UniqueConstraint: "uq",
            CheckConstraint: "ck",
            ForeignKeyConstraint: "fk",
            PrimaryKeyConstraint: "pk",
        }
        found: dict[str, str] = {}
        for key, value in self.naming_convention.items():
            name = classes.get(key, key)
            if name not in _CONVENTIONS or not isinstance(value, str):
                raise exc.NotSupportedYet(f"naming_convention[{key!r}] is not supported yet")
            found[name] = value
        return found

    def __repr__(self) -> str:
        return "MetaData()" if self.schema is None else f"MetaData(schema={self.schema!r})"

    def __contains__(self, table_or_key: Any) -> bool:
        key = table_or_key if isinstance(table_or_key, str) else table_or_key.key
        return key in self.tables

    @property
    def sorted_tables(self) -> list[Table]:
        """The tables, those that others refer to first, else by name."""
        present = set(map(id, self.tables.values()))
        return [table for table in self._catalog.sorted(True) if id(table) in present]

    def clear(self) -> None:
        """Forget all tables."""
        for table in list(self.tables.values()):
            self.remove(table)

    def remove(self, table: Table) -> None:
        """Forget a table."""
        if self.tables.get(table.key) is table:
            dict.__delitem__(self.tables, table.key)
            self._catalog.forget(table)

    def create_all(self, bind: Any, tables: Iterable[Table] | None = None, checkfirst: bool = True) -> None:
        """Create the tables that are not there.

        :param bind: an Engine or a Connection.
        :param tables: only these.
        :param checkfirst: look first which are there.
        """
        bind._corm_ddl("create", self, tables, checkfirst)

    def drop_all(self, bind: Any, tables: Iterable[Table] | None = None, checkfirst: bool = True) -> None:
        """Drop the tables that are there.

        :param bind: an Engine or a Connection.
        :param tables: only these.
        :param checkfirst: look first which are there.
        """
        bind._corm_ddl("drop", self, tables, checkfirst)

    def reflect(
        self,
        bind: Any,
        schema: str | None = None,
        views: bool = False,
        only: Any = None,
        extend_existing: bool = False,
        autoload_replace: bool = True,
        resolve_fks: bool = True,
        **dialect_kwargs: Any,
    ) -> None:
        """Add the tables that a database has.

        :param bind: an Engine, a Connection or an Inspector.
        :param schema: those of this schema; by default of the MetaData's.
        :param views: views, too.
        :param only: the names of these, or a function of a name and this MetaData that says whether it is wanted.
        :param extend_existing: add to tables that are here already what they lack.
        :param autoload_replace: False: columns that are here already stay as they are.
        :param resolve_fks: tables that foreign keys refer to are added, too.
        :raises InvalidRequestError: a table of ``only`` is not there.
        """
        from .engine.autoload import reflect

        for name in dialect_kwargs:
            raise exc.NotSupportedYet(f"MetaData.reflect({name}=...) is not supported yet")
        options = {"autoload_replace": autoload_replace, "resolve_fks": resolve_fks}
        schema = self.schema if schema is None else schema
        reflect(self, bind, schema, views, only, extend_existing=extend_existing, **options)

    def _resolve_types(self) -> None:
        """Columns with a foreign key and no type of their own take the type of the column that they refer to."""
        changed = True
        while changed and self._untyped:
            changed = False
            for column in list(self._untyped):
                target = column._peek_target()
                if target is not None and not isinstance(target.type, sqltypes.NullType):
                    column.type = target.type
                    _core.set_column_type(column, target.type)
                    self._untyped.remove(column)
                    changed = True


# ---- Table -----------------------------------------------------------------------------------------------------------


class Table(DialectKWArgs, SchemaItem, TableClause):
    """A table.

    :param name: its name.
    :param metadata: the MetaData that it belongs to.
    :param args: columns, constraints and indexes.
    :param extend_existing: add to a table of that name where there is one.
    :param keep_existing: leave a table of that name as it is.
    :param autoload_with: an Engine, a Connection or an Inspector, whose database tells the table's parts; columns that
        are given stand in the place of its own.
    :param include_columns: only these of the database's columns, and what needs no others.
    :param autoload_replace: False: columns that the table has already stay as they are.
    :param resolve_fks: tables that foreign keys refer to are added to the MetaData, too.
    :raises InvalidRequestError: there is a table of that name already.
    :raises NoSuchTableError: the database has no such table.
    """

    __visit_name__ = "table"
    key: Any = None
    name: Any = None
    schema: Any = None
    primary_key: Any = None
    foreign_keys: Any = frozenset()
    metadata: MetaData
    comment: str | None
    _quote_name: bool | None
    _prefixes: list[str]
    _autoincrement: bool
    _rowid: bool
    _strict: bool

    if TYPE_CHECKING:

        @property
        def c(self) -> _core.ColumnCollection[Column[Any]]: ...  # type: ignore[override]

        @property
        def columns(self) -> _core.ColumnCollection[Column[Any]]: ...  # type: ignore[override]

    def __new__(cls, name: str, metadata: MetaData, *args: Any, **kw: Any) -> Table:
        if not isinstance(metadata, MetaData):
            raise exc.ArgumentError(f"Table({name!r}) needs a MetaData as second argument, not {metadata!r}")
        schema = kw.pop("schema", None)
        schema = metadata.schema if schema is None else None if schema is BLANK_SCHEMA else schema
        key = name if schema is None else f"{schema}.{name}"
        extend, keep = kw.pop("extend_existing", False), kw.pop("keep_existing", False)
        must_exist = kw.pop("must_exist", False)
        autoload = _autoload(kw)
        if extend and keep:
            raise exc.ArgumentError("Table() takes extend_existing or keep_existing, not both")
        found = metadata.tables.get(key)
        if found is not None:
            if not keep and not extend and (args or kw):
                raise exc.InvalidRequestError(
                    f"the table {key!r} is defined in this MetaData already: say extend_existing=True to add to it"
                )
            if extend:
                found._extend(args, kw, autoload)
            return found
        if must_exist:
            raise exc.InvalidRequestError(f"there is no table {key!r} in this MetaData")
        made = super().__new__(cls)
        made._define(name, metadata, schema, key, args, kw, autoload)
        return made

    def __init__(self, name: str, metadata: MetaData, *args: Any, **kw: Any) -> None:
        pass  # __new__ did it: the table may have been there already

    def _define(
        self, name: str, metadata: MetaData, schema: str | None, key: str, args: Any, kw: dict[str, Any], autoload: Any
    ) -> None:
        self._take_options(kw)
        if autoload is not None and self.comment is None:
            self.comment = autoload.comment(name, schema)
        self.name = name
        self.key = self.fullname = key
        self.schema = schema
        self.metadata = metadata
        self.constraints: set[Constraint] = set()
        self.indexes: set[Index] = set()
        self.foreign_keys = set()
        self._set_extra("c", _core.ColumnCollection())
        flags = (1 if self._autoincrement else 0) | (0 if self._rowid else 2) | (4 if self._strict else 0)
        prefixes = " ".join(self._prefixes) or None
        metadata._catalog.define(
            self, name, schema, self.comment, _quote(name, self._quote_name), flags, prefixes, None
        )
        dict.__setitem__(metadata.tables, key, self)
        self.primary_key = PrimaryKeyConstraint(_implicit=True)
        self.primary_key.table = self
        self.constraints.add(self.primary_key)
        try:
            self._load(args, autoload)
        except BaseException:
            metadata.remove(self)
            raise

    def _take_options(self, kw: dict[str, Any]) -> None:
        self.comment = kw.pop("comment", None)
        info = kw.pop("info", None)
        if info:
            self.info = info
        self._quote_name = kw.pop("quote", None)
        self._prefixes = [str(one) for one in kw.pop("prefixes", ())]
        self._autoincrement = kw.pop("sqlite_autoincrement", False)
        self._rowid = kw.pop("sqlite_with_rowid", True)
        self._strict = kw.pop("sqlite_strict", False)
        if not kw.pop("implicit_returning", True):
            raise exc.NotSupportedYet("Table(implicit_returning=False) is not supported yet")
        for name in (
            "autoload",
            "listeners",
            "quote_schema",
        ):
            if kw.pop(name, None):
                raise exc.NotSupportedYet(f"Table({name}=...) is not supported yet")
        self.kwargs = _other_dialects("Table()", kw)

    def _load(self, args: Any, autoload: Any) -> None:
        """Adds what the database tells, then what was given."""
        if autoload is not None:
            from .engine.autoload import parts_of

            for parts in parts_of(self, args, autoload):
                self._add_all(parts)
        self._add_all([one for one in args if not (isinstance(one, Column) and one.table is self)])

    def _extend(self, args: Any, kw: dict[str, Any], autoload: Any) -> None:
        if "comment" in kw or "info" in kw:
            self.comment = kw.pop("comment", self.comment)
            self.info.update(kw.pop("info", {}))
        if kw:
            raise exc.NotSupportedYet(f"Table(extend_existing=True) with {sorted(kw)} is not supported yet")
        fresh = [arg for arg in args if not (isinstance(arg, Column) and arg.key in self.c)]
        if len(fresh) != len(args):
            raise exc.NotSupportedYet("Table(extend_existing=True) that replaces a column is not supported yet")
        self._load(fresh, autoload)

    def _add_all(self, args: Any) -> None:
        for arg in args:
            if not isinstance(arg, (Column, Constraint, Index)):
                raise exc.ArgumentError(f"Table() takes columns, constraints and indexes, not {arg!r}")
        columns = [arg for arg in args if isinstance(arg, Column)]
        for column in columns:
            column._attach(self)
        self._finish_key([arg for arg in args if isinstance(arg, PrimaryKeyConstraint)])
        own = [arg for arg in args if isinstance(arg, Constraint) and not isinstance(arg, PrimaryKeyConstraint)]
        for constraint in sorted(own, key=lambda one: one._creation_order):
            constraint._attach(self)
        for column in columns:
            column._attach_constraints()
        for index in args:
            if isinstance(index, Index) and index.table is None:
                index._attach(self)
        self.metadata._resolve_types()

    def _finish_key(self, given: list[PrimaryKeyConstraint]) -> None:
        if given:
            self.constraints.discard(self.primary_key)
            self.primary_key = given[0]
        key = self.primary_key
        known = {id(column) for column in key.columns}
        late = [column for column in self.c if column.primary_key and id(column) not in known]
        if not given and not late:
            return
        if given and key._pending:
            for name in key._pending:
                column = key._resolve(self, name)
                column.primary_key = True
                if not column._nullable_given:
                    column.nullable = False
        else:
            key._pending = (*key.columns, *late)
        key._attach(self)

    # -- what it has

    @property
    def foreign_key_constraints(self) -> set[ForeignKeyConstraint]:
        """Its foreign keys, as constraints."""
        return {one for one in self.constraints if isinstance(one, ForeignKeyConstraint)}

    @property
    def description(self) -> str:
        """Its name."""
        return str(self.name)

    @property
    def autoincrement_column(self) -> Column | None:
        """The key column that the database numbers."""
        return next((column for column in self.c if _core.is_generated(column)), None)

    @property
    def _autoincrement_column(self) -> Column | None:
        return self.autoincrement_column

    @property
    def entity_namespace(self) -> Any:
        """Where filter_by() looks names up."""
        return self.c

    def __str__(self) -> str:
        return self.key

    def __repr__(self) -> str:
        parts = [repr(self.name), repr(self.metadata), *map(repr, self.c), f"schema={self.schema!r}"]
        return f"Table({', '.join(parts)})"

    def __reduce__(self) -> Any:
        raise exc.NotSupportedYet("pickling a Table is not supported yet")

    def append_column(self, column: Column, *, replace_existing: bool = False) -> None:
        """Add a column.

        :raises DuplicateColumnError: there is one of that name.
        """
        if replace_existing and column.key in self.c:
            raise exc.NotSupportedYet(
                "append_column(replace_existing=True) of a column that is there is not supported yet"
            )
        self._add_all([column])

    def append_constraint(self, constraint: Constraint) -> None:
        """Add a constraint."""
        self._add_all([constraint])

    def create(self, bind: Any, checkfirst: bool = False) -> None:
        """``CREATE TABLE``, with its indexes."""
        bind._corm_ddl("create table", self.metadata, [self], checkfirst)

    def drop(self, bind: Any, checkfirst: bool = False) -> None:
        """``DROP TABLE``."""
        bind._corm_ddl("drop table", self.metadata, [self], checkfirst)

    def insert(self) -> Insert:
        """``INSERT``."""
        return _core.insert(self)

    def update(self) -> Update:
        """``UPDATE``."""
        return _core.update(self)

    def delete(self) -> Delete:
        """``DELETE``."""
        return _core.delete(self)

    def to_metadata(
        self, metadata: MetaData, schema: Any = None, referred_schema_fn: Any = None, name: str | None = None
    ) -> Table:
        """A copy that belongs to another MetaData."""
        if referred_schema_fn is not None:
            raise exc.NotSupportedYet("to_metadata(referred_schema_fn=...) is not supported yet")
        parts: list[Any] = [column._copy() for column in self.c]
        parts += [one._copy() for one in self.constraints if one._of_table and not one._empty()]
        parts += [one._copy() for one in self.indexes if not one._column_flag]
        return Table(
            name or self.name, metadata, *parts, schema=self.schema if schema is None else schema, comment=self.comment
        )


def _autoload(kw: dict[str, Any]) -> Any:
    from .engine.autoload import Autoload

    return Autoload.take(kw)


# ---- Column ----------------------------------------------------------------------------------------------------------


class Column(DialectKWArgs, SchemaItem, ColumnClause[T]):
    """A column of a table.

    :param args: the name (a str) and the type, in this order, then foreign keys, checks and defaults.
    :param primary_key: it is part of the key.
    :param nullable: it takes NULL; by default where it is not part of the key.
    :param default: the value, function or SQL expression that fills it in an INSERT.
    :param onupdate: the same in an UPDATE.
    :param server_default: text or SQL for DEFAULT in CREATE TABLE.
    :param key: the name by which Python knows it.
    :param index: make an index of it.
    :param unique: its values are unique.
    """

    __visit_name__ = "column"
    table: Any = None
    key: Any = None
    name: Any = None
    _proxies: tuple[Any, ...] = ()

    @overload
    def __init__(
        self,
        name_pos: str,
        type_pos: sqltypes.TypeEngine[T] | type[sqltypes.TypeEngine[T]],
        /,
        *args: SchemaItem,
        **kw: Any,
    ) -> None: ...

    @overload
    def __init__(
        self, type_pos: sqltypes.TypeEngine[T] | type[sqltypes.TypeEngine[T]], /, *args: SchemaItem, **kw: Any
    ) -> None: ...

    @overload
    def __init__(self, *args: str | SchemaItem, **kw: Any) -> None: ...

    def __init__(  # type: ignore[misc]
        self,
        *args: Any,
        name: str | None = None,
        type_: Any = None,
        autoincrement: Any = "auto",
        default: Any = None,
        insert_default: Any = None,
        doc: str | None = None,
        key: str | None = None,
        index: bool | None = None,
        unique: bool | None = None,
        info: dict[Any, Any] | None = None,
        nullable: bool | None = None,
        onupdate: Any = None,
        primary_key: bool = False,
        server_default: Any = None,
        server_onupdate: Any = None,
        quote: bool | None = None,
        system: bool = False,
        comment: str | None = None,
        **dialect_kwargs: Any,
    ) -> None:
        rest = list(args)
        if rest and (isinstance(rest[0], str) or rest[0] is None):
            if name is not None and rest[0] is not None:
                raise exc.ArgumentError("Column() takes its name once")
            name = rest.pop(0) or name
        if rest and (_is_type(rest[0]) or rest[0] is None):
            if type_ is not None and rest[0] is not None:
                raise exc.ArgumentError("Column() takes its type once")
            type_ = rest.pop(0) or type_
        self.name = name
        self.key = key if key is not None else name
        self.type = sqltypes.to_instance(type_)
        self.primary_key = bool(primary_key)
        self._nullable_given = nullable is not None
        self.nullable = nullable if nullable is not None else not primary_key
        self.autoincrement = autoincrement
        self.index = index
        self.unique = unique
        self.system = system
        self.doc = doc
        self.comment = comment
        self.quote = quote
        self.constraints: set[Constraint] = set()
        self.foreign_keys: set[ForeignKey] = set()
        self._parts: list[Any] = []
        self.computed: Computed | None = None
        self.identity: Identity | None = None
        self.kwargs = _other_dialects("Column()", dialect_kwargs)
        self._indexes: list[Index] = []
        if info:
            self.info = info
        self.default = _default(insert_default if insert_default is not None else default, False)
        self.onupdate = _default(onupdate, True)
        self.server_default = _server_default(server_default, False)
        self.server_onupdate = _server_default(server_onupdate, True)
        for part in rest:
            self._take(part)

    def _take(self, part: Any) -> None:
        if isinstance(part, ForeignKey):
            part.parent = self
            self.foreign_keys.add(part)
            self._parts.append(part)
        elif isinstance(part, Constraint):
            self._parts.append(part)
        elif isinstance(part, ColumnDefault):
            if part.for_update:
                self.onupdate = part
            else:
                self.default = part
        elif isinstance(part, Computed):
            self.computed = self.server_default = self.server_onupdate = part
        elif isinstance(part, Identity):
            if self.server_default is not None:
                raise exc.ArgumentError("a Column with an Identity takes no server default")
            self.identity = self.server_default = part
            self.nullable = self.nullable and self._nullable_given
        elif isinstance(part, FetchedValue):
            if part.for_update:
                self.server_onupdate = part
            else:
                self.server_default = part
        else:
            raise exc.ArgumentError(f"Column() takes a name, a type, foreign keys, checks and defaults, not {part!r}")

    def __corm_node__(self) -> Any:
        if self.name is None:
            raise exc._UnnamedColumnError("a Column without a name is used in an expression")
        return _core.named(self.name, self.type, False)

    # -- becoming part of a table

    def _attach(self, table: Table) -> None:
        if self.table is not None and self.table is not table:
            raise exc.ArgumentError(f"the Column {self.name!r} belongs to the Table {self.table.name!r} already")
        if not self.name:
            raise exc.ArgumentError("a Column needs a name before it belongs to a Table")
        if self.key is None:
            self.key = self.name
        if self.key in table.c:
            raise exc.DuplicateColumnError(f"the Table {table.name!r} has a column {self.key!r} already")
        self._define(table, False)
        self.table = table
        table.c.add(self, self.key)
        if isinstance(self.type, sqltypes.NullType) and self.foreign_keys:
            table.metadata._untyped.append(self)

    def _define(self, table: Table, again: bool) -> None:
        _core.add_column(
            table,
            self,
            self.name,
            self.key,
            self.type,
            self._flags(),
            _quote(self.name, self.quote),
            _described(self.default),
            _described(self.onupdate),
            self._server_default_node(),
            self.comment,
            self.computed._text if self.computed is not None else None,
            self.computed._kept if self.computed is not None else 0,
            self.identity._said if self.identity is not None else None,
            again,
        )

    def _redefine(self, other: Column) -> None:
        """Becomes what another column of its name says, which belongs to no table; its foreign keys stay."""
        kept = ("table", "key", "name", "constraints", "foreign_keys", "_parts", "_indexes", "index", "unique")
        self.__dict__.update({name: value for name, value in other.__dict__.items() if name not in kept})
        self._define(self.table, True)

    def _flags(self) -> int:
        numbered = 8 if self.autoincrement is False else 4 if self.autoincrement is True else 0
        if self.autoincrement == "ignore_fk":
            numbered = 64
        return (
            (1 if self.primary_key else 0)
            | (0 if self.nullable else 2)
            | numbered
            | (16 if self.server_onupdate is not None else 0)
            | (32 if self.system else 0)
            | (0 if self.server_default is None or isinstance(self.server_default, DefaultClause) else 128)
        )

    def _server_default_node(self) -> Any:
        given = self.server_default
        if not isinstance(given, DefaultClause):
            return None
        return _core.literal(given.arg) if isinstance(given.arg, str) else given.arg

    def _attach_constraints(self) -> None:
        table = self.table
        for one in self._indexes:
            if one.table is None:
                one._attach(table)
        if self.unique and not self.index:
            constraint = UniqueConstraint(self, _column_flag=True)
            constraint._attach(table)
        for part in self._parts:
            if isinstance(part, ForeignKey):
                part._attach(table)
            else:
                part._column_flag = True
                part._pending = part._pending or (self,)
                part._attach(table)
        if self.index:
            index = Index(None, self, unique=bool(self.unique), _column_flag=True)
            if index.table is None:
                index._attach(table)

    def _peek_target(self) -> Column | None:
        for one in self.foreign_keys:
            try:
                return one.column
            except (exc.NoReferenceError, exc.InvalidRequestError):
                return None
        return None

    def append_foreign_key(self, fk: ForeignKey) -> None:
        """Add a foreign key."""
        self._take(fk)
        if self.table is not None:
            fk._attach(self.table)

    def references(self, column: Any) -> bool:
        """Whether one of its foreign keys refers to that column."""
        return any(one.column is column for one in self.foreign_keys)

    @property
    def base_columns(self) -> set[Any]:
        """Itself."""
        return {self}

    @property
    def proxy_set(self) -> set[Any]:
        """Itself."""
        return {self}

    def shares_lineage(self, other: Any) -> bool:
        """Whether both show the same column of a table."""
        return self in getattr(other, "base_columns", ())

    def _copy(self, **kw: Any) -> Column:
        """A column of its own, without a table."""
        made = type(self).__new__(type(self))
        made.__dict__.update(
            {key: value for key, value in self.__dict__.items() if key not in ("table", "_corm_info", "_indexes")}
        )
        made.constraints, made.foreign_keys, made._parts, made._indexes = set(), set(), [], []
        if self._corm_info:
            made._corm_info = dict(self._corm_info)
        for part in self._parts:
            made._take(part._copy())
        return made

    copy = _copy

    def __str__(self) -> str:
        if self.name is None:
            return "(no name)"
        return f"{self.table.description}.{self.description}" if self.table is not None else self.description

    @property
    def description(self) -> str:
        """Its name."""
        return self.name

    def __repr__(self) -> str:
        parts = [repr(self.name), repr(self.type)]
        parts += [repr(one) for one in self.foreign_keys]
        parts.append("table=None" if self.table is None else f"table=<{self.table.description}>")
        parts += [f"key={self.key!r}"] if self.key != self.name else []
        parts += ["primary_key=True"] if self.primary_key else []
        parts += [] if self.nullable else ["nullable=False"]
        parts += [f"onupdate={self.onupdate!r}"] if self.onupdate else []
        parts += [f"default={self.default!r}"] if self.default else []
        parts += [f"server_default={self.server_default!r}"] if self.server_default else []
        parts += [f"comment={self.comment!r}"] if self.comment else []
        return f"Column({', '.join(parts)})"


def _is_type(given: Any) -> bool:
    return isinstance(given, _core.Type) or (isinstance(given, type) and issubclass(given, _core.Type))


# ---- Defaults --------------------------------------------------------------------------------------------------------


class DefaultGenerator(SchemaItem):
    """What fills a column."""

    is_sequence = is_scalar = is_callable = is_clause_element = is_server_default = False
    column: Any = None
    for_update = False


class ColumnDefault(DefaultGenerator):
    """What fills a column before the statement is sent: a value, a function, an SQL expression."""

    arg: Any

    def __init__(self, arg: Any, for_update: bool = False) -> None:
        self.arg = arg
        self.for_update = for_update
        if isinstance(arg, FetchedValue):
            raise exc.ArgumentError("a server default goes to server_default, not to default")
        if isinstance(arg, _core.Node) or hasattr(arg, "__clause_element__"):
            self.is_clause_element = True
        elif callable(arg):
            self.is_callable = True
            self.arg = _with_context(arg)
        else:
            self.is_scalar = True

    def __repr__(self) -> str:
        kind = "Callable" if self.is_callable else "Scalar" if self.is_scalar else ""
        return (
            f"{kind}ElementColumnDefault({self.arg!r})"
            if not self.is_callable
            else f"CallableColumnDefault({self.arg!r})"
        )


ScalarElementColumnDefault = CallableColumnDefault = ColumnElementColumnDefault = ColumnDefault


def _with_context(fn: Callable[..., Any]) -> Callable[[Any], Any]:
    """A function of the context: one that takes nothing is called with nothing."""
    try:
        parameters = _inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return lambda context: fn()
    positional = [
        one
        for one in parameters
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.default is one.empty
    ]
    if len(positional) > 1:
        raise exc.ArgumentError("a default's function takes no argument, or one: the context")
    if positional:
        return fn

    def without_context(context: Any) -> Any:
        return fn()

    without_context.__wrapped__ = fn  # type: ignore[attr-defined]
    return without_context


def _default(given: Any, for_update: bool) -> Any:
    if given is None:
        return None
    if isinstance(given, (ColumnDefault, FetchedValue)):
        given.for_update = for_update
        return given
    if isinstance(given, Sequence):
        raise exc.NotSupportedYet("Sequence is not supported yet")
    return ColumnDefault(given, for_update)


def _described(default: Any) -> Any:
    if not isinstance(default, ColumnDefault):
        return None
    if default.is_callable:
        return ("host", default.arg)
    if default.is_clause_element:
        return ("expr", default.arg)
    return ("value", default.arg) if _has_cell(default.arg) else ("host", _constant(default))


def _has_cell(value: Any) -> bool:
    return value is None or type(value) in (int, float, str, bool, bytes)


def _constant(default: ColumnDefault) -> Callable[[Any], Any]:
    """A value without a form of its own in the core, as a function that gives it; kept with the default."""
    value = default.arg

    def constant(context: Any) -> Any:
        return value

    default._corm_constant = constant  # type: ignore[attr-defined]
    return constant


class FetchedValue(SchemaItem):
    """The database fills it: by a trigger, say."""

    is_server_default = True
    reflected = False
    has_argument = False
    is_clause_element = False
    is_identity = False

    def __init__(self, for_update: bool = False) -> None:
        self.for_update = for_update

    def _as_for_update(self, for_update: bool) -> FetchedValue:
        if self.for_update == for_update:
            return self
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.for_update = for_update
        return made


class DefaultClause(FetchedValue):
    """DEFAULT in CREATE TABLE."""

    has_argument = True

    def __init__(self, arg: Any, for_update: bool = False, _reflected: bool = False) -> None:
        if not isinstance(arg, (str, _core.Node)):
            raise exc.ArgumentError(f"a server default is a str or an SQL expression, not {arg!r}")
        super().__init__(for_update)
        self.arg = arg
        self.reflected = _reflected

    def __repr__(self) -> str:
        return f"DefaultClause({self.arg!r}, for_update={self.for_update!r})"


PassiveDefault = DefaultClause


class Computed(FetchedValue):
    """GENERATED ALWAYS AS (sqltext): the database computes it.

    :param sqltext: SQL as text, or text().
    :param persisted: True: STORED, False: VIRTUAL.
    """

    __visit_name__ = "computed_column"

    def __init__(self, sqltext: Any, persisted: bool | None = None) -> None:
        super().__init__()
        self.sqltext = elements.text(sqltext.replace(":", "\\:")) if isinstance(sqltext, str) else sqltext
        if not isinstance(self.sqltext, elements.TextClause):
            raise exc.NotSupportedYet("Computed() of an expression is not supported yet: give its text")
        if persisted is None:
            raise exc.NotSupportedYet("Computed() without persisted is not supported yet: say True or False")
        self.persisted = persisted
        self.column: Any = None

    @property
    def _text(self) -> str:
        return str(self.sqltext)

    @property
    def _kept(self) -> int:
        return 1 if self.persisted else -1

    def _as_for_update(self, for_update: bool) -> FetchedValue:
        return self

    def __repr__(self) -> str:
        return f"Computed({self._text!r}, persisted={self.persisted!r})"


_IDENTITY_NUMBERS = ("start", "increment", "minvalue", "maxvalue", "cache")


class Identity(FetchedValue):
    """GENERATED BY DEFAULT AS IDENTITY: the database numbers the column.

    :param always: ALWAYS, so that no value of the program's own is taken.
    :param start: the first number.
    :param increment: what is added for the next.
    :param minvalue: the least number; nominvalue: there is none.
    :param maxvalue: the greatest number; nomaxvalue: there is none.
    :param cycle: whether it begins anew behind the last number.
    :param cache: how many numbers are taken at once.
    """

    __visit_name__ = "identity_column"
    is_identity = True

    def __init__(
        self,
        always: bool | None = False,
        on_null: bool | None = None,
        start: int | None = None,
        increment: int | None = None,
        minvalue: int | None = None,
        maxvalue: int | None = None,
        nominvalue: bool | None = None,
        nomaxvalue: bool | None = None,
        cycle: bool | None = None,
        cache: int | None = None,
        order: bool | None = None,
    ) -> None:
        super().__init__()
        if on_null is not None or order is not None:
            raise exc.NotSupportedYet("Identity(on_null=..., order=...) is not supported yet")
        self.always, self.on_null, self.order = always, on_null, order
        self.start, self.increment = start, increment
        self.minvalue, self.maxvalue = minvalue, maxvalue
        self.nominvalue, self.nomaxvalue = nominvalue, nomaxvalue
        self.cycle, self.cache = cycle, cache
        self.column: Any = None

    @property
    def _said(self) -> tuple[bool, int, int, int, int, int, int, int]:
        numbers = [getattr(self, name) for name in _IDENTITY_NUMBERS]
        given = sum(1 << i for i, number in enumerate(numbers) if number is not None)
        given |= (32 if self.nominvalue is not None else 0) | (64 if self.nomaxvalue is not None else 0)
        start, increment, least, most, cache = (number or 0 for number in numbers)
        cycle = 0 if self.cycle is None else 1 if self.cycle else -1
        return (bool(self.always), given, start, increment, least, most, cache, cycle)

    def _as_for_update(self, for_update: bool) -> FetchedValue:
        return self


def _server_default(given: Any, for_update: bool) -> Any:
    if given is None or isinstance(given, FetchedValue):
        return given._as_for_update(for_update) if given is not None else None
    return DefaultClause(given, for_update)


class _Absent:
    _what = ""

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet(f"{type(self).__name__} is not supported yet")


class Sequence(_Absent):
    """Not supported yet."""


HasConditionalDDL = HasSchemaAttr = SchemaItem


# ---- Constraints -----------------------------------------------------------------------------------------------------


class Constraint(DialectKWArgs, _core.SchemaPart, SchemaItem):
    """A constraint of a table."""

    table: Any = None
    name: Any = None
    comment: str | None = None  # what a database tells; it is not written into DDL
    _kind = 0
    _column_flag = False

    def __init__(
        self,
        name: Any = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        if comment is not None:
            raise exc.NotSupportedYet(f"{type(self).__name__}(comment=...) is not supported yet")
        self.name = name
        self.deferrable = deferrable
        self.initially = initially
        self.kwargs = _other_dialects(f"{type(self).__name__}()", dialect_kw)
        self._creation_order = next(_order)
        self._pending: tuple[Any, ...] = ()
        if info:
            self.info = info
        self.columns = _core.ColumnCollection()

    @property
    def c(self) -> Any:
        """Its columns."""
        return self.columns

    @property
    def _of_table(self) -> bool:
        return not self._column_flag

    def _empty(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return object.__hash__(self)

    def contains_column(self, col: Any) -> bool:
        """Whether that column belongs to it."""
        return self.columns.contains_column(col)

    def _resolve(self, table: Table, given: Any) -> Any:
        column = _as_column(given)
        if isinstance(column, str):
            if column not in table.c:
                raise exc.ConstraintColumnNotFoundError(
                    f"{type(self).__name__} on table {table.name!r}: there is no column {column!r}"
                    f"{hint(column, table.c.keys())}"
                )
            return table.c[column]
        if column.table is not table and column.table is not None:
            raise exc.ArgumentError(
                f"{type(self).__name__}: the column {column} belongs to another table than {table.name!r}"
            )
        return column

    def _attach(self, table: Table) -> None:
        if isinstance(self.table, Table) and self.table is not table:
            raise exc.ArgumentError(f"this {type(self).__name__} belongs to the table {self.table.name!r} already")
        self.table = table
        self.columns = _core.ColumnCollection()
        for one in self._pending:
            self.columns.add(self._resolve(table, one))
        self._define(table)
        table.constraints.add(self)

    def _define(self, table: Table, check: Any = None, refs: tuple[Any, ...] = (), **options: Any) -> None:
        flags = options.get("flags", 0) | (_COLUMN_LEVEL if self._column_flag else 0)
        flags |= _FINAL_NAME if isinstance(self.name, conv) else 0
        deferrable = 0 if self.deferrable is None else 1 if self.deferrable else -1
        _core.add_constraint(
            table,
            self,
            self._kind,
            self.name if isinstance(self.name, str) else None,
            tuple(self.columns),
            check,
            refs,
            options.get("ondelete"),
            options.get("onupdate"),
            self.initially,
            options.get("match"),
            deferrable,
            flags,
        )
        if not isinstance(self.name, str) and self._final_name is not None:
            self.name = self._final_name

    def _copy(self, **kw: Any) -> Any:
        """One of its own, without a table."""
        made = type(self).__new__(type(self))
        made.__dict__.update({key: value for key, value in self.__dict__.items() if key not in ("table", "_corm_info")})
        made.columns = _core.ColumnCollection()
        made._pending = tuple(getattr(_as_column(one), "key", one) for one in self._pending)
        made._creation_order = next(_order)
        return made

    copy = _copy

    def __repr__(self) -> str:
        named = f", name={self.name!r}" if isinstance(self.name, str) else ""
        return f"{type(self).__name__}({', '.join(map(repr, self.columns))}{named})"


def _as_column(given: Any) -> Any:
    if isinstance(given, (str, Column)):
        return given
    element = getattr(given, "__clause_element__", None)
    if element is not None:
        return _as_column(element())
    if isinstance(given, _core.Node):
        found = _core.column_object(given)
        if found is not None:
            return found
    raise exc.ArgumentError(f"a column or its name was expected, not {given!r}")


class ColumnCollectionConstraint(Constraint):
    """A constraint over columns."""

    def __init__(self, *columns: Any, _column_flag: bool = False, **kw: Any) -> None:
        super().__init__(**kw)
        self._column_flag = _column_flag
        self._pending = tuple(columns)
        tables = {id(one.table): one.table for one in columns if isinstance(one, Column) and one.table is not None}
        if (
            not _column_flag
            and len(tables) == 1
            and all(isinstance(one, Column) and one.table is not None for one in columns)
        ):
            self._attach(next(iter(tables.values())))


class UniqueConstraint(ColumnCollectionConstraint):
    """UNIQUE.

    :param columns: columns or their names.
    :param name: the constraint's name.
    :param postgresql_nulls_not_distinct: whether NULL equals NULL, said in PostgreSQL's DDL.
    """

    __visit_name__ = "unique_constraint"
    _kind = _UNIQUE

    def __init__(self, *columns: Any, postgresql_nulls_not_distinct: bool | None = None, **kw: Any) -> None:
        self._nulls_not_distinct = postgresql_nulls_not_distinct
        super().__init__(*columns, **kw)
        if postgresql_nulls_not_distinct is not None:
            self.kwargs["postgresql_nulls_not_distinct"] = postgresql_nulls_not_distinct

    def _define(self, table: Table, check: Any = None, refs: tuple[Any, ...] = (), **options: Any) -> None:
        said = self._nulls_not_distinct
        flags = 0 if said is None else _NULLS_NOT_DISTINCT if said else _NULLS_DISTINCT
        super()._define(table, check, refs, **{**options, "flags": options.get("flags", 0) | flags})


class PrimaryKeyConstraint(ColumnCollectionConstraint):
    """PRIMARY KEY, for a name of its own or an order of its own."""

    __visit_name__ = "primary_key_constraint"
    _kind = _PRIMARY

    def __init__(self, *columns: Any, name: Any = None, _implicit: bool = False, **kw: Any) -> None:
        self._implicit = _implicit
        Constraint.__init__(self, name=name, **kw)
        self._pending = tuple(columns)

    @property
    def _of_table(self) -> bool:
        return not self._implicit

    def _empty(self) -> bool:
        return not self._pending

    @property
    def columns_autoinc_first(self) -> list[Any]:
        """Its columns, the one that the database numbers first."""
        return sorted(self.columns, key=lambda one: not _core.is_generated(one))


class CheckConstraint(Constraint):
    """CHECK.

    :param sqltext: text, or an expression.
    """

    __visit_name__ = "check_constraint"
    _kind = _CHECK

    def __init__(self, sqltext: Any, name: Any = None, table: Any = None, **kw: Any) -> None:
        super().__init__(name=name, **kw)
        self.sqltext = elements.text(sqltext) if isinstance(sqltext, str) else sqltext
        if table is not None:
            self._attach(table)
        else:
            self._find_table()

    def _find_table(self) -> None:
        waiting, tables = [self.sqltext], {}
        while waiting:
            one = waiting.pop()
            column = one if isinstance(one, Column) else None
            if column is not None and column.table is not None:
                tables[id(column.table)] = column.table
            elif isinstance(one, _core.Node) and column is None:
                waiting += [kid for kid in one._kids() if kid is not None]
        if len(tables) == 1:
            self._attach(next(iter(tables.values())))

    def _attach(self, table: Table) -> None:
        if self.table is table:
            return
        if self._column_flag:
            self.columns = _core.ColumnCollection()
        self.table = table
        for one in self._pending:
            self.columns.add(self._resolve(table, one))
        self._define(table, check=self.sqltext, flags=_INLINE if self._column_flag else 0)
        table.constraints.add(self)

    def __repr__(self) -> str:
        return f"CheckConstraint({self.sqltext!r})"


class ForeignKeyConstraint(ColumnCollectionConstraint):
    """FOREIGN KEY.

    :param columns: the columns here, by name.
    :param refcolumns: those that they refer to, as ``"table.column"`` or Column.
    """

    __visit_name__ = "foreign_key_constraint"
    _kind = _FOREIGN

    def __init__(
        self,
        columns: Iterable[Any],
        refcolumns: Iterable[Any],
        name: Any = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        use_alter: bool = False,
        link_to_name: bool = False,
        match: str | None = None,
        table: Any = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        _elements: Any = None,
        **dialect_kw: Any,
    ) -> None:
        Constraint.__init__(
            self, name=name, deferrable=deferrable, initially=initially, info=info, comment=comment, **dialect_kw
        )
        if link_to_name:
            raise exc.NotSupportedYet("ForeignKeyConstraint(link_to_name=True) is not supported yet")
        self.onupdate = onupdate
        self.ondelete = ondelete
        self.use_alter = use_alter
        self.match = match
        self._pending = tuple(columns)
        refs = tuple(refcolumns)
        if len(refs) != len(self._pending):
            raise exc.ArgumentError(f"a foreign key of {len(self._pending)} columns refers to {len(refs)}")
        options: dict[str, Any] = {"onupdate": onupdate, "ondelete": ondelete, "match": match}
        self.elements = _elements or [ForeignKey(ref, _constraint=self, **options) for ref in refs]
        if table is not None:
            self._attach(table)

    @property
    def column_keys(self) -> list[str]:
        """The keys of its columns."""
        return [getattr(_as_column(one), "key", one) for one in self._pending]

    @property
    def referred_table(self) -> Any:
        """The table that it refers to."""
        return self.elements[0].column.table

    def _attach(self, table: Table) -> None:
        if self.table is table:
            return
        self.table = table
        for one, element in zip(self._pending, self.elements):
            column = self._resolve(table, one)
            self.columns.add(column)
            element.parent = column
            element.constraint = self
            column.foreign_keys.add(element)
            table.foreign_keys.add(element)
            if isinstance(column.type, sqltypes.NullType) and column not in table.metadata._untyped:
                table.metadata._untyped.append(column)
        refs = tuple(element._reference(table) for element in self.elements)
        self._define(
            table,
            refs=refs,
            flags=_USE_ALTER if self.use_alter else 0,
            ondelete=self.ondelete,
            onupdate=self.onupdate,
            match=self.match,
        )
        table.constraints.add(self)

    def _copy(self, **kw: Any) -> Any:
        made = super()._copy()
        made.elements = [one._copy(_constraint=made) for one in self.elements]
        return made


class ForeignKey(DialectKWArgs, SchemaItem):
    """A foreign key of one column.

    :param column: ``"table.column"``, or a Column.
    """

    __visit_name__ = "foreign_key"
    parent: Any = None
    constraint: Any = None

    def __init__(
        self,
        column: Any,
        _constraint: Any = None,
        use_alter: bool = False,
        name: Any = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        link_to_name: bool = False,
        match: str | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        if link_to_name:
            raise exc.NotSupportedYet("ForeignKey(link_to_name=True) is not supported yet")
        self._colspec = column if isinstance(column, str) else _as_column(column)
        self.constraint = _constraint
        self.use_alter = use_alter
        self.name = name
        self.onupdate = onupdate
        self.ondelete = ondelete
        self.deferrable = deferrable
        self.initially = initially
        self.match = match
        self.comment = comment
        self.kwargs = _other_dialects("ForeignKey()", dialect_kw)
        if info:
            self.info = info

    def _attach(self, table: Table) -> None:
        """As a constraint of its own, of the column that it stands on."""
        if self.constraint is not None:
            return
        made = ForeignKeyConstraint(
            [self.parent],
            [self._colspec],
            name=self.name,
            onupdate=self.onupdate,
            ondelete=self.ondelete,
            deferrable=self.deferrable,
            initially=self.initially,
            use_alter=self.use_alter,
            match=self.match,
            comment=self.comment,
            _elements=[self],
            **self.kwargs,
        )
        made._column_flag = True
        made._attach(table)

    def _reference(self, table: Table) -> Any:
        """What the core is told: the text, or the Column when it belongs to a table."""
        if isinstance(self._colspec, str):
            if self._colspec.count(".") < 1:
                raise exc.ArgumentError(f'a foreign key refers to "table.column", not to {self._colspec!r}')
            return self._colspec
        if self._colspec.table is None:
            raise exc.InvalidRequestError(f"the foreign key of {table.name!r} refers to a Column without a Table")
        return self._colspec

    @property
    def target_fullname(self) -> str:
        """``table.column``."""
        if isinstance(self._colspec, str):
            return self._colspec
        return f"{self._colspec.table.fullname}.{self._colspec.key}"

    @property
    def column(self) -> Any:
        """The Column that it refers to.

        :raises NoReferencedTableError: there is no such table in the MetaData.
        :raises NoReferencedColumnError: that table has no such column.
        """
        if not isinstance(self._colspec, str):
            return self._colspec
        if self.constraint is None or not isinstance(self.constraint.table, Table):
            raise exc.InvalidRequestError("this foreign key belongs to no table yet")
        i = next((i for i, one in enumerate(self.constraint.elements) if one is self), 0)
        return self.constraint._target(i)

    def references(self, table: Any) -> bool:
        """Whether it refers to a column of that table."""
        return self.column.table is table

    def get_referent(self, table: Any) -> Any:
        """The column of ``table`` that it refers to, or None."""
        return table.corresponding_column(self.column)

    def _copy(self, _constraint: Any = None, **kw: Any) -> ForeignKey:
        """One of its own, without a column."""
        made = type(self).__new__(type(self))
        made.__dict__.update(
            {key: value for key, value in self.__dict__.items() if key not in ("parent", "constraint")}
        )
        if _constraint is not None:
            made.constraint = _constraint
        return made

    copy = _copy

    def __repr__(self) -> str:
        return f"ForeignKey({self.target_fullname!r})"


class Index(DialectKWArgs, _core.SchemaPart, SchemaItem):
    """An index.

    :param name: its name; None: by the naming convention.
    :param expressions: columns, their names, or expressions.
    :param unique: its values are unique.
    """

    __visit_name__ = "index"
    table: Any = None

    def __init__(
        self,
        name: Any,
        *expressions: Any,
        unique: bool = False,
        quote: bool | None = None,
        info: dict[Any, Any] | None = None,
        _table: Any = None,
        _column_flag: bool = False,
        **dialect_kw: Any,
    ) -> None:
        if quote is not None:
            raise exc.NotSupportedYet("Index(quote=...) is not supported yet")
        self.name = name
        self.unique = unique
        self._column_flag = _column_flag
        self.kwargs = dict(dialect_kw)
        self._where = dialect_kw.pop("sqlite_where", None)
        self._postgresql = {name: dialect_kw.pop(f"postgresql_{name}", None) for name in _POSTGRESQL_INDEX}
        for name in dialect_kw:
            if name.startswith("postgresql_"):
                raise exc.NotSupportedYet(f"Index({name}=...) is not supported yet")
        _other_dialects("Index()", dialect_kw)
        if info:
            self.info = info
        self._pending = tuple(one if isinstance(one, str) else self._element(one) for one in expressions)
        self.expressions: list[Any] = []
        self.columns = _core.ColumnCollection()
        table = _table if _table is not None else self._find_table()
        if table is not None:
            self._attach(table)
        else:
            for one in self._pending:
                for column in _columns_in(one):
                    column._indexes.append(self)
                    return

    @staticmethod
    def _element(given: Any) -> Any:
        if isinstance(given, _core.Node):
            return given
        element = getattr(given, "__clause_element__", None)
        if element is None:
            raise exc.ArgumentError(f"Index() takes columns, names and expressions, not {given!r}")
        return element()

    def _find_table(self) -> Any:
        for one in self._pending:
            for column in _columns_in(one):
                if column.table is not None:
                    return column.table
        return None

    def _attach(self, table: Table) -> None:
        if self.table is not None:
            if self.table is not table:
                raise exc.ArgumentError(f"the index {self.name!r} belongs to the table {self.table.name!r} already")
            return
        found = []
        for one in self._pending:
            if isinstance(one, str):
                if one not in table.c:
                    raise exc.ConstraintColumnNotFoundError(
                        f"Index on table {table.name!r}: there is no column {one!r}{hint(one, table.c.keys())}"
                    )
                one = table.c[one]
            found.append(one)
        self.table = table
        self.expressions = found
        self.columns = _core.ColumnCollection()
        for one in found:
            for column in _columns_in(one):
                self.columns.add(column)
        where = elements.text(self._where) if isinstance(self._where, str) else self._where
        name = self.name if isinstance(self.name, str) else None
        _core.add_index(table, self, name, self.unique, tuple(found), where, self._postgresql_options(table, found))
        if self.name is None:
            self.name = self._final_name
        table.indexes.add(self)

    def _postgresql_options(self, table: Table, found: list[Any]) -> tuple[Any, ...]:
        given = self._postgresql
        where = elements.text(given["where"]) if isinstance(given["where"], str) else given["where"]
        ops = given["ops"] or {}
        classes = tuple(ops.get(getattr(one, "key", None)) for one in found) if ops else ()
        include = tuple(table.c[one] if isinstance(one, str) else one for one in given["include"] or ())
        storage = ", ".join(f"{name} = {value}" for name, value in (given["with"] or {}).items())
        flags = 1 if given["concurrently"] else 0
        if given["nulls_not_distinct"] is not None:
            flags |= 2 if given["nulls_not_distinct"] else 4
        return (where, given["using"] or None, classes, include, storage or None, given["tablespace"], flags)

    def create(self, bind: Any, checkfirst: bool = False) -> None:
        """``CREATE INDEX``."""
        bind._corm_ddl("create index", self.table.metadata, [self], checkfirst)

    def drop(self, bind: Any, checkfirst: bool = False) -> None:
        """``DROP INDEX``."""
        bind._corm_ddl("drop index", self.table.metadata, [self], checkfirst)

    def _copy(self, **kw: Any) -> Index:
        pending = [
            one if isinstance(one, str) else one.key if isinstance(one, Column) else one for one in self._pending
        ]
        return Index(self.name, *pending, unique=self.unique, **self.kwargs)

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __repr__(self) -> str:
        parts = [repr(self.name), *map(repr, self.expressions)] + (["unique=True"] if self.unique else [])
        return f"Index({', '.join(parts)})"


def _columns_in(expression: Any) -> Iterator[Column]:
    if isinstance(expression, Column):
        yield expression
    elif isinstance(expression, _core.Node):
        for kid in expression._kids():
            if kid is not None:
                yield from _columns_in(kid)


__getattr__ = absent(
    __name__,
    "AddConstraint ColumnCollectionMixin CreateColumn CreateSchema CreateSequence DropColumnComment DropConstraint",
    "DropConstraintComment DropSchema DropSequence DropTableComment InvokeDDLBase SchemaConst SchemaVisitable",
    "SetColumnComment SetConstraintComment SetTableComment insert_sentinel sort_tables_and_constraints",
)
