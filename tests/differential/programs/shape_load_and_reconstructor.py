"""load listeners and @reconstructor run once for each object that a query makes, with its columns in place."""

from sqlalchemy import String, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, reconstructor


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))

    def __init__(self, name):
        print("init", name)
        self.name = name
        self.friends = ["made"]

    @reconstructor
    def remake(self):
        print("reconstructor", sorted(key for key in vars(self) if not key.startswith("_sa_")), self.name)
        self.friends = ["remade"]


@event.listens_for(User, "load")
def on_load(target, context):
    print("load", target.name)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    user = User("ada")
    session.add_all([user, User("bob")])
    session.commit()
    print(user.name, user.friends)
with Session(engine) as session:
    users = session.scalars(select(User).order_by(User.id)).all()
    print([user.friends for user in users])
    again = session.scalars(select(User).order_by(User.id)).all()
    print(again[0] is users[0])
    session.expire_all()
    print(users[0].name)
    print(session.get(User, 2) is users[1])
