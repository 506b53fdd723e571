"""Rules that are easily got wrong: deleted attributes, tuples in a parameter, options of an engine, annotations."""

from typing import Any, ClassVar

from show import raised
from sqlalchemy import bindparam, create_engine, select, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    age: Mapped[int | None]
    limit: int = 3
    kinds: ClassVar[list[str]] = ["a"]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(id=1, name="Ada", age=36), User(id=2, name="Bob", age=40)])
    session.commit()
    pairs = select(User.id).where(tuple_(User.id, User.age).in_(bindparam("pairs", expanding=True))).order_by(User.id)
    print(session.scalars(pairs, {"pairs": [(1, 36), (2, 41)]}).all())
    print(session.scalars(pairs, {"pairs": [(1, 36), (2, 40), (3, 1)]}).all())
    print(session.scalars(pairs, {"pairs": []}).all())
    ada = session.get(User, 1)
    print(ada.limit, ada.kinds, ada.name)
    del ada.name
    raised(session.flush)
    session.rollback()
    print(ada.name)

with Session(engine.execution_options(mine="x")) as session:
    print(session.connection().get_execution_options()["mine"])


def bare(annotation: Any, **namespace: Any) -> None:
    class Fresh(DeclarativeBase):
        pass

    key = {"id": mapped_column(primary_key=True), "__tablename__": "thing"}
    names = {"__annotations__": {"id": Mapped[int], "more": annotation}, **key, **namespace}
    raised(lambda: print(type("Thing", (Fresh,), names).__table__.c.keys()))


bare(int)
bare(ClassVar[int])
bare(int, more=3)
bare(int, __allow_unmapped__=True)
bare(Mapped[int])
