"""A blog written with Query: the same objects, rows, text and refusals."""

import warnings

from show import raised
from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Table, create_engine, func, or_, select, text
from sqlalchemy.orm import aliased, backref, contains_eager, declarative_base, joinedload, relationship, sessionmaker

Base = declarative_base()

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
    age = Column(Integer)

    def __repr__(self):
        return f"<Author {self.name}>"


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String(80))
    views = Column(Integer, default=0)
    author_id = Column(Integer, ForeignKey("author.id"))
    author = relationship(Author, backref=backref("posts", order_by="Post.id"))
    tags = relationship("Tag", secondary=post_tags, backref="posts", order_by="Tag.id")

    def __repr__(self):
        return f"<Post {self.title}>"


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))

    def __repr__(self):
        return f"<Tag {self.name}>"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Session = sessionmaker(bind=engine)
session = Session()
ada, bob, cyd = Author(name="ada", age=30), Author(name="bob", age=20), Author(name="cyd")
news, fun = Tag(name="news"), Tag(name="fun")
ada.posts = [Post(title="hello", views=3), Post(title="again", views=5)]
bob.posts = [Post(title="world", views=1)]
session.add_all([ada, bob, cyd, news, fun])
session.commit()
session.execute(post_tags.insert(), [{"post_id": p, "tag_id": t} for p, t in ((1, 1), (1, 2), (2, 2), (3, 1))])
session.commit()

Q = session.query


def show(query):
    print(" ".join(str(query).split()))
    print(query.all())


show(Q(Author))
show(Q(Author).filter(Author.age > 18).order_by(Author.name.desc()))
show(Q(Author).filter_by(name="ada"))
show(Q(Author).filter(or_(Author.name == "ada", Author.name.like("b%"))).order_by(Author.id))
show(Q(Author.name, Author.age).order_by(Author.id))
show(Q(Author, Post).filter(Author.id == Post.author_id).order_by(Post.id))
show(Q(Author.name.label("who"), func.count(Post.id).label("n")).join(Post).group_by(Author.name).order_by("n"))
show(Q(Author.name, func.count(Post.id)).outerjoin(Author.posts).group_by(Author.id).having(func.count(Post.id) < 2))
show(Q(Post).join(Author).filter(Author.name == "ada").order_by(Post.id))
show(Q(Post).join(Post.author).filter(Author.name == "bob"))
show(Q(Post).join(Author, Post.author_id == Author.id).filter_by(name="ada").order_by(Post.id))
show(Q(Post).join(Author, Post.author).order_by(Post.id))
show(Q(Author).outerjoin(Post).filter(Post.id.is_(None)))
show(Q(Author).join(Author.posts).join(Post.tags).filter(Tag.name == "fun").distinct())
show(Q(Author).join(Post, isouter=True).order_by(Author.id, Post.id))
show(Q(Tag).select_from(Post).join(Post.tags).filter(Post.title == "hello").order_by(Tag.id))
show(Q(Author.name).filter(Author.posts.any(Post.views > 2)))
show(Q(Post.title).filter(Post.author.has(name="bob")))
show(Q(Post.title).filter(Post.tags.contains(news)).order_by(Post.id))
show(Q(Post).filter(Post.author == bob))
show(Q(Post).filter_by(author=ada).order_by(Post.id).limit(1))
show(Q(Author).order_by(Author.id).limit(2).offset(1))
show(Q(Author).order_by(Author.id).slice(1, 3))
show(Q(Author).order_by(Author.id).order_by(None).order_by(Author.name.desc()))
show(Q(Author).order_by(Author.age, Author.id).order_by(Author.name))
show(Q(func.max(Post.views), func.min(Post.views)))
show(Q(Author).with_entities(Author.name).order_by(Author.id))
show(Q(Author).add_columns(Author.name, Author.age + 1).order_by(Author.id))
show(Q(Author).add_entity(Post).join(Post).order_by(Post.id))
show(Q(Post).distinct().order_by(Post.id))
other = aliased(Author, name="other")
show(Q(Author.name, other.name).filter(Author.id < other.id).order_by(Author.id, other.id))
anon = aliased(Author)
show(Q(Post).join(anon, Post.author).filter(anon.name == "ada").order_by(Post.id))
show(Q(Post).join(anon, anon.id == Post.author_id).filter(anon.name == "ada").order_by(Post.id))
show(Q(Post).join(Post.author.of_type(anon)).filter(anon.name == "ada").order_by(Post.id))
counts = Q(Post.author_id, func.count("*").label("n")).group_by(Post.author_id).subquery()
show(Q(Author, counts.c.n).outerjoin(counts, Author.id == counts.c.author_id).order_by(Author.id))
best = Q(func.max(Post.views)).filter(Post.author_id == Author.id).correlate(Author).scalar_subquery()
show(Q(Author.name, best.label("best")).order_by(Author.id))
show(Q(Author).filter(Author.id.in_(Q(Post.author_id).filter(Post.views > 2))))
show(Q(Author.name).filter(Q(Post).filter(Post.author_id == Author.id).exists()).order_by(Author.id))
show(Q(Author.id).filter(Author.id == 1).union(Q(Author.id).filter(Author.id == 2)))
show(Q(Author).filter(Author.id == 1).union(Q(Author).filter(Author.id == 2)).order_by(Author.id))
show(Q(Author).filter(Author.id == 1).union_all(Q(Author).filter(Author.id == 1), Q(Author)).order_by(Author.name))
show(Q(Author).intersect(Q(Author).filter(Author.age > 25)))
show(Q(Author).except_(Q(Author).filter(Author.age > 25)).order_by(Author.id))
ages = Q(Author.age.label("age")).filter(Author.age > 0).cte("ages")
show(Q(ages.c.age).order_by(ages.c.age))
show(Q(Author).options(joinedload(Author.posts)).order_by(Author.id))
show(Q(Author).options(joinedload(Author.posts)).order_by(Author.id).limit(2))
show(Q(Author).join(Author.posts).options(contains_eager(Author.posts)).filter(Post.views > 2).order_by(Author.id))
show(Q(Author).from_statement(text("SELECT * FROM author WHERE age > :age ORDER BY id")).params(age=18))
show(Q(Author).from_statement(select(Author).where(Author.name == "cyd")))
show(Q(Author).filter(text("age > :age")).params(age=25))
show(Q(Author).filter(Author.name == "ada").with_for_update())
show(Q(Author).select_from(Author).filter(Author.id == 2).populate_existing())
print(Q(Author).count(), Q(Author).filter(Author.age > 25).count(), Q(Author.name, Post.id).join(Post).count())
print(Q(Author).limit(2).count(), Q(Author).distinct().count(), Q(func.count(Author.id)).scalar())
print(
    Q(Author).order_by(Author.id).first(),
    Q(Author).filter_by(name="zed").first(),
    Q(Author.name).order_by(Author.id).first(),
)
print(Q(Author).filter_by(name="ada").one(), Q(Author).filter_by(name="zed").one_or_none())
print(Q(Author.name).filter_by(name="ada").scalar(), Q(Author).filter_by(name="ada").scalar())
print(Q(Author).filter_by(name="zed").scalar())
raised(Q(Author).one)
raised(Q(Author).filter_by(name="zed").one)
raised(Q(Author).one_or_none)
raised(Q(Author.name).scalar)
print(Q(Author).order_by(Author.id)[0], Q(Author).order_by(Author.id)[1:3], Q(Author).order_by(Author.id)[:2])
print(Q(Author).order_by(Author.id)[1:], Q(Author).order_by(Author.id)[0:3:2], list(Q(Author).order_by(Author.id)[5:]))
raised(lambda: Q(Author)[-1])
raised(lambda: Q(Author)[-2:])
raised(lambda: Q(Author)[10])
print([a.name for a in Q(Author).order_by(Author.id)])
print(list(Q(Author).order_by(Author.id).yield_per(2)))
print(
    Q(Author).is_single_entity,
    Q(Author.id).is_single_entity,
    Q(Author).whereclause,
    Q(Author).filter(Author.id == 1).whereclause,
)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(Q(Author).get(1), Q(Author).get(77), [w.category.__name__ for w in caught])
    raised(lambda: Q(Author).filter(Author.id == 1).get(1))
