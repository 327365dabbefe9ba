"""RFC 6721: what a feed says was taken back."""

from __future__ import annotations

import time

from passalong.wire.feed import read
from passalong.wire.feed_gone import taken_back

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:ben</id><title>Ben</title><updated>2026-05-04T12:00:00Z</updated>
<entry><id>urn:1</id><title>One</title><updated>2026-05-04T12:00:00Z</updated>
<content type="html"><![CDATA[<at:deleted-entry ref="urn:quoted"/>]]></content></entry>
<at:deleted-entry ref="urn:2?a=1&amp;b=2" when="2026-05-04T12:00:00Z"/>
<at:deleted-entry
   when='2026-05-04T12:00:00Z' ref='urn:3'><at:comment>by mistake</at:comment></at:deleted-entry>
<!-- <at:deleted-entry ref="urn:commented" when="2026-05-04T12:00:00Z"/> -->
<other:deleted-entry ref="urn:other"/>
</feed>"""


def test_section_3_the_ids_are_read() -> None:
    found = read(FEED.encode(), content_type="application/atom+xml")
    assert found.gone == ("urn:2?a=1&b=2", "urn:3")
    assert [entry.guid for entry in found.entries] == ["urn:1"]


def test_without_the_namespace_there_are_none() -> None:
    assert taken_back(FEED.replace("tombstones", "tomes")) == ()


def test_hostile_text_takes_no_time() -> None:
    started = time.process_time()
    taken_back(FEED + "<at:deleted-entry " * 100_000 + "<!--" * 100_000)
    assert time.process_time() - started < 2
