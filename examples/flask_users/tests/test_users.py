"""The pages, as a browser gets them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from cormorant import func, select
from cormorant.exc import IntegrityError
from flask import Flask
from flask.testing import FlaskClient
from users import create_app
from users.commands import add_users, seed
from users.database import engine_of, session
from users.models import Purchase, User


def add_user(app: Flask, name: str = "Ada Lovelace", email: str = "ada@example.org", **purchases: str) -> int:
    with app.app_context():
        user = User(name=name, email=email, joined=date(2025, 3, 1))
        user.purchases = [Purchase(item=item, amount=Decimal(amount)) for item, amount in purchases.items()]
        session.add(user)
        session.commit()
        return user.id


def count(app: Flask, entity: type) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(entity)) or 0


def test_a_row_is_an_object_that_its_id_finds(app: Flask) -> None:
    with app.app_context():
        add_users(40)
        user = User.query.filter_by(id=30).first()
        assert isinstance(user, User)
        assert user.id == 30
        assert User.query.filter_by(id=41).first() is None


def test_the_first_page_is_the_list(client: FlaskClient) -> None:
    reply = client.get("/", follow_redirects=True)
    assert reply.request.path == "/users"
    assert "Nobody here yet" in reply.text


def test_the_list_shows_what_each_has_spent(app: Flask, client: FlaskClient) -> None:
    add_user(app, tea="3.50", cup="1008.00")
    page = client.get("/users").text
    assert "Ada Lovelace" in page
    assert "1,011.50" in page


def test_the_list_has_pages(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        add_users(30)
    first, last = client.get("/users").text, client.get("/users?page=3").text
    assert "1–12 of 30" in first
    assert "25–30 of 30" in last
    assert client.get("/users?page=99").text == last
    assert client.get("/users?page=-1").text == client.get("/users?page=nonsense").text == first


@pytest.mark.parametrize("text, found", [("love", 1), ("ADA@", 1), ("%", 0), ("_", 0), ("o'", 1), ("'; DROP--", 0)])
def test_a_search_finds_names_and_addresses(app: Flask, client: FlaskClient, text: str, found: int) -> None:
    add_user(app)
    add_user(app, "Flann O'Brien", "flann@example.org")
    page = client.get("/users", query_string={"q": text}).text
    assert page.count('class="person"') == found


def test_what_a_search_shows_is_escaped(client: FlaskClient) -> None:
    assert "<script>alert" not in client.get("/users", query_string={"q": "<script>alert(1)</script>"}).text


def test_a_user_is_added(app: Flask, client: FlaskClient) -> None:
    form = {"name": " Grace Hopper ", "email": "Grace@Example.org", "joined": "2025-12-09"}
    page = client.post("/users/new", data=form, follow_redirects=True).text
    assert "Grace Hopper was added." in page
    with app.app_context():
        user = User.query.filter_by(email="grace@example.org").one()
        assert (user.name, user.joined) == ("Grace Hopper", date(2025, 12, 9))


@pytest.mark.parametrize(
    "form, complaint",
    [
        ({"name": "", "email": "a@example.org"}, "A user needs a name."),
        ({"name": "A", "email": "nonsense"}, "That is no e-mail address."),
        ({"name": "A" * 81, "email": "a@example.org"}, "longer than 80"),
        ({"name": "A", "email": "ada@example.org"}, "Another user has this address."),
        ({"name": "A", "email": "a@example.org", "joined": "yesterday"}, "Not a valid date"),
    ],
)
def test_a_form_that_will_not_do_says_why(
    app: Flask, client: FlaskClient, form: dict[str, str], complaint: str
) -> None:
    add_user(app)
    reply = client.post("/users/new", data=form)
    assert reply.status_code == 422
    assert complaint in reply.text
    assert count(app, User) == 1


def test_a_user_is_changed(app: Flask, client: FlaskClient) -> None:
    id = add_user(app)
    assert 'value="Ada Lovelace"' in client.get(f"/users/{id}/edit").text
    client.post(f"/users/{id}/edit", data={"name": "Ada King", "email": "ada@example.org"})
    page = client.get(f"/users/{id}").text
    assert "Ada King" in page
    assert "1 March 2025" in page


def test_an_address_that_is_taken_leaves_the_user_as_he_was(app: Flask, client: FlaskClient) -> None:
    add_user(app)
    id = add_user(app, "Alan Turing", "alan@example.org")
    reply = client.post(f"/users/{id}/edit", data={"name": "Alan T.", "email": "ada@example.org"})
    assert (reply.status_code, "Another user has this address." in reply.text) == (422, True)
    assert "Alan Turing" in client.get(f"/users/{id}").text


def test_a_user_goes_with_his_purchases(app: Flask, client: FlaskClient) -> None:
    id = add_user(app, tea="3.50", cup="8")
    assert "2 purchases will be deleted too." in client.get(f"/users/{id}/delete").text
    assert count(app, User) == 1
    client.post(f"/users/{id}/delete")
    assert (count(app, User), count(app, Purchase)) == (0, 0)


def test_purchases_come_and_go(app: Flask, client: FlaskClient) -> None:
    id = add_user(app)
    page = client.post(f"/users/{id}/purchases", data={"item": "Globe", "amount": "61.43"}, follow_redirects=True).text
    assert "1, together 61.43" in page
    with app.app_context():
        purchase = User.query.filter_by(id=id).one().purchases[0].id
    client.post(f"/users/{id}/purchases/{purchase}/delete")
    assert count(app, Purchase) == 0
    assert client.post(f"/users/{id}/purchases/{purchase}/delete").status_code == 404


@pytest.mark.parametrize(
    "form", [{"item": "", "amount": "1"}, {"item": "x", "amount": "-1"}, {"item": "x", "amount": "x"}]
)
def test_a_purchase_that_will_not_do_is_refused(app: Flask, client: FlaskClient, form: dict[str, str]) -> None:
    id = add_user(app)
    assert client.post(f"/users/{id}/purchases", data=form).status_code == 422
    assert count(app, Purchase) == 0


@pytest.mark.parametrize("path", ["/users/1", "/users/1/edit", "/users/1/delete", "/users/99999999999999999999", "/no"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, "Not here" in reply.text) == (404, True)


def test_a_form_from_elsewhere_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert app.test_client().post("/users/new", data={"name": "A", "email": "a@example.org"}).status_code == 400
    assert count(app, User) == 0


def test_a_failed_request_leaves_nothing_to_the_next(app: Flask) -> None:
    add_user(app)
    with app.app_context():
        session.add(User(name="Other", email="ada@example.org"))
        with pytest.raises(IntegrityError):
            session.flush()
    with app.app_context():
        assert not session.new
        assert User.query.count() == 1


def test_requests_at_the_same_time_have_sessions_of_their_own(app: Flask) -> None:
    def add(number: int) -> int:
        form = {"name": f"User {number}", "email": f"{number}@example.org"}
        return app.test_client().post("/users/new", data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(add, range(24))) == {302}
    assert count(app, User) == 24
    assert engine_of(app).pool.checkedout() == 0


def test_seeding_twice_adds_nothing(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "added 5 users" in run(seed, ["--count", "5"]).output
    assert "nothing was added" in run(seed, ["--count", "5"]).output
    assert count(app, User) == 5


def test_production_without_its_settings_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="SECRET_KEY is not set"):
        create_app("production", SECRET_KEY="")
    with pytest.raises(RuntimeError, match="SQLALCHEMY_DATABASE_URI is not set"):
        create_app("production", SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="")
