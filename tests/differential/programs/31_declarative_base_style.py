"""declarative_base() with Column attributes and the legacy Query works as in the wild."""

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, relationship, sessionmaker

Base = declarative_base()


class User(Base):
    __tablename__ = "user_account"
    id = Column(Integer, primary_key=True)
    name = Column(String(30), nullable=False)
    items = relationship("Item", back_populates="user", order_by="Item.id")


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)
    title = Column(String(30))
    user_id = Column(Integer, ForeignKey("user_account.id"))
    user = relationship("User", back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
make = sessionmaker(bind=engine)
session = make()
session.add_all(
    [User(name=name, items=[Item(title=f"{name} {n}") for n in range(2)]) for name in ("ada", "bob", "cyd")]
)
session.commit()
query = session.query(User)
print(query.count(), query.filter_by(name="bob").one().id, query.order_by(User.name.desc()).first().name)
print([user.name for user in query.filter(User.id > 1, User.name != "cyd").all()])
print([user.name for user in query.order_by(User.id).limit(2)], query.get(2).name)
print(query.filter_by(name="nobody").first(), query.filter(User.name.like("%d%")).count())
raised(query.filter_by(name="nobody").one)
raised(query.one)
raised(query.filter_by, absent=1)
raised(query.filter, "name = 1")
print(session.query(User).filter(User.id == 1).filter(User.name == "ada").one() is session.get(User, 1))
print([item.title for item in session.query(Item).filter(Item.user_id == 2).order_by(Item.id)])
print(session.query(User).order_by(User.id).all()[0].items[0].user.name)
session.close()
