"""Signing in with a password or a passkey, and changing them: allauth's views, only those a node needs."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.views import LoginView, PasswordChangeView, PasswordSetView
from allauth.mfa.base import views as mfa_views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from passalong.site.account_forms import ChoosePassword
from passalong.site.errors import not_found
from passalong.site.policy import owner, public
from passalong.site.sign_in import BY_LINK, last_proof


class SignIn(LoginView):  # type: ignore[misc]
    """allauth's sign-in; too many wrong tries answer 429, not 200."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        problems = form.errors.as_data().get("__all__", [])
        if any(problem.code == "too_many_login_attempts" for problem in problems):
            response.status_code = 429
        return response


class FirstPassword(PasswordSetView):  # type: ignore[misc]
    success_url = "/settings"


class OtherPassword(PasswordChangeView):  # type: ignore[misc]
    """Who has just come by the printed link need not know the old password: a forgotten one locks nobody out."""

    success_url = "/settings"

    def get_form_class(self) -> Any:
        return ChoosePassword if last_proof(self.request) == BY_LINK else super().get_form_class()


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """/sign-out: ends the session, and tells the browser to forget all it kept here (pages, and what waited to be
    sent)."""
    response: HttpResponseBase = views.logout(request)
    if request.method == "POST" and not request.user.is_authenticated:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


sign_in = public(SignIn.as_view())
not_here = public(not_found)

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", sign_in, name="account_login"),
    path("sign-out", public(sign_out), name="account_logout"),
    path("account/password", owner(OtherPassword.as_view()), name="account_change_password"),
    path("account/password/first", owner(FirstPassword.as_view()), name="account_set_password"),
    path("account/again", views.reauthenticate, name="account_reauthenticate"),
    path("account/inactive", views.account_inactive, name="account_inactive"),
    path("account/passkeys/", owner(RedirectView.as_view(pattern_name="mfa_list_webauthn")), name="mfa_index"),
    path("account/passkeys/authenticate/", mfa_views.authenticate, name="mfa_authenticate"),
    path("account/passkeys/reauthenticate/", not_here, name="mfa_reauthenticate"),
    path("account/passkeys/webauthn/", include("allauth.mfa.webauthn.urls")),
    path("account/none/signup", not_here, name="account_signup"),
    path("account/none/email", not_here, name="account_email"),
    path("account/none/reset", not_here, name="account_reset_password"),
]
"""The last three are names allauth's pages mention; a node has no sign-up and sends no mail, so nothing is there. Nor
are there codes of an authenticator, and its overview of second factors is the list of passkeys."""
