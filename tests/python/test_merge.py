"""Session.merge(): what a program may do in the middle of it, and how far it goes."""

from __future__ import annotations

from typing import Any

import pytest
from cormorant import ForeignKey, create_engine, exc
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, validates


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    up: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    children: Mapped[list[Node]] = relationship(back_populates="parent")
    parent: Mapped[Node | None] = relationship(back_populates="children", remote_side=[id])

    @validates("name")
    def check(self, key: str, value: Any) -> Any:
        if value == "refused":
            raise ValueError(value)
        return value


@pytest.fixture
def session(database_url: str) -> Any:
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as one:
        yield one
    engine.dispose()


def chain(length: int) -> Node:
    first = node = Node(id=1)
    for i in range(2, length + 1):
        node.children = [Node(id=i)]
        node = node.children[0]
    return first


def test_a_long_chain_is_merged(session: Session) -> None:
    merged = session.merge(chain(300))
    assert len(session.new) == 300
    assert merged.children[0].parent is merged


def test_a_chain_without_end_is_refused(session: Session) -> None:
    with pytest.raises(exc.InvalidRequestError, match="1000 deep"):
        session.merge(chain(1001))


def test_what_a_validator_raises_is_raised(session: Session) -> None:
    session.add(Node(id=1, name="a"))
    session.commit()
    given = Node(id=1)
    given.__dict__["name"] = "refused"
    with pytest.raises(ValueError, match="refused"):
        session.merge(given)
    with session.no_autoflush:
        assert session.get(Node, 1).name == "a"


def test_autoflush_is_as_before_after_a_failure(session: Session) -> None:
    given = Node(id=1, children=[Node(id=2)])
    given.children[0].__dict__["name"] = "refused"
    with pytest.raises(ValueError, match="refused"):
        session.merge(given)
    session.expunge_all()
    session.add(Node(id=3))
    assert session.autoflush
    assert session.query(Node).count() == 1
