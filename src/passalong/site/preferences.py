"""The page where a person says how they are called and under which licence they share. Nothing here must be filled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.models import File, Person, Source
from passalong.models.access import person_of
from passalong.models.file import PICTURES
from passalong.models.first_moves import BUTTON, made
from passalong.models.sentences import spoken
from passalong.share.draft import CannotShare
from passalong.share.face import draw_face, wear
from passalong.share.upload import passed_over
from passalong.site.apps_page import apps_of
from passalong.site.handle import change_handle, check_handle, why_it_stays
from passalong.site.sentence import Sentence
from passalong.site.waiting import Waiting, waiting
from passalong.site.zone import ZONES
from passalong.wire.address import tidy
from passalong.wire.shapes import Unreadable

CC = "https://creativecommons.org/"
LICENCES = [
    ("", _("None stated: all rights stay with you")),
    (f"{CC}licenses/by/4.0/", "CC BY 4.0"),
    (f"{CC}licenses/by-sa/4.0/", "CC BY-SA 4.0"),
    (f"{CC}licenses/by-nc/4.0/", "CC BY-NC 4.0"),
    (f"{CC}licenses/by-nc-sa/4.0/", "CC BY-NC-SA 4.0"),
    (f"{CC}licenses/by-nd/4.0/", "CC BY-ND 4.0"),
    (f"{CC}licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"),
    (f"{CC}publicdomain/zero/1.0/", "CC0 1.0"),
]

MOST_PLACES = 5

if TYPE_CHECKING:
    PersonForm = forms.ModelForm[Person]
else:
    PersonForm = forms.ModelForm


class AboutMe(PersonForm):
    """Every field a person may change, and no other (T63)."""

    licence = forms.ChoiceField(choices=LICENCES, required=False, label=_("Licence of what you share"))
    lang = forms.CharField(
        max_length=35, required=False, label=_("Language you write in"), help_text=_("Such as en or fr")
    )
    handle = forms.CharField(max_length=41, required=False, label=_("Name in your address"))
    picture = forms.FileField(
        required=False,
        label=_("A picture of you"),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(PICTURES))}),
    )
    no_picture = forms.BooleanField(required=False, label=_("Take the picture away"))
    elsewhere = forms.CharField(
        required=False,
        label=_("Other places of yours"),
        help_text=_("Up to five addresses, one on each line. They stand on your page."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
    )
    zone = forms.ChoiceField(choices=[("", _("As in the browser")), *ZONES], required=False, label=_("Time zone"))
    language = forms.ChoiceField(
        choices=[("", _("As in the browser")), *settings.LANGUAGES], required=False, label=_("Language of these pages")
    )
    shortcuts = forms.BooleanField(required=False, label=_("Single-key shortcuts (j, k, o, s, f, /)"))

    class Meta:
        model = Person
        fields = ("name", "note", "elsewhere", "language", "lang", "licence", "zone", "shortcuts")
        labels = {"name": _("Your name"), "note": _("About you, in a sentence or two")}
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 1000, "dir": "auto"}),
        }

    def __init__(self, *args: Any, too_big: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.too_big = tuple(too_big)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        if self.instance.zone and self.instance.zone not in dict(ZONES):  # chosen when there were more to choose
            zone.choices = [("", _("As in the browser")), *ZONES, (self.instance.zone, self.instance.zone)]
        if not self.instance.photo:
            del self.fields["no_picture"]
        handle, stays = self.fields["handle"], why_it_stays(self.instance)
        handle.initial, handle.disabled = self.instance.handle, bool(stays)
        handle.help_text = stays or _(
            "Your page is %(url)s. It can change until you share, or somebody follows you."
        ) % {"url": self.instance.url}
        self.order_fields(["name", "handle", "picture", "no_picture", "note", "elsewhere"])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError(_("Nothing was changed: a name needs at least one letter."))
        return name

    def clean_handle(self) -> str:
        try:
            return check_handle(self.instance, self.cleaned_data["handle"])
        except Sentence as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if len(note) > 1000:
            raise forms.ValidationError(_("This is longer than 1,000 characters: shorten it."))
        return note

    def clean_picture(self) -> File | None:
        """Drawn anew by now. What cannot be shown is said in one sentence."""
        upload = self.cleaned_data["picture"]
        if self.too_big:
            said = {"name": self.too_big[0][:80], "most": settings.FILE_LIMIT // (1024 * 1024)}
            raise forms.ValidationError(_("“%(name)s” is larger than %(most)s MB: choose a smaller picture.") % said)
        if not upload:
            return None
        try:
            return draw_face(self.instance, upload.name or "", upload.file)
        except CannotShare as problem:
            raise forms.ValidationError(spoken(problem)) from None

    def clean_elsewhere(self) -> str:
        """Whole addresses, each once."""
        lines = [line for line in self.cleaned_data["elsewhere"].splitlines() if line.strip()]
        if len(lines) > MOST_PLACES:
            raise forms.ValidationError(_("These are more than five addresses: leave some out."))
        return "\n".join(dict.fromkeys(map(_address, lines)))


class MyName(PersonForm):
    """The name alone."""

    name = forms.CharField(
        max_length=300,
        error_messages={
            "required": _("Nothing was changed: a name needs at least one letter."),
            "max_length": _("Nothing was changed: a name has at most 300 letters."),
        },
    )

    class Meta:
        model = Person
        fields = ("name",)


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Shows and keeps what a person says of themselves; also the button for their browser."""
    person = person_of(request)
    assert person is not None  # the route is the owner's
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AboutMe(*sent, instance=person, too_big=passed_over(request).values())
    if request.method == "POST" and form.is_valid():
        change_handle(person, form.cleaned_data["handle"])
        if form.cleaned_data["picture"] or form.cleaned_data.get("no_picture"):
            wear(person, form.cleaned_data["picture"])
        _save(form)
        translation.activate(person.language or translation.get_language_from_request(request))
        messages.success(request, _("Saved."))
        return redirect("/settings")
    said = {"form": form, "by_name": by_name(request.get_host())}
    said["waiting"] = _waiting(person)
    said["apps"] = apps_of(person)
    return render(request, "settings/page.html", said, status=422 if form.is_bound else 200)


