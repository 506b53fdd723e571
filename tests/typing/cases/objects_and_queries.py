"""What a type checker makes of mapped classes, sessions and queries: each line says the type that is revealed."""

from __future__ import annotations

from cormorant import ForeignKey, String, create_engine
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, scoped_session, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    nick: Mapped[str | None]
    items: Mapped[list[Item]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="items")


class Own(Session):
    pass


engine = create_engine("sqlite://")
session = Session(engine)
user = User(name="ada")

reveal_type(user.id)  # expect: int
reveal_type(user.name)  # expect: str
reveal_type(user.nick)  # expect: str | None
reveal_type(user.items)  # expect: list[Item]
reveal_type(user.items[0].user.name)  # expect: str
reveal_type(session.get(User, 1))  # expect: User | None
reveal_type(session.get_one(User, 1))  # expect: User
reveal_type(session.merge(user))  # expect: User
reveal_type(session.query(User))  # expect: Query[User]
reveal_type(session.query(User).first())  # expect: User | None
reveal_type(session.query(User).filter(User.id > 1).all())  # expect: list[User]
reveal_type(session.query(User).one())  # expect: User
reveal_type(session.query(User).one_or_none())  # expect: User | None
reveal_type(session.query(User).filter_by(name="a").order_by(User.id).limit(2).all())  # expect: list[User]
reveal_type(session.query(User).count())  # expect: int
reveal_type([one for one in session.query(User)])  # expect: list[User]
reveal_type(sessionmaker(engine))  # expect: sessionmaker[Session]
reveal_type(sessionmaker(engine)())  # expect: Session
reveal_type(sessionmaker(engine, class_=Own)())  # expect: Own
reveal_type(scoped_session(sessionmaker(engine))())  # expect: Session
with Session(engine) as other, other.begin():
    reveal_type(other)  # expect: Session
