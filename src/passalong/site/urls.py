"""The whole map on one screen. Every route says who may use it (`policy.py`)."""

from __future__ import annotations

from django.urls import path

from passalong.follow import views as follow
from passalong.read import picture
from passalong.read import views as read
from passalong.site import account, health, preferences, sign_in
from passalong.site.policy import check, owner, public
from passalong.site.queue import waking

urlpatterns = [
    path("hello/<str:token>", public(sign_in.hello)),
    path("river", owner(read.river_page)),
    path("river/seen", owner(read.all_seen)),
    path("river/unseen", owner(read.all_unseen)),
    path("read/<int:pk>", owner(read.reading)),
    path("picture/<str:signature>/<str:packed>", public(picture.picture)),
    path("items/<int:pk>/<str:deed>", owner(read.deed)),
    path("people", owner(follow.people_page)),
    path("people/<int:pk>", owner(follow.person_page)),
    path("people/<int:pk>/retry", owner(waking(follow.retry))),
    path("people/<int:pk>/still-them", owner(waking(follow.still_them))),
    path("follow", owner(waking(follow.follow))),
    path("unfollow", owner(follow.unfollow)),
    path("mute", owner(follow.mute_source)),
    path("unmute", owner(follow.unmute_source)),
    path("settings", owner(preferences.preferences)),
    *account.urlpatterns,
    path("livez", public(health.livez)),
    path("readyz", public(health.readyz)),
]
check(urlpatterns)

handler400 = "passalong.site.errors.bad_request"
handler403 = "passalong.site.errors.forbidden"
handler404 = "passalong.site.errors.not_found"
handler500 = "passalong.site.errors.broken"
