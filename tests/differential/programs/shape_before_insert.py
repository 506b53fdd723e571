"""before_insert changes its object and executes SQL on its connection; all hooks run before the first INSERT."""

from sqlalchemy import String, create_engine, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int | None]


class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(60))


@event.listens_for(User, "before_insert")
def before(mapper, connection, target):
    print("before_insert", mapper.class_.__name__, target.name, target.id)
    connection.execute(insert(Log.__table__).values(text=f"will insert {target.name}"))
    target.position = connection.scalar(select(func.count()).select_from(Log.__table__))
    target.name = target.name.upper()


@event.listens_for(User, "after_insert")
def after(mapper, connection, target):
    print("after_insert", target.name, target.id)
    connection.execute(Log.__table__.insert(), {"text": f"inserted {target.id}"})


@event.listens_for(User, "before_update")
def update(mapper, connection, target):
    print("before_update", target.name)


@event.listens_for(User, "before_delete")
def delete(mapper, connection, target):
    print("before_delete", target.name)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(name="ada"), User(name="bob")])
    session.flush()
    ada, bob = session.scalars(select(User).order_by(User.id)).all()
    ada.name = ada.name
    bob.name = "robert"
    session.commit()
    session.delete(ada)
    session.commit()
    print(session.execute(select(User.id, User.name, User.position)).all())
    print(session.scalars(select(Log.text).order_by(Log.id)).all())
