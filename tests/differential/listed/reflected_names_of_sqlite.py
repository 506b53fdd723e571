"""Names in brackets, and tables in other letter case, are told by every question, with all of their constraints.

# only on SQLite: names in brackets and backticks, and tables that are found in any letter case, are its own
# questions to the catalog are free
"""

from show import described, raised
from sqlalchemy import MetaData, Table, create_engine, inspect

STATEMENTS = """
CREATE TABLE Store ([a b] INTEGER NOT NULL, `c d` TEXT, "e f" INTEGER, g INTEGER, UNIQUE ([a b]), UNIQUE (`c d`, [a b]), CONSTRAINT [uq x] UNIQUE ("e f"), CONSTRAINT pk_store PRIMARY KEY ([a b]));
CREATE TABLE Child (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b INTEGER, Up INTEGER, CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES STORE ([a b]), CONSTRAINT fk_b FOREIGN KEY (B) REFERENCES store ([A B]), FOREIGN KEY (up) REFERENCES child (ID), CONSTRAINT ck CHECK (A > 3));
CREATE INDEX ix_G ON STORE (G, [C D]);
CREATE UNIQUE INDEX [ix odd] ON store (g) WHERE G > 3;
CREATE VIEW Seen AS SELECT g FROM Store
"""  # noqa: E501
QUESTIONS = (
    "get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints",
    "get_check_constraints",
)  # fmt: skip

engine = create_engine("sqlite://")
with engine.begin() as connection:
    for statement in STATEMENTS.split(";\n"):
        connection.exec_driver_sql(statement)
    inspector = inspect(connection)
    print(inspector.get_table_names(), inspector.get_view_names())
    for table in ("Store", "store", "STORE", "Child", "cHILD", "seen"):
        for question in QUESTIONS:
            print(table, question)
            try:
                told = getattr(inspector, question)(table)
            except Exception as error:
                told = [type(error).__name__]
            for one in told if isinstance(told, list) else [told]:
                print("   ", described(one))
        print(table, inspector.has_table(table), inspector.has_index(table, "ix_G"), inspector.has_index(table, "ix_g"))
    metadata = MetaData()
    child = Table("Child", metadata, autoload_with=connection)
    print(sorted(metadata.tables), sorted(key.target_fullname for key in child.foreign_keys))
    metadata = MetaData()
    metadata.reflect(connection)
    print(sorted(metadata.tables))
    raised(metadata.reflect, connection, only=["STORE"])
