"""What a person may send, and what is said when it will not do."""

from __future__ import annotations

from typing import Any, Optional

from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, EmailField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp
from wtforms.validators import Optional as MayBeMissing


def _stripped(text: Optional[str]) -> Optional[str]:
    return text.strip() if text else text


class UserForm(FlaskForm):
    name = StringField("Name", [DataRequired("A user needs a name."), Length(max=80)], filters=[_stripped])
    email = EmailField(
        "E-mail",
        [
            DataRequired("A user needs an address."),
            Length(max=120),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message="That is no e-mail address."),
        ],
        filters=[_stripped],
    )
    joined = DateField("Joined", [MayBeMissing()])

    def fill(self, user: Any) -> None:
        user.name, user.email = self.name.data, self.email.data
        if self.joined.data:
            user.joined = self.joined.data


class PurchaseForm(FlaskForm):
    item = StringField("Item", [DataRequired("What was bought?"), Length(max=80)], filters=[_stripped])
    amount = DecimalField(
        "Amount",
        [InputRequired("What did it cost?"), NumberRange(0, 1_000_000, "Between 0 and 1,000,000.")],
        places=2,
    )


class ConfirmForm(FlaskForm):
    """Nothing but the token that shows that the request came from our own page."""
