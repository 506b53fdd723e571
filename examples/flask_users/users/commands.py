"""`flask seed`: users to look at."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import click
from cormorant import func, select
from flask.cli import with_appcontext

from .database import session
from .models import Purchase, User

FIRST = (
    "Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy Ivan Jean Katherine Linus Margaret Niklaus Radia".split()
)
LAST = (
    "Allen Backus Clarke Dijkstra Engelbart Floyd Goldberg Hamilton Hopper Johnson Kay Lamarr Lamport Perlman".split()
)
ITEMS = "Teapot,Notebook,Desk lamp,Bicycle bell,Umbrella,Chess set,Fountain pen,Rain coat,Globe,Kettle".split(",")
TODAY = date(2026, 3, 1)


def _user(chance: random.Random, number: int) -> User:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    joined = TODAY - timedelta(days=chance.randrange(2000))
    user = User(name=f"{first} {last}", email=f"{first}.{last}.{number}@example.org", joined=joined)
    for _ in range(chance.choice([0, 1, 1, 2, 3, 5])):
        bought = joined + timedelta(days=chance.randrange((TODAY - joined).days + 1))
        amount = Decimal(chance.randrange(300, 20_000)).scaleb(-2)
        user.purchases.append(Purchase(item=chance.choice(ITEMS), amount=amount, bought=bought))
    return user


def add_users(count: int) -> None:
    """The same users each time: they depend on their number alone."""
    chance = random.Random(30)
    session.add_all([_user(chance, number) for number in range(1, count + 1)])
    session.commit()


@click.command()
@click.option("--count", default=137, show_default=True, help="How many users.")
@with_appcontext
def seed(count: int) -> None:
    """Adds users and their purchases, unless there are users."""
    present = session.scalar(select(func.count()).select_from(User))
    if present:
        click.echo(f"there are {present} users already: nothing was added")
        return
    add_users(count)
    click.echo(f"added {count} users and {session.scalar(select(func.count()).select_from(Purchase))} purchases")
