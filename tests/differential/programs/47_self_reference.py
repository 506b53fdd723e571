"""A tree refers to itself: it is inserted level by level, deleted bottom up, and loads both ways."""

from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    parent: Mapped["Node | None"] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Node"]] = relationship(back_populates="parent", cascade="all", order_by="Node.id")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
root = Node(name="root", children=[Node(name="a", children=[Node(name="a1"), Node(name="a2")]), Node(name="b")])
session.add(root)
session.commit()
print(root.name, [child.name for child in root.children], root.children[0].children[1].parent.parent is root)
parent = aliased(Node)
query = select(Node.name, parent.name).join(parent, Node.parent).order_by(Node.id)
print(session.execute(query).all())
session.expunge_all()
deep = select(Node).where(Node.parent_id.is_(None)).options(selectinload(Node.children).selectinload(Node.children))
root = session.scalars(deep).one()
print([(child.name, [one.name for one in child.children]) for child in root.children])
print(session.scalars(select(Node.name).where(Node.parent.has(Node.name == "a")).order_by(Node.id)).all())
root.children[1].parent = root.children[0]
session.commit()
print([child.name for child in root.children[0].children])
session.delete(root.children[0])
session.commit()
print(session.scalars(select(Node.name)).all())
session.close()
