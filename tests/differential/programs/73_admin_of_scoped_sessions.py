"""An admin tool in the style of a Flask lesson: scoped_session, query_property, Model.query."""

import threading

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, event, select
from sqlalchemy.orm import Query, Session, backref, declarative_base, relationship, scoped_session, sessionmaker

engine = create_engine("sqlite://")


class Filed(Query):
    def named(self, name):
        return self.filter_by(name=name)

    def get_or_none(self, key):
        return self.filter_by(id=key).first()


db_session = scoped_session(sessionmaker(bind=engine, autoflush=False, query_cls=Filed))
Base = declarative_base()
Base.query = db_session.query_property()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True)
    email = Column(String(120), unique=True)

    def __init__(self, name=None, email=None):
        self.name = name
        self.email = email

    def __repr__(self):
        return f"<User {self.name!r}>"


class Purchase(Base):
    __tablename__ = "purchases"
    id = Column(Integer, primary_key=True)
    what = Column(String(50))
    price = Column(Integer)
    user_id = Column(Integer, ForeignKey("users.id"), nullable=False)
    user = relationship(
        "User",
        backref=backref("purchases", lazy="select", cascade="all, delete-orphan", order_by="Purchase.price.desc()"),
    )
    plain = db_session.query_property(query_cls=Query)


class Badge(Base):
    __tablename__ = "badges"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
    user = relationship(User, backref=backref("badge", uselist=False))


Base.metadata.create_all(bind=engine)
db_session.add(Badge())
db_session.add_all([User(f"user{i}", f"user{i}@example.com") for i in range(1, 41)])
db_session.commit()
print(User.query.filter_by(id=30).first())
print(User.query.count(), type(User.query).__name__, type(Purchase.plain).__name__)
print(User.query.named("user7").one(), User.query.get_or_none(99))
page = User.query.filter(User.name.like("user1%")).order_by(User.id).offset(2).limit(3).all()
print(page)
user = User.query.get(3)
user.purchases = [Purchase(what="tea", price=2), Purchase(what="pot", price=30)]
db_session.commit()
print([(p.what, p.user.name) for p in user.purchases], user.badge, Purchase.query.count())
Badge.query.one().user = user
db_session.commit()
print(user.badge.user is user)
user.purchases.pop(0)
db_session.commit()
print([p.what for p in Purchase.query.all()])
print(Purchase.query.join(User).filter(User.name == "user3").one().what)
print(Purchase.query.with_entities(Purchase.what, User.email).join(Purchase.user).all())
bad = User("user1", "twice@example.com")
db_session.add(bad)
raised(db_session.commit)
db_session.rollback()
print(User.query.filter_by(email="twice@example.com").count())
print(db_session().query(User).filter(User.id < 3).all(), db_session is db_session.registry, db_session.registry.has())
print(user in db_session, bad in db_session, len(list(db_session)) > 0, db_session.is_active, db_session.dirty)
raised(lambda: db_session(autoflush=True))
print(db_session.execute(select(User.name).where(User.id == 5)).scalar_one())
print(db_session.scalar(select(User.name).where(User.id == 6)), db_session.get(User, 7), db_session.bind is engine)
with db_session.no_autoflush:
    db_session.add(User("late", None))
    print(User.query.filter_by(name="late").first(), len(db_session.new))
db_session.flush()
print(User.query.filter_by(name="late").first())
db_session.rollback()
with db_session.begin():
    db_session.add(User("block", None))
print(User.query.named("block").count())
first = db_session()
db_session.remove()
print(db_session.registry.has(), db_session() is first)
seen = []


def other_thread():
    seen.append(db_session() is first)
    seen.append(db_session.registry.has())
    db_session.remove()


thread = threading.Thread(target=other_thread)
thread.start()
thread.join()
print(seen)
requests = {"now": 1}
by_request = scoped_session(sessionmaker(engine), scopefunc=lambda: requests["now"])
one = by_request()
requests["now"] = 2
two = by_request()
print(one is two, by_request() is two)
requests["now"] = 1
print(by_request() is one)
by_request.remove()
told = []


@event.listens_for(by_request, "before_commit")
def before(session):
    told.append("commit")


@event.listens_for(db_session, "after_begin")
def begun(session, transaction, connection):
    told.append("begin")


by_request.add(User("told", None))
by_request.commit()
User.query.first()
print(told)
by_request.remove()
db_session.remove()


class Own(Session):
    pass


made = sessionmaker(class_=Own, bind=engine, expire_on_commit=False)
print(isinstance(made(), Own), made.kw["expire_on_commit"], made(expire_on_commit=True).expire_on_commit)
made.configure(autoflush=False)
print(made().autoflush)
with made.begin() as session:
    session.add(User("made", None))
print(User.query.named("made").count())
print(User.query.filter(User.id == 1).update({"email": "new@example.com"}), User.query.filter_by(id=1).one().email)
print(User.query.filter(User.id > 35).delete(), User.query.count())
db_session.rollback()
print(User.query.count())
db_session.remove()
