"""Pages of shares answer in the format that is asked for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import pytest
from django.test import Client

from passalong.models import Person
from passalong.share.draft import Draft
from passalong.share.publish import publish

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/", "/@ann", "/@ann/tag/oer"])
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/atom+xml", "application/atom+xml"),
        ("application/rss+xml, text/html;q=0.5", "application/rss+xml"),
        ("application/feed+json", "application/feed+json"),
        ("application/json", "application/feed+json"),
        (BROWSER, "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("image/png", "text/html"),
        ("text/html, application/atom+xml", "text/html"),
    ],
)
def test_the_format_that_is_asked_for(
    strangers_browser: Client, ann: Person, path: str, accept: str, kind: str
) -> None:
    publish(ann, Draft(words="Seeds #oer"))
    answer = strangers_browser.get(path, headers={"accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert "Accept" in answer.headers["Vary"]
    again = strangers_browser.get(path, headers={"accept": accept, "if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