raised(lambda: Q(Author).limit(1).filter(Author.id == 1))
raised(lambda: Q(Author).limit(1).order_by(Author.id))
raised(lambda: Q(Author).limit(1).join(Post))
raised(lambda: Q(Author).filter("name = 'ada'"))
raised(lambda: Q(Author).filter_by(nothing=1))
raised(lambda: Q(int))
raised(lambda: Q(Author).limit(1).update({"age": 1}))
raised(lambda: Q(Author).order_by(Author.id).delete())
raised(lambda: Q(Author).join(Post).delete())
for row in Q(Author.name, Post.title.label("post")).join(Post).order_by(Post.id):
    print(row.name, row.post, row._mapping["post"], tuple(row), row._fields)
row = Q(Author, Post).join(Post).order_by(Post.id).first()
print(row.Author, row.Post, row._fields)
print([d["name"] for d in Q(Author, Post.title, func.count("*").label("n")).column_descriptions])
print([(d["name"], d["aliased"], d["entity"] is Author, d["expr"] is Author) for d in Q(Author).column_descriptions])
print(Q(Author).filter(Author.age > 25).update({"age": Author.age + 1}), ada.age)
print(Q(Author).filter(Author.name == "bob").update({Author.age: 50}, synchronize_session="fetch"), bob.age)
print(Q(Author).filter(Author.name == "bob").update({"age": 51}, synchronize_session=False), bob.age)
session.expire(bob)
print(session.execute(post_tags.delete().where(post_tags.c.post_id == 3)).rowcount)
print(bob.age, Q(Post).filter(Post.title == "world").delete(), Q(Post).count())
print(Q(Author).filter(Author.name == "cyd").delete(synchronize_session="fetch"), cyd in session)
session.rollback()
print(Q(Author).filter(Author.id.in_([])).all(), Q(Author).filter(Author.id.in_([1, 2])).count())
print(session.query(Q(Author).filter_by(name="ada").exists()).scalar())
print(
    Q(Author).filter(Author.age.between(10, 25)).all(),
    Q(Author).filter(~Author.name.in_(["ada"])).order_by(Author.id).all(),
)
print(Q(Author).enable_eagerloads(False).options(joinedload(Author.posts)).order_by(Author.id).statement)
print(
    Q(Author).order_by(Author.id).statement,
    Q(Author.id).subquery("s").c.keys(),
    Q(Author).label("x").type.__class__.__name__,
)
session.add(Author(name="dot"))
print(Q(Author).autoflush(False).count(), Q(Author).count())
print(dict(Q(Author).execution_options(populate_existing=True).get_execution_options()))
session.rollback()
