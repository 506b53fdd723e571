"""A relation's collection can be a set or a dict keyed by an attribute."""

from show import raised
from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, attribute_keyed_dict, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[set["Tag"]] = relationship(back_populates="user")
    notes: Mapped[dict[str, "Note"]] = relationship(
        collection_class=attribute_keyed_dict("key"), cascade="all, delete-orphan"
    )


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="tags")


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


def names(user):
    return sorted(tag.name for tag in user.tags)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
user = User(id=1)
print(type(user.tags).__name__, isinstance(user.tags, set), isinstance(user.notes, dict))
red = Tag(id=1, name="red")
user.tags.add(red)
user.tags.add(red)
print(len(user.tags), red.user is user)
user.notes["a"] = Note(id=1, key="a", text="first")
session.add(user)
session.commit()

blue, green = Tag(id=2, name="blue"), Tag(id=3, name="green")
user.tags.add(blue)
user.tags.add(green)
user.tags.discard(red)
print(names(user), red.user, blue.user is user)
session.flush()
user.tags = {green}
print(names(user), blue.user)
raised(setattr, user, "tags", [red])
session.commit()
print(names(user), red in user.tags, green in user.tags)

user.notes["b"] = Note(id=2, key="b", text="second")
session.commit()
print(sorted(user.notes), user.notes["b"].text, "z" in user.notes, [n.key for n in user.notes.values()])
user.notes.pop("a")
session.commit()
print({key: note.text for key, note in user.notes.items()})
user.notes["b"].key = "renamed"
print(list(user.notes))
session.commit()
print(list(user.notes))
user.notes = {"x": Note(id=3, key="x", text="third")}
session.commit()
print({key: note.text for key, note in user.notes.items()})
session.close()