@require_POST
def my_name(request: HttpRequest) -> HttpResponse:
    """The one line of the first page: how I am called here."""
    person = person_of(request)
    assert person is not None  # the route is the owner's
    form = MyName(request.POST, instance=person)
    if form.is_valid():
        _save(form)
        messages.success(request, _("You are %(name)s here.") % {"name": person})
    else:
        messages.error(request, str(form.errors.as_data()["name"][0].message))
    return redirect("/")


@require_POST
def no_button(request: HttpRequest) -> HttpResponse:
    """“Not now” beside the button for the browser: it is not offered on the first page again."""
    person = person_of(request)
    assert person is not None  # the route is the owner's
    made(person, BUTTON)
    messages.success(request, _("The button stays in settings, for whenever you want it."))
    return redirect("/")


def _address(line: str) -> str:
    """Raises ValidationError."""
    try:
        return tidy(line)
    except Unreadable:
        what = {"address": line.strip()[:80]}
        wrong = _("“%(address)s” is not a web address: it has to look like https://example.org/page.")
        raise forms.ValidationError(wrong % what) from None


def _save(form: PersonForm) -> None:
    """What was said is theirs from now on, on every page and in every feed."""
    person = form.instance
    person.name_is_mine = True
    person.changed = timezone.now()
    form.save()
    person.sources.filter(kind=Source.Kind.HERE).update(title=str(person))


def by_name(host_header: str) -> str:
    """Where to go for passkeys: they are bound to a name (WebAuthn, section 5.1.2), and 127.0.0.1 is none."""
    host, _, port = host_header.partition(":")
    return f"http://localhost:{port or 80}/settings" if host == "127.0.0.1" else ""


def _waiting(person: Person) -> Waiting | None:
    """The whole node's numbers are its owner's business."""
    return waiting(timezone.now()) if person.user and person.user.is_superuser else None
