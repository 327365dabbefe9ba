"""The forms of signing in and of passwords and passkeys: allauth's, with our words. One move in every error."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "account_inactive": _("This person does not sign in here any more: ask whoever keeps this node."),
    "enter_current_password": _("That is not the password you have now: type it again."),
    "incorrect_password": _("That is not your password: type it again."),
    "rate_limited": _("That was too often: wait a minute, then try once more."),
    "same_as_current": _("That is the password you have: choose another, or leave it."),
    "too_many_login_attempts": _(
        "Too many wrong tries: wait 15 minutes, or use the sign-in link that is printed when Passalong starts."
    ),
    "username_password_mismatch": _(
        "That name and password do not go together: check both, or use the sign-in link that is printed when Passalong"
        " starts."
    ),
}
"""What allauth's forms have to say of what went wrong, by its own codes."""

EASY = _("At least 10 letters. A few words in a row are easy to keep in mind.")


class Passkeys(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That passkey is not known here: try again, or use another way to sign in.")
    }

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: ARG002 - allauth's names
        return str(_("My passkey"))


class LongEnough(MinimumLengthValidator):
    def get_error_message(self) -> str:
        return str(_("This is short enough to be guessed: use at least %d letters, such as four words in a row.")) % (
            self.min_length
        )


class NotEverybodys(CommonPasswordValidator):
    def get_error_message(self) -> str:
        return str(_("Many people use this one, so it is guessed first: choose words of your own."))


def _named(form: forms.Form, **labels: Any) -> None:
    """Our labels for the form's fields; no grey copies of them inside, and no way back by mail, which there is not."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self, login=_("Your name here (what follows the @ in your address)"), password=_("Password"))

    def clean_login(self) -> str:
        typed: str = self.cleaned_data["login"]
        return typed.strip().removeprefix("@").lower()


class TwiceTheSame(forms.Form):
    """Two fields for the same new password: instead of allauth's own check, which has a sentence of its own."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.Form.clean(self) or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two are not the same: type the second one again."))
        return cleaned


class ChoosePassword(TwiceTheSame, SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self, password1=_("Password"), password2=_("The same once more"))
        self.fields["password1"].help_text = EASY


class ChangePassword(TwiceTheSame, ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(
            self,
            oldpassword=_("The password you have now"),
            password1=_("The new one"),
            password2=_("The new one once more"),
        )
        self.fields["password1"].help_text = EASY


class ItIsMe(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self, password=_("Password"))


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """Always one that signs in by itself: a second kind would be a decision nobody asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self, name=_("What to call it, such as “my phone”"))
        self.fields["passwordless"] = forms.BooleanField(
            required=False, initial=True, widget=forms.HiddenInput(attrs={"checked": True})
        )


class RenamePasskey(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self, name=_("What to call it"))
