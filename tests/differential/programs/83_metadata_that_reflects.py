"""MetaData.reflect finds the tables of a database, and what they refer to; an Inspector tells of many tables at once.

# questions to the catalog are free
"""

from show import described, raised
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, inspect, select
from sqlalchemy.engine.reflection import ObjectKind, ObjectScope

engine = create_engine("sqlite://")
STATEMENTS = """
CREATE TABLE country (id INTEGER NOT NULL PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE city (id INTEGER NOT NULL PRIMARY KEY, country_id INTEGER NOT NULL REFERENCES country (id));
CREATE TABLE street (id INTEGER NOT NULL PRIMARY KEY, city_id INTEGER, CONSTRAINT fk_city FOREIGN KEY (city_id) REFERENCES city (id));
CREATE TABLE alone (a INTEGER NOT NULL CHECK (a > 3), b NUMERIC(6, 2), CONSTRAINT pk_alone PRIMARY KEY (a));
CREATE TABLE self_made (id INTEGER NOT NULL PRIMARY KEY, up INTEGER, CONSTRAINT fk_up FOREIGN KEY (up) REFERENCES self_made (id));
CREATE INDEX ix_b ON alone (b);
CREATE VIEW towns AS SELECT id FROM city
"""  # noqa: E501


def tables(metadata):
    return {key: table.c.keys() for key, table in sorted(metadata.tables.items())}


with engine.begin() as connection:
    for statement in STATEMENTS.split(";\n"):
        connection.exec_driver_sql(statement)

    print("== reflect")
    metadata = MetaData()
    metadata.reflect(connection)
    print(tables(metadata))
    print([one.name for one in metadata.sorted_tables])
    street = metadata.tables["street"]
    print(street.c.city_id.references(metadata.tables["city"].c.id), select(street.join(metadata.tables["city"])))
    for options in (
        {"views": True},
        {"only": ["street"]},
        {"only": ["street"], "resolve_fks": False},
        {"only": lambda name, metadata: name.startswith("c") and not metadata.tables},
        {"only": ["towns"], "views": True},
        {"only": []},
    ):
        metadata = MetaData()
        metadata.reflect(connection, **options)
        print(sorted(set(options) - {"only"}), tables(metadata))
    raised(metadata.reflect, connection, only=["street", "nowhere"])
    raised(metadata.reflect, connection, only=["towns"])

    print("== what is here already")
    metadata = MetaData()
    given = Table("alone", metadata, Column("a", String(7), primary_key=True), Column("mine", Integer))
    metadata.reflect(connection)
    print(tables(metadata)["alone"], metadata.tables["alone"] is given, described(given.c.a.type))
    metadata.reflect(connection, extend_existing=True, autoload_replace=False)
    print(tables(metadata)["alone"], described(given.c.a.type))
    metadata.reflect(connection, extend_existing=True)
    print(tables(metadata)["alone"], described(given.c.a.type), given.primary_key.name)
    connection.exec_driver_sql("ALTER TABLE alone ADD COLUMN late VARCHAR(3)")
    metadata.reflect(connection, extend_existing=True, only=["alone"])
    print(tables(metadata)["alone"])

    print("== created elsewhere")
    metadata = MetaData()
    metadata.reflect(connection, only=["city"])
    other = create_engine("sqlite://")
    metadata.create_all(other)
    again = MetaData()
    again.reflect(other)
    print(tables(again) == tables(metadata))

    print("== many tables")
    inspector = inspect(connection)
    connection.exec_driver_sql("CREATE TEMP TABLE passing (x INTEGER)")
    for what in ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "check_constraints"):
        for (schema, name), told in sorted(getattr(inspector, f"get_multi_{what}")().items()):
            print(what, schema, name, described(told))
    for options in (
        {"kind": ObjectKind.VIEW},
        {"kind": ObjectKind.ANY},
        {"kind": ObjectKind.ANY_VIEW},
        {"scope": ObjectScope.TEMPORARY},
        {"scope": ObjectScope.ANY, "kind": ObjectKind.TABLE},
        {"filter_names": ["city", "nowhere", "towns"]},
        {"filter_names": ["city", "nowhere", "towns"], "kind": ObjectKind.ANY, "scope": ObjectScope.ANY},
    ):
        print(sorted(inspector.get_multi_columns(**options)))

    print("== in order of creation")
    for name, keys in inspector.get_sorted_table_and_fkc_names():
        print(name, sorted(keys, key=str))

    print("== one more way")
    city = Table("city", MetaData())
    inspector.reflect_table(city, None)
    print(city.c.keys(), sorted(city.metadata.tables))
    city = Table("city", MetaData())
    inspector.reflect_table(city, ["id"])
    print(city.c.keys(), sorted(city.metadata.tables))
    raised(inspector.reflect_table, Table("nowhere", MetaData()), None)
