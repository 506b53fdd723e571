"""@validates sees every set and append, may replace the value, and its exception leaves the attribute as it was."""

from show import raised
from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, validates


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    mail: Mapped[str | None] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user")

    @validates("name", "mail")
    def check_text(self, key, value):
        print("validate", key, repr(value), "old", repr(self.__dict__.get(key)))
        if value == "":
            raise ValueError("empty")
        return value and value.strip()

    @validates("items")
    def check_item(self, key, item):
        print("validate", key, item.title)
        if item.title == "bad":
            raise KeyError("bad item")
        return item


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    user = User(name="  ada ", mail=None)
    print(repr(user.name))
    raised(setattr, user, "name", "")
    print(repr(user.name))
    raised(User, name="")
    user.items.append(Item(title="lamp"))
    raised(user.items.append, Item(title="bad"))
    print([item.title for item in user.items])
    user.items = [user.items[0], Item(title="rug")]
    Item(title="by backref").user = user
    print([item.title for item in user.items])
    session.add(user)
    session.commit()
    print(repr(user.name), len(user.items))
    user.mail = " a@b "
    session.commit()
    print(repr(user.mail))
