"""Signing in with a password or a passkey, and changing them: allauth's views, only those a node needs."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.views import LoginView
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from passalong.site.errors import not_found
from passalong.site.policy import public


class SignIn(LoginView):  # type: ignore[misc]
    """allauth's sign-in; too many wrong tries answer 429, not 200."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        problems = form.errors.as_data().get("__all__", [])
        if any(problem.code == "too_many_login_attempts" for problem in problems):
            response.status_code = 429
        return response


sign_in = public(SignIn.as_view())
not_here = public(not_found)

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", sign_in, name="account_login"),
    path("sign-out", views.logout, name="account_logout"),
    path("account/password", views.password_change, name="account_change_password"),
    path("account/password/first", views.password_set, name="account_set_password"),
    path("account/again", views.reauthenticate, name="account_reauthenticate"),
    path("account/inactive", views.account_inactive, name="account_inactive"),
    path("account/passkeys/", include("allauth.mfa.urls")),
    path("account/none/signup", not_here, name="account_signup"),
    path("account/none/email", not_here, name="account_email"),
    path("account/none/reset", not_here, name="account_reset_password"),
]
"""The last three are names allauth's pages mention; a node has no sign-up and sends no mail, so nothing is there."""
