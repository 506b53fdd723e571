"""Lists that number their members: appended, moved, removed, replaced, loaded, set from the other side, pickled."""

import pickle

from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.ext.orderinglist import (
    OrderingList,
    count_from_0,
    count_from_1,
    count_from_n_factory,
    ordering_list,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Deck(Base):
    __tablename__ = "deck"
    id: Mapped[int] = mapped_column(primary_key=True)
    slides: Mapped[list["Slide"]] = relationship(
        order_by="Slide.place",
        collection_class=ordering_list("place"),
        cascade="all, delete-orphan",
        back_populates="deck",
    )
    notes: Mapped[list["Note"]] = relationship(
        order_by="Note.place", collection_class=ordering_list("place", count_from=1, reorder_on_append=True)
    )
    tens: Mapped[list["Ten"]] = relationship(
        order_by="Ten.place", collection_class=ordering_list("place", ordering_func=lambda index, members: index * 10)
    )


class Numbered:
    id: Mapped[int] = mapped_column(primary_key=True)
    deck_id: Mapped[int | None] = mapped_column(ForeignKey("deck.id"))
    place: Mapped[int | None]
    word: Mapped[str] = mapped_column(String(30))

    def __repr__(self):
        return f"{self.word}{self.place}"


class Slide(Numbered, Base):
    __tablename__ = "slide"
    deck: Mapped[Deck | None] = relationship(back_populates="slides")


class Note(Numbered, Base):
    __tablename__ = "note"


Ten = type("Ten", (Numbered, Base), {"__tablename__": "ten"})
print(Ten.__module__ == Note.__module__)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
deck = Deck()
for word in "abcd":
    deck.slides.append(Slide(word=word))
    deck.notes.append(Note(word=word))
    deck.tens.append(Ten(word=word))
print(deck.slides, deck.notes, deck.tens, type(deck.slides).__name__)
session.add(deck)
session.commit()
print(deck.slides, deck.notes, deck.tens)
for text in (
    "deck.slides.insert(1, Slide(word='e'))",
    "deck.slides.pop()",
    "deck.slides.pop(0)",
    "deck.slides.remove(deck.slides[1])",
    "deck.slides.append(Slide(word='f'))",
    "deck.slides.extend([Slide(word='g'), Slide(word='h')])",
    "deck.slides.__setitem__(0, Slide(word='i'))",
    "deck.slides.__setitem__(slice(0, 2), [Slide(word='j'), Slide(word='k'), Slide(word='l')])",
    "deck.slides.__delitem__(0)",
    "deck.slides.__delitem__(slice(0, 2))",
    "deck.slides.reverse()",
    "deck.slides.sort(key=lambda one: one.word)",
    "(deck.slides.reverse(), deck.slides.reorder())",
    "deck.notes.insert(0, Note(word='z'))",
    "deck.notes.append(Note(word='y', place=77))",
    "deck.slides.append(Slide(word='q', place=55))",
    "Slide(word='other', deck=deck).place",
    "setattr(deck.slides[0], 'deck', None)",
    "setattr(deck, 'slides', [Slide(word='m'), Slide(word='n')])",
    "setattr(deck, 'slides', list(reversed(deck.slides)))",
    "deck.slides.__iadd__([Slide(word='o')])",
    "deck.slides.clear()",
    "deck.slides.remove(Slide(word='none'))",
):
    try:
        found = eval(text)
    except Exception as error:
        found = type(error).__name__
    before = list(map(repr, deck.slides))
    session.commit()
    print(text, "|", found, before, deck.slides, deck.notes)

print("-- by itself")
deck.slides = [Slide(word="1"), Slide(word="2"), Slide(word="3")]
session.commit()
again = pickle.loads(pickle.dumps(deck.slides))
print(again, type(again).__name__)
alone = OrderingList("place")
alone.append(Slide(word="u"))
print(alone, alone.reorder_on_append, alone.ordering_func is count_from_0)
print(count_from_0(3, []), count_from_1(3, []), count_from_n_factory(5)(3, []))
for start in (0, 1, 4):
    print(ordering_list("place", count_from=start)().ordering_func.__name__)
other = Deck(slides=[Slide(word="x"), Slide(word="y")])
other.slides[0], other.slides[1] = other.slides[1], other.slides[0]
print(other.slides)
session.close()
