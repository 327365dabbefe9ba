"""The whole map on one screen. Every route says who may use it (`policy.py`)."""

from __future__ import annotations

from django.urls import path, re_path

from passalong.credit import contact_views as contact
from passalong.credit import views as credit
from passalong.endpoints import indieauth, micropub, tokens, websub
from passalong.endpoints.cors import for_any_origin
from passalong.endpoints.webmention import webmention
from passalong.follow import same_views, starters_views
from passalong.follow import views as follow
from passalong.read import picture
from passalong.read import views as read
from passalong.share import feeds, pages, serve
from passalong.share import gesture_views as gestures
from passalong.share import views as share_views
from passalong.site import account, apps_page, health, manifest, offline, preferences, sign_in, tongue, zone
from passalong.site.advertise import advertising
from passalong.site.policy import app, check, owner, public
from passalong.site.queue import waking

WHO = r"^@(?P<handle>[\w-]{1,60})"
THING = WHO + r"/(?P<ref>[0-9]{1,19}(?:-[0-9a-f]{12})?)"
TAG = WHO + r"/tag/(?P<tag>[^/]{1,100})"
FEED = r"/feed\.(?P<kind>atom|rss|json)$"

urlpatterns = [
    path("", public(advertising(pages.home))),
    path("share", owner(waking(share_views.share))),
    path("share/nearby", owner(gestures.near)),
    path("share/target", owner(share_views.share_target, after=share_views.box_filled)),
    path("share/ready", owner(offline.ready)),
    re_path(WHO + "$", public(advertising(pages.person))),
    re_path(WHO + "/$", public(pages.with_slash)),
    re_path(TAG + "$", public(pages.tag)),
    re_path(WHO + FEED, public(for_any_origin(feeds.person_feed))),
    re_path(TAG + FEED, public(for_any_origin(feeds.tag_feed))),
    re_path("^" + FEED[1:], public(for_any_origin(feeds.node_feed))),
    re_path(THING + "$", public(pages.permalink)),
    re_path(THING + "/edit$", owner(waking(share_views.edit))),
    re_path(THING + "/look-again$", owner(waking(share_views.look_again))),
    re_path(THING + "/undo$", owner(waking(share_views.undo))),
    re_path(THING + "/take-back$", owner(waking(share_views.take_back))),
    re_path(THING + "/bring-back$", owner(waking(share_views.bring_back))),
    re_path(THING + "/erase$", owner(share_views.erase)),
    re_path(THING + "/tell-again$", owner(waking(share_views.tell_again))),
    re_path(THING + "/no-via$", owner(waking(gestures.no_via))),
    re_path(r"^file/(?P<digest>[0-9a-f]{64})/(?P<name>[^/]{1,200})$", public(serve.file)),
    path("hello/<str:token>", public(sign_in.hello)),
    path("river", owner(read.river_page)),
    path("river/seen", owner(read.all_seen)),
    path("river/unseen", owner(read.all_unseen)),
    path("read/<int:pk>", owner(read.reading)),
    path("picture/<str:signature>/<str:packed>", public(picture.picture)),
    re_path(r"^items/(?P<pk>[0-9]{1,19})/(?P<gesture>reply|quote|ask)$", owner(gestures.write)),
    path("items/<int:pk>/thank", owner(waking(gestures.thank))),
    path("items/<int:pk>/pass-along", owner(waking(gestures.pass_along))),
    path("items/<int:pk>/<str:deed>", owner(read.deed)),
    path("came-back", owner(credit.came_back_page)),
    path("conversation/<int:pk>", owner(credit.conversation)),
    path("unanswered", owner(credit.unanswered_page)),
    path("people", owner(follow.people_page)),
    path("people/starters", owner(waking(starters_views.starters_page))),
    path("people/<int:pk>", owner(follow.person_page)),
    path("people/<int:pk>/retry", owner(waking(follow.retry))),
    path("people/<int:pk>/still-them", owner(waking(follow.still_them))),
    path("people/<int:pk>/read-anyway", owner(waking(follow.read_anyway))),
    path("people/<int:pk>/also", owner(same_views.also)),
    path("people/<int:pk>/split", owner(same_views.split)),
    path("people/<int:pk>/name", owner(same_views.name)),
    path("follow", owner(waking(follow.follow))),
    path("unfollow", owner(waking(follow.unfollow))),
    path("mute", owner(follow.mute_source)),
    path("unmute", owner(follow.unmute_source)),
    path("webmention", public(waking(webmention))),
    path("came-back/first-contact", owner(contact.first_contact)),
    path("came-back/first-contact/<int:pk>", owner(contact.answer)),
    path("language", public(tongue.choose)),
    path("settings", owner(preferences.preferences)),
    path("settings/name", owner(preferences.my_name)),
    path("settings/zone", owner(zone.my_zone)),
    path("settings/no-button", owner(preferences.no_button)),
    *account.urlpatterns,
    path("settings/apps/<int:pk>/remove", owner(apps_page.remove)),
    path(".well-known/oauth-authorization-server", public(indieauth.metadata)),
    path("micropub", app(waking(micropub.micropub), post=["create", "update", "delete", "undelete"])),
    path("micropub/media", app(micropub.media, post=["media", "create"])),
    path("oauth/authorize", public(indieauth.authorize)),
    path("oauth/consent", owner(indieauth.consent)),
    path("oauth/token", public(tokens.token)),
    path("oauth/revoke", public(tokens.revoke_token)),
    path("oauth/introspect", app(tokens.introspect)),
    path("oauth/userinfo", app(tokens.userinfo, get=["profile"], post=["profile"])),
    path("websub", public(waking(websub.wish))),
    path("websub/<str:key>", public(waking(websub.callback))),
    path("sw.js", public(offline.worker)),
    path("manifest.webmanifest", public(manifest.manifest)),
    path("offline", owner(offline.page)),
    path("livez", public(health.livez)),
    path("readyz", public(health.readyz)),
]
check(urlpatterns)

handler400 = "passalong.site.errors.bad_request"
handler403 = "passalong.site.errors.forbidden"
handler404 = "passalong.site.errors.not_found"
handler500 = "passalong.site.errors.broken"
