"""Hybrids: Python on objects, SQL on classes, aliases, subclasses and mixins."""

from show import raised, sql
from sqlalchemy import ForeignKey, Integer, String, create_engine, func, inspect, select, type_coerce, update
from sqlalchemy.ext.hybrid import Comparator, HybridExtensionType, hybrid_method, hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Sized:
    """A mixin with a hybrid of its own."""

    start: Mapped[int]
    end: Mapped[int]

    @hybrid_property
    def length(self):
        return self.end - self.start

    @length.setter
    def length(self, value):
        self.end = self.start + value

    @hybrid_method
    def contains(self, point, margin=0):
        return (self.start - margin <= point) & (point < self.end + margin)


class Interval(Sized, Base):
    __tablename__ = "interval_of"
    id: Mapped[int] = mapped_column(primary_key=True)
    _label: Mapped[str] = mapped_column("label", String(30))

    @hybrid_property
    def radius(self):
        """Half of it."""
        return abs(self.length) / 2

    @radius.inplace.expression
    @classmethod
    def _radius(cls):
        return type_coerce(func.abs(cls.length) / 2, Integer)

    @hybrid_property
    def label(self):
        return self._label

    @label.inplace.setter
    def _set_label(self, value):
        self._label = value.strip()

    @label.inplace.deleter
    def _del_label(self):
        self._label = "none"

    @hybrid_property
    def span(self):
        return (self.start, self.end)

    @span.update_expression
    def span(cls, value):
        return [(cls.start, value[0]), (cls.end, value[1])]

    @span.expression
    def span(cls):
        return func.max(cls.start, cls.end)


class NoCase(Comparator):
    """Compares without case."""

    def __eq__(self, other):
        return func.lower(self.__clause_element__()) == func.lower(other)

    def operate(self, op, *other, **kwargs):
        return op(func.lower(self.__clause_element__()), *(func.lower(one) for one in other), **kwargs)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    deposits: Mapped[list["Deposit"]] = relationship(back_populates="account")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "plain"}

    @hybrid_property
    def owner_folded(self):
        return self.owner.lower()

    @owner_folded.comparator
    def owner_folded(cls):
        return NoCase(cls.owner)

    @hybrid_property
    def balance(self):
        return sum(one.amount for one in self.deposits)

    @balance.inplace.expression
    @classmethod
    def _balance(cls):
        amounts = select(func.sum(Deposit.amount)).where(Deposit.account_id == cls.id)
        return amounts.label("total")

    @hybrid_property
    def title(self):
        return "Account " + self.owner


class Savings(Account):
    __mapper_args__ = {"polymorphic_identity": "savings"}

    @Account.title.overrides.expression
    def title(cls):
        return "Savings of " + cls.owner


class Deposit(Base):
    __tablename__ = "deposit"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[int]
    account: Mapped[Account] = relationship(back_populates="deposits")

    @hybrid_property
    def owner(self):
        return self.account.owner

    @owner.inplace.expression
    @classmethod
    def _owner(cls):
        return select(Account.owner).where(Account.id == cls.account_id).scalar_subquery()


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

print("-- statements")
other = aliased(Interval)
sql(select(Interval.length, Interval.radius, Interval.label))
sql(select(Interval.length).where(Interval.length > 3).order_by(Interval.length.desc()).group_by(Interval.length))
sql(select(other.length, other.label).where(other.contains(5, margin=1), Interval.contains(2)))
sql(select(Interval).filter_by(length=3, label="x", id=1))
sql(select(Interval).join(other, Interval.length == other.length).filter_by(label="y"))
sql(select(func.max(Interval.length), Interval.length + 1, 1 - Interval.length, -Interval.length))
sql(select(Interval.length.label("n"), Interval.length.in_([1, 2]), Interval.length.between(1, 3)))
sql(select(Account).filter_by(owner_folded="ADA"))
sql(select(Account.owner_folded).where(Account.owner_folded == "ADA", Account.owner_folded.like("A%")))
sql(select(Account.title, Savings.title))
sql(select(Deposit.owner, Account.balance).where(Deposit.owner == "ada"))
sql(update(Interval).values({Interval.label: "new", Interval.span: (1, 2)}))
sql(update(Interval).values({"span": (3, 4), "label": Interval.label + "x"}))
sub = select(Interval.length, Interval.label).subquery()
print(sub.c.keys())
sql(select(sub.c.length, sub.c.label))

print("-- rows")
with Session(engine) as session:
    one = Interval(start=1, end=5, label=" first ")
    two = Interval(start=2, length=8, label="second")
    print(one.length, one.radius, one.label, two.end, one.contains(3), two.span)
    session.add_all([one, two])
    session.commit()
    result = session.execute(select(Interval.id, Interval.length, Interval.label).order_by(Interval.length))
    print(list(result.keys()), result.all())
    print(session.execute(select(Interval.radius).order_by(Interval.id)).all())
    print(session.scalars(select(Interval.label).where(Interval.contains(9))).all())
    print([row._asdict() for row in session.query(Interval.label, Interval.length).order_by(Interval.length.desc())])
    print(session.query(Interval).filter_by(label="first").update({"label": "third", "span": (7, 9)}))
    print(one.label, one.start, one.length)
    print(session.query(Interval).filter(Interval.length == 2).update({Interval.start: Interval.end - 1}))
    print(one.start)
    one.length = 10
    del two.label
    session.commit()
    print(session.execute(select(Interval.end, Interval._label).order_by(Interval.id)).all())
    session.execute(update(Interval).where(Interval.label == "none").values(label="some"))
    print(session.scalars(select(Interval.label).order_by(Interval.label)).all())

print("-- relations and subclasses")
with Session(engine) as session:
    ada = Account(owner="Ada", deposits=[Deposit(amount=3), Deposit(amount=4)])
    session.add_all([ada, Savings(owner="BOB", deposits=[Deposit(amount=5)])])
    session.commit()
    print(ada.balance, ada.title, ada.deposits[0].owner, ada.owner_folded)
    rows = session.execute(select(Account.owner, Account.balance).order_by(Account.balance.desc()))
    print(list(rows.keys()), rows.all())
    print(session.execute(select(Account.id, Account.title).order_by(Account.id)).all())
    print(session.scalars(select(Savings.title)).all())
    print(session.scalars(select(Account.owner).where(Account.owner_folded == "bob")).all())
    print(session.scalars(select(Deposit.owner).select_from(Deposit).where(Deposit.owner == "Ada")).all())
    print(session.scalars(select(Account.owner).where(Account.balance > 6)).all())

print("-- what they are, and mistakes")
descriptors = inspect(Interval).all_orm_descriptors
print(sorted(descriptors.keys()), sorted(inspect(Interval).attrs.keys()))
print(descriptors["length"].extension_type is HybridExtensionType.HYBRID_PROPERTY)
print(descriptors["contains"].extension_type is HybridExtensionType.HYBRID_METHOD)
print(Interval.length.key, str(Interval.length), str(other.length), Interval.radius.__doc__, Interval.length.info)
print(Interval.label.property.key, Interval.length.parent is inspect(Interval), inspect(Interval.length).key)
raised(Interval, radius=3)
raised(setattr, Interval(), "radius", 3)
raised(delattr, Interval(), "length")
raised(lambda: Interval.lengths)
raised(lambda: Interval.length.property)
raised(lambda: select(Interval).filter_by(lengths=3))
raised(lambda: str(update(Interval).values(lengths=3)))
