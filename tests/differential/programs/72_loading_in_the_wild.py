"""Eager loading as applications write it: many-to-many, trees, aliases, groups of deferred columns, refusals."""

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, select
from sqlalchemy.orm import (
    Session,
    aliased,
    contains_eager,
    declarative_base,
    defaultload,
    deferred,
    immediateload,
    joinedload,
    lazyload,
    noload,
    raiseload,
    relationship,
    selectinload,
    undefer,
    undefer_group,
)

Base = declarative_base()
membership = Table(
    "membership",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("team_id", ForeignKey("team.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    motto = deferred(Column(String(100)))
    about = deferred(Column(String(100)), group="long")
    notes = deferred(Column(String(100)), group="long")
    teams = relationship("Team", secondary=membership, back_populates="users", order_by="Team.name")
    posts = relationship("Post", back_populates="user", order_by="Post.id")
    strict = relationship("Post", viewonly=True, lazy="raise")
    shy = relationship("Post", viewonly=True, lazy="noload")


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    users = relationship("User", secondary=membership, back_populates="teams", order_by="desc(User.name)")
    matches = relationship("Match", order_by="Match.id")


class Match(Base):
    __tablename__ = "match"
    id = Column(Integer, primary_key=True)
    place = Column(String(30))
    team_id = Column(ForeignKey("team.id"))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String(30))
    user_id = Column(ForeignKey("user.id"))
    user = relationship("User", back_populates="posts", lazy="raise_on_sql")


class Ticket(Base):
    __tablename__ = "ticket"
    id = Column(Integer, primary_key=True)
    match_id = Column(ForeignKey("match.id"))
    match = relationship(Match, lazy="immediate")


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    parent_id = Column(ForeignKey("node.id"))
    children = relationship("Node", lazy="joined", join_depth=2, order_by="Node.id")
    parent = relationship("Node", remote_side=[id], overlaps="children")


class Leaf(Base):
    __tablename__ = "leaf"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("leaf.id"))
    below = relationship("Leaf", lazy="selectin", join_depth=2, order_by="Leaf.id")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(
        User.__table__.insert(),
        [{"name": n, "motto": n, "about": n * 2, "notes": n * 3} for n in ("ada", "bob", "cyd")],
    )
    session.execute(Team.__table__.insert(), [{"name": n} for n in ("red", "blue")])
    session.execute(Match.__table__.insert(), [{"place": n, "team_id": t} for n, t in (("x", 1), ("y", 1), ("z", 2))])
    session.execute(membership.insert(), [{"user_id": u, "team_id": t} for u, t in ((1, 1), (1, 2), (2, 1))])
    session.execute(Post.__table__.insert(), [{"title": t, "user_id": u} for t, u in (("a", 1), ("b", 1), ("c", 2))])
    session.execute(
        Node.__table__.insert(),
        [{"name": n, "parent_id": p} for n, p in (("1", None), ("1.1", 1), ("1.2", 1), ("1.1.1", 2), ("1.1.1.1", 4))],
    )
    session.execute(Leaf.__table__.insert(), [{"parent_id": p} for p in (None, 1, 1, 2, 4)])
    session.add_all([Ticket(match_id=1), Ticket(match_id=2), Ticket(match_id=1)])
    session.commit()


def teams(users):
    return [(u.name, [(t.name, [m.place for m in t.matches]) for t in u.teams]) for u in users]


for option in (
    selectinload(User.teams),
    joinedload(User.teams),
    selectinload(User.teams).selectinload(Team.matches),
    joinedload(User.teams).joinedload(Team.matches),
    joinedload(User.teams).selectinload(Team.matches),
    selectinload(User.teams).joinedload(Team.matches),
    joinedload(User.teams, innerjoin=True),
    immediateload(User.teams),
):
    with Session(engine) as session:
        print(teams(session.query(User).options(option).order_by(User.id)))
with Session(engine) as session:
    print(teams(session.query(User).options(defaultload(User.teams).selectinload(Team.matches)).filter_by(name="ada")))
with Session(engine) as session:
    print(teams(session.query(User).options(joinedload(User.teams)).order_by(User.name.desc()).limit(2).offset(1)))
with Session(engine) as session:
    for team in session.query(Team).options(selectinload(Team.users).selectinload(User.teams)).order_by(Team.id):
        print(team.name, [(u.name, [t.name for t in u.teams]) for u in team.users])
with Session(engine) as session:
    found = session.query(User).options(joinedload(User.posts).options(lazyload(Post.user))).order_by(User.id).all()
    print([(u.name, [p.title for p in u.posts]) for u in found])
with Session(engine) as session:
    query = (
        session.query(User).join(User.teams).join(Team.matches).filter(Match.place != "x").order_by(User.id, Match.id)
    )
    query = query.options(contains_eager(User.teams).contains_eager(Team.matches))
    print(str(query).replace("\n", " "))
    print(teams(query))
with Session(engine) as session:
    mine = aliased(Post)
    query = session.query(User).outerjoin(mine, User.posts).options(contains_eager(User.posts, alias=mine))
    print([(u.name, [p.title for p in u.posts]) for u in query.filter(mine.title != "a").order_by(User.id)])
    print([(u.name, [p.title for p in u.posts]) for u in query.filter(mine.title == "a").populate_existing()])
    print(
        [
            (u.name, [p.title for p in u.posts])
            for u in session.query(User)
            .join(User.posts.of_type(mine))
            .options(contains_eager(User.posts.of_type(mine)))
            .filter(mine.title == "c")
        ]
    )
with Session(engine) as session:
    ada = session.query(User).filter_by(name="ada").options(undefer_group("long")).one()
    print(ada.about, ada.notes)
with Session(engine) as session:
    ada = session.query(User).filter_by(name="ada").options(undefer(User.motto)).one()
    print(ada.motto, ada.about)
with Session(engine) as session:
    bob = session.query(User).filter_by(name="bob").one()
    print(bob.about, bob.notes)
    raised(lambda: bob.strict)
    print(bob.shy)
    post = session.get(Post, 1)
    raised(lambda: post.user)
    post = session.get(Post, 3)
    print(post.user.name)
with Session(engine) as session:
    print([u.teams for u in session.query(User).options(noload(User.teams)).order_by(User.id)])
with Session(engine) as session:
    ada = session.query(User).options(raiseload("*")).first()
    raised(lambda: ada.teams)
    print(ada.name)
with Session(engine) as session:

    def tree(node):
        return (node.name, [tree(child) for child in node.children])

    print([tree(n) for n in session.query(Node).filter(Node.parent_id.is_(None))])
    session.expunge_all()
    print([tree(n) for n in session.query(Node).options(lazyload(Node.children)).filter(Node.id == 1)])
    session.expunge_all()
    up = session.query(Node).options(joinedload(Node.parent).joinedload(Node.parent)).filter(Node.id == 4).one()
    print(up.parent.name, up.parent.parent.name)
with Session(engine) as session:
    print([t.match.place for t in session.query(Ticket).order_by(Ticket.id)])

    def twigs(leaf):
        return (leaf.id, [twigs(one) for one in leaf.below])

    print([twigs(n) for n in session.query(Leaf).filter(Leaf.parent_id.is_(None))])
with Session(engine) as session:
    recent = session.query(User).filter(User.id < 3).subquery()
    Recent = aliased(User, recent)
    print([u.name for u in session.query(Recent).order_by(Recent.name.desc())])
    print(
        [
            (u.name, p.title)
            for u, p in session.query(Recent, Post).join(Post, Post.user_id == Recent.id).order_by(Post.id)
        ]
    )
    print([(u.name, p.title) for u, p in session.query(Recent, Post).join(Recent.posts).order_by(Post.id)])
    listed = aliased(User, select(User).where(User.name > "a").limit(2).subquery("few"))
    print([u.name for u in session.scalars(select(listed).order_by(listed.id))])
    cte = aliased(User, select(User).where(User.id > 1).cte("late"))
    print([u.name for u in session.scalars(select(cte).order_by(cte.id))])
