"""Association proxies and mapped dataclasses."""

from cormorant import ForeignKey, select
from cormorant.ext.associationproxy import AssociationProxy, association_proxy
from cormorant.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, registry, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    tags: Mapped[list["Tag"]] = relationship(default_factory=list)
    words: AssociationProxy[list[str]] = association_proxy("tags", "word", init=False)


class Tag(Base, kw_only=True):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), init=False)
    word: Mapped[str] = mapped_column(default="w")


reg = registry()


@reg.mapped_as_dataclass(repr=False)
class Other:
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


one = User("ada")
reveal_type(one.words)  # expect: list[str]
reveal_type(User.words)  # expect: AssociationProxyInstance[list[str]]
select(User).where(User.words.any(word="x"), User.words.contains("y"))
Tag(word="x")
Tag("x")  # error: call-arg
User()  # error: call-arg
Other()
