"""The pages."""

from __future__ import annotations

from cormorant.exc import IntegrityError
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .database import session
from .forms import ConfirmForm, PurchaseForm, UserForm
from .models import Purchase, User
from .queries import search_users, spent_by

blueprint = Blueprint("users", __name__, url_prefix="/users")
LARGEST_KEY = 2**31 - 1  # of an INTEGER column on a server


def user_or_404(id: int) -> User:
    user: User | None = User.query.filter_by(id=id).first() if id <= LARGEST_KEY else None
    return user or abort(404)


def save(user: User, form: UserForm) -> bool:
    """Whether the user could be saved; an address that is taken becomes an error of the form."""
    form.fill(user)
    session.add(user)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        form.email.errors = [*form.email.errors, "Another user has this address."]
        return False
    return True


@blueprint.get("")
def index() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()
    number = request.args.get("page", 1, type=int)
    page = search_users(text, number, current_app.config["USERS_PER_PAGE"])
    return render_template("users/index.html", page=page, text=text)


@blueprint.get("/<int:id>")
def show(id: int) -> ResponseReturnValue:
    user = user_or_404(id)
    return render_template(
        "users/show.html", user=user, spent=spent_by(user), form=PurchaseForm(), confirm=ConfirmForm()
    )


@blueprint.route("/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    form = UserForm()
    user = User()
    if form.validate_on_submit() and save(user, form):
        flash(f"{user.name} was added.")
        return redirect(url_for(".show", id=user.id))
    return render_template("users/edit.html", form=form, user=None), 422 if form.errors else 200


@blueprint.route("/<int:id>/edit", methods=["GET", "POST"])
def edit(id: int) -> ResponseReturnValue:
    user = user_or_404(id)
    form = UserForm(obj=user)
    if form.validate_on_submit() and save(user, form):
        flash(f"{user.name} was saved.")
        return redirect(url_for(".show", id=user.id))
    return render_template("users/edit.html", form=form, user=user), 422 if form.errors else 200


@blueprint.route("/<int:id>/delete", methods=["GET", "POST"])
def delete(id: int) -> ResponseReturnValue:
    user = user_or_404(id)
    form = ConfirmForm()
    if form.validate_on_submit():
        session.delete(user)
        session.commit()
        flash(f"{user.name} was deleted.")
        return redirect(url_for(".index"))
    return render_template("users/delete.html", form=form, user=user)


@blueprint.post("/<int:id>/purchases")
def buy(id: int) -> ResponseReturnValue:
    user = user_or_404(id)
    form = PurchaseForm()
    if not form.validate_on_submit():
        page = render_template("users/show.html", user=user, spent=spent_by(user), form=form, confirm=ConfirmForm())
        return page, 422
    user.purchases.append(Purchase(item=form.item.data, amount=form.amount.data))
    session.commit()
    flash(f"{form.item.data} was added.")
    return redirect(url_for(".show", id=id))


@blueprint.post("/<int:id>/purchases/<int:purchase_id>/delete")
def give_back(id: int, purchase_id: int) -> ResponseReturnValue:
    user = user_or_404(id)
    purchase = next((p for p in user.purchases if p.id == purchase_id), None) or abort(404)
    user.purchases.remove(purchase)
    session.commit()
    flash(f"{purchase.item} was removed.")
    return redirect(url_for(".show", id=id))
