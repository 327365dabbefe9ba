"""The one folder and what is in it, made without a question. Every command that keeps something starts here."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import secrets
import sqlite3
import sys
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError, OperationalError
from django.utils import timezone
from django.utils.text import slugify

from passalong.models import Body, Item, Page, Person, Source, User
from passalong.models.first_moves import ALL
from passalong.site.before import check_whole, copy_before
from passalong.site.sentence import CannotStart

SOMEONE = "Someone"
"""Who shares here until they say their name: in another's river it reads as what it is."""
MACHINES_OWN = re.compile(
    r"root|adm|admin|administrator|user|ubuntu|debian|fedora|centos|rocky|alpine|arch|nixos|pi|dietpi|osmc|ec2-user|opc"
    r"|core|cloud|cloud-user|azureuser|vagrant|docker|container|app|web|www|www-data|http|nobody|daemon|bin|sys|service"
    r"|node|git|postgres|passalong|test|guest|default|owner|operator|deploy|ansible|jenkins|runner|\d+",
    re.ASCII | re.IGNORECASE,
)
"""Names of logins that say nothing of the person."""


def make_folder(home: Path) -> None:
    """The home folder (0700) with its secret (0600). Raises CannotStart."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = home / "secret"
        if not secret.exists():
            made = home / f"secret.{os.getpid()}"
            made.touch(mode=0o600)
            made.write_text(secrets.token_urlsafe(50), encoding="utf-8")
            with contextlib.suppress(FileExistsError):
                os.link(made, secret)
            made.unlink()
            settings.SECRET_KEY = secret.read_text(
                encoding="utf-8"
            ).strip()  # what is signed from here on lasts beyond this process
        if not os.access(home, os.W_OK):
            raise PermissionError
    except (OSError, ValueError) as problem:
        raise CannotStart(
            f"The folder {home} cannot be written: choose another with --home, or make it writable."
        ) from problem


def _make_database(database: Path) -> None:
    """Where there is none: an empty one for us alone (0600), whoever may read its folder. Its -wal and -shm follow it.

    What cannot be made is said by whoever opens it.
    """
    with contextlib.suppress(OSError):
        database.touch(mode=0o600)


def _migrations_here() -> set[str]:
    names = resources.files("passalong.migrations").iterdir()
    return {file.name[:-3] for file in names if re.fullmatch(r"\d{4}_\w+\.py", file.name)}


def _migrations_done() -> set[str]:
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'passalong'")
        return {name for (name,) in cursor.fetchall()}


def migrate() -> None:
    """Brings the database to this program. Raises CannotStart when it is newer, or cannot be opened."""
    try:
        here, done = _migrations_here(), _migrations_done()
        if done - here:
            raise CannotStart(
                "This database was made by a newer Passalong: install that version again, or restore an older backup."
            )
        if here - done:
            if done and connection.vendor == "sqlite":
                copy_before(Path(settings.DATABASES["default"]["NAME"]), min(here - done))
            call_command("migrate", verbosity=0, interactive=False)
    except (OperationalError, DatabaseError, sqlite3.Error) as problem:
        where = settings.DATABASES["default"]
        place = where["NAME"] if connection.vendor == "sqlite" else f"{where['HOST'] or 'localhost'}/{where['NAME']}"
        raise CannotStart(f"The database {place} cannot be used ({_first_line(problem)}).") from problem


def _first_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".")


def _first_name() -> str:
    """The name of the login, unless it is one that machines come with: the first page asks for a better one."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        return SOMEONE
    return SOMEONE if MACHINES_OWN.fullmatch(login) else login


def the_owner(name: str = "") -> Person:
    """The person this node belongs to; made on the first call, with `name` or the name of the login."""
    owner = Person.objects.filter(user__is_superuser=True).order_by("id").first()
    if owner:
        return owner
    shown = name.strip() or _first_name()
    handle = slugify(shown)[:40] or SOMEONE.lower()
    with transaction.atomic():
        user = User(username=handle, is_superuser=True, is_staff=True)
        user.set_unusable_password()
        user.save()
        home = f"{settings.BASE_URL}/@{handle}"
        person = Person.objects.create(
            url=home, user=user, handle=handle, name=shown, name_is_mine=bool(name.strip()), first_moves=ALL
        )
        Source.objects.create(
            person=person,
            url=f"{home}/feed.atom",
            kind=Source.Kind.HERE,
            title=shown,
            home=home,
            state=Source.State.FINE,
        )
    return person


def follow_address(person: Person) -> None:
    """The node moved to another public address: what lives here says so. Identities (guids) stay as they were."""
    old = person.url.rpartition("/@")[0]
    new = settings.BASE_URL
    if old == new:
        return
    with transaction.atomic():
        for local in Person.objects.filter(url__startswith=f"{old}/@", user__isnull=False):
            Person.objects.filter(pk=local.pk).update(url=new + local.url[len(old) :], changed=timezone.now())
        for source in Source.objects.filter(kind=Source.Kind.HERE):
            Source.objects.filter(pk=source.pk).update(
                url=new + source.url[len(old) :], home=new + source.home[len(old) :]
            )
        _move_pages(old, new)
        _move_words(f"{old}/", f"{new}/")


def stay_at(person: Person) -> None:
    """A command speaks of the node where it is: only a server that starts moves it, and nothing under a running one."""
    here = person.url.rpartition("/@")[0]
    if here == settings.BASE_URL:
        return
    if settings.VALUES["PASSALONG_URL"]:
        print(f"This node is at {here}: start it with PASSALONG_URL to move it.", file=sys.stderr)
    settings.BASE_URL = here


def _move_pages(old: str, new: str) -> None:
    taken = set(Page.objects.filter(url__startswith=f"{new}/@").values_list("url", flat=True))
    moved = []
    for page in Page.objects.filter(url__startswith=f"{old}/@").iterator(500):
        url = new + page.url[len(old) :]
        if url not in taken:
            page.url, page.key = url, page.key.replace(old.partition("://")[2], new.partition("://")[2], 1)
            moved.append(page)
    Page.objects.bulk_update(moved, ["url", "key"], batch_size=100)


def prepare(name: str = "", *, to_stay: bool = False) -> Person:
    """Folder, secret, database and owner, whatever of them is missing. Returns the owner. Raises CannotStart.

    What is about to stay (`up`, `web`) looks first whether the database is whole.
    """
    make_folder(settings.HOME)
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        _make_database(database)
        if to_stay:
            check_whole(database)
    migrate()
    owner = the_owner(name)
    if to_stay:
        follow_address(owner)
    else:
        stay_at(owner)
    return owner


def _move_words(old: str, new: str) -> None:
    """Addresses of ours inside what was shared here: links in the words, files, pictures."""
    mine = Item.objects.filter(source__kind=Source.Kind.HERE)
    for body in Body.objects.filter(item__in=mine, html__contains=old).iterator(100):
        Body.objects.filter(pk=body.pk).update(html=body.html.replace(old, new))
    for item in mine.exclude(media=[], picture="").iterator(100):
        media = [part | {"url": part.get("url", "").replace(old, new)} for part in item.media]
        Item.objects.filter(pk=item.pk).update(media=media, picture=item.picture.replace(old, new))
