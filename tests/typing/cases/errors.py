"""Mistakes that are found."""

from __future__ import annotations

from cormorant import create_engine, select
from cormorant.orm import Session, sessionmaker
from models import Purchase, User

session = Session(create_engine("sqlite://"))

User.nmae  # error: attr-defined
User().nmae  # error: attr-defined
User().id.upper()  # error: attr-defined
User().id = "one"  # error: assignment
User().name = None  # error: assignment
number: str = session.scalars(select(User.id)).one()  # error: assignment
user: User = session.get(User, 1)  # error: assignment
purchase: Purchase = session.scalars(select(User)).one()  # error: assignment
session.scalars(select(User)).all().append(User())  # error: attr-defined
names: list[str] = session.execute(select(User.id, User.name)).all()  # error: assignment
session.query(User).first().name  # error: union-attr
session.query(User).filter(User.nmae == 1)  # error: attr-defined
select(User).were(User.id == 1)  # error: attr-defined
session.comit()  # error: attr-defined
create_engine(3)  # error: arg-type  # there: error: call-overload
session.query(User).all()[0].purchases[0].itme  # error: attr-defined
maker: sessionmaker[User]  # error: type-var
session.scalar(select(User.id)) + 1  # error: operator
