"""Known places: an address, and the first feed that its place's rule names. Forms as the places' own pages use them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.follow.platforms import fill, known_place, sections, software_moves

UC = "UCabcdefghijklmnopqrstuv"
FEEDS = f"""
https://www.youtube.com/channel/{UC}/videos             https://www.youtube.com/feeds/videos.xml?channel_id={UC}
https://www.youtube.com/playlist?list=PL123             https://www.youtube.com/feeds/videos.xml?playlist_id=PL123
https://vimeo.com/staffpicks                            https://vimeo.com/staffpicks/videos/rss
https://vimeo.com/channels/nature                       https://vimeo.com/channels/nature/videos/rss
https://www.dailymotion.com/some-user                   https://www.dailymotion.com/rss/user/some-user
https://odysee.com/@Channel:4                           https://odysee.com/$/rss/@Channel:4
https://github.com/ann                                  https://github.com/ann.atom
https://github.com/ann/tool                             https://github.com/ann/tool/releases.atom
https://github.com/ann/tool/tags                        https://github.com/ann/tool/tags.atom
https://github.com/ann/tool/issues/5                    https://github.com/ann/tool/releases.atom
https://github.com/ann/tool/commits/feature/x           https://github.com/ann/tool/commits/feature/x.atom
https://github.com/ann/tool/tree/main                   https://github.com/ann/tool/commits/main.atom
https://github.com/ann/tool/wiki/Home                   https://github.com/ann/tool/wiki.atom
https://github.com/ann/tool/discussions/12              https://github.com/ann/tool/discussions.atom
https://github.com/orgs/school/repositories             https://github.com/school.atom
https://gist.github.com/ann/abcdef                      https://gist.github.com/ann.atom
https://gitlab.com/group/sub/tool                       https://gitlab.com/group/sub/tool.atom
https://gitlab.com/group/sub/tool/-/releases            https://gitlab.com/group/sub/tool/-/releases.atom
https://codeberg.org/ann                                https://codeberg.org/ann.rss
https://codeberg.org/ann/tool                           https://codeberg.org/ann/tool.rss
https://codeberg.org/ann/tool/releases                  https://codeberg.org/ann/tool/releases.rss
https://git.sr.ht/~ann/tool/tree                        https://git.sr.ht/~ann/tool/log/rss.xml
https://pypi.org/project/django/5.2/                    https://pypi.org/rss/project/django/releases.xml
https://crates.io/crates/serde                          https://static.crates.io/rss/crates/serde.xml
https://rubygems.org/gems/rails                         https://rubygems.org/gems/rails/versions.atom
https://old.reddit.com/r/OpenEd/comments/1abc/title/    https://www.reddit.com/r/OpenEd/.rss
https://www.reddit.com/r/OpenEd/top/                    https://www.reddit.com/r/OpenEd/top/.rss
https://www.reddit.com/user/ann                         https://www.reddit.com/user/ann/submitted/.rss
https://www.reddit.com/user/ann/m/learning/             https://www.reddit.com/user/ann/m/learning/.rss
https://www.reddit.com/search?q=open+education          https://www.reddit.com/search.rss?q=open%20education&sort=new
https://news.ycombinator.com/item?id=1                  https://news.ycombinator.com/rss
https://news.ycombinator.com/submitted?id=ann           https://hnrss.org/submitted?id=ann
https://lobste.rs/t/education                           https://lobste.rs/t/education.rss
https://lobste.rs/~ann                                  https://lobste.rs/~ann/stories.rss
https://academia.stackexchange.com/questions/tagged/peer-review  https://academia.stackexchange.com/feeds/tag?tagnames=peer-review&sort=newest
https://stackoverflow.com/users/12/ann                  https://stackoverflow.com/feeds/user/12
https://bsky.app/profile/ann.bsky.social/post/3k        https://bsky.app/profile/ann.bsky.social/rss
https://medium.com/@ann/a-post-12ab                     https://medium.com/feed/@ann
https://medium.com/some-magazine/a-post-12ab            https://medium.com/feed/some-magazine
https://medium.com/tag/education                        https://medium.com/feed/tag/education
https://ann.medium.com/a-post-12ab                      https://ann.medium.com/feed
https://letter.substack.com/p/post                      https://letter.substack.com/feed
https://open.substack.com/pub/letter/p/post?r=1         https://letter.substack.com/feed
https://buttondown.email/ann/archive/hello/             https://buttondown.com/ann/rss
https://us2.campaign-archive.com/home/?u=ab12&id=cd34   https://us2.campaign-archive.com/feed?u=ab12&id=cd34
https://world.hey.com/ann/a-post-12ab                   https://world.hey.com/ann/feed.atom
https://ann.tumblr.com/post/1/x                         https://ann.tumblr.com/rss
https://ann.tumblr.com/tagged/open%20education          https://ann.tumblr.com/tagged/open%20education/rss
https://www.tumblr.com/ann/123/post                     https://ann.tumblr.com/rss
https://ann.wordpress.com/category/a/b/                 https://ann.wordpress.com/category/a/b/feed/
https://ann.wordpress.com/comments/feed/                https://ann.wordpress.com/feed/
https://ann.blogspot.co.uk/2020/01/x.html               https://ann.blogspot.com/feeds/posts/default
https://ann.blogspot.com/search/label/Open%20Ed         https://ann.blogspot.com/feeds/posts/default/-/Open%20Ed
https://ann.livejournal.com/123.html                    https://ann.livejournal.com/data/atom
https://dev.to/ann/post-1                               https://dev.to/feed/ann
https://dev.to/t/python                                 https://dev.to/feed/tag/python
https://write.as/ann/tag:glass                          https://write.as/ann/tag:glass/feed/
https://ann.hatenablog.com/entry/1                      https://ann.hatenablog.com/feed
https://note.com/ann/n/n1                               https://note.com/ann/rss
https://blog.naver.com/ann/1                            https://rss.blog.naver.com/ann.xml
https://www.are.na/ann/seeds                            https://www.are.na/ann/seeds/feed/rss
https://pinboard.in/u:ann/t:oer/                        https://feeds.pinboard.in/rss/u:ann/t:oer/
https://raindrop.io/ann/open-education-12345            https://bg.raindrop.io/rss/public/12345
https://www.diigo.com/user/ann                          https://www.diigo.com/rss/user/ann
https://hypothes.is/users/ann                           https://hypothes.is/stream.atom?user=ann
https://hypothes.is/groups/abc/seed-readers             https://hypothes.is/stream.atom?group=abc
https://hypothes.is/search?q=tag:oer                    https://hypothes.is/stream.atom?tags=oer
https://www.zotero.org/groups/12/name/collections/AB12  https://api.zotero.org/groups/12/collections/AB12/items/top?format=atom&v=3
https://arxiv.org/list/cs.CY/recent                     https://rss.arxiv.org/rss/cs.CY
https://www.nature.com/nature/articles                  https://www.nature.com/nature.rss
https://journals.plos.org/plosone/article?id=1          https://journals.plos.org/plosone/feed/atom
https://www.deviantart.com/ann/gallery                  https://backend.deviantart.com/rss.xml?q=gallery:ann
https://www.goodreads.com/user/show/12-ann              https://www.goodreads.com/user/updates_rss/12
https://www.librarything.com/profile/ann                https://www.librarything.com/rss/recent/ann
https://letterboxd.com/ann/films/                       https://letterboxd.com/ann/rss/
https://www.pinterest.com/ann/seed-boxes/               https://www.pinterest.com/ann/seed-boxes.rss
https://www.pinterest.co.uk/ann/                        https://www.pinterest.com/ann/feed.rss
https://show.libsyn.com/episode-1                       https://show.libsyn.com/rss
https://show.podbean.com/e/1/                           https://feed.podbean.com/show/feed.xml
https://www.buzzsprout.com/123/456-episode              https://feeds.buzzsprout.com/123.rss
https://show.transistor.fm/episodes/1                   https://feeds.transistor.fm/show
https://shows.acast.com/show/episodes/1                 https://feeds.acast.com/public/shows/show
https://www.spreaker.com/podcast/my-show--55            https://www.spreaker.com/show/55/episodes/feed
https://rss.com/podcasts/show/1/                        https://media.rss.com/show/feed.xml
https://en.wikipedia.org/wiki/Open_education            https://en.wikipedia.org/w/index.php?title=Open_education&action=history&feed=atom
https://de.wikipedia.org/wiki/Special:Contributions/Ann https://de.wikipedia.org/w/api.php?action=feedcontributions&user=Ann&feedformat=atom
https://groups.io/g/seeds/topics                        https://groups.io/g/seeds/rss
https://lore.kernel.org/git/                            https://lore.kernel.org/git/new.atom
https://feedburner.google.com/fb/a/mailverify?uri=Seeds http://feeds.feedburner.com/Seeds
https://archive.org/details/seedcatalogs                https://archive.org/services/collection-rss.php?collection=seedcatalogs
https://www.openstreetmap.org/user/ann/diary/12         https://www.openstreetmap.org/user/ann/diary/rss
https://hn.algolia.com/?q=seeds                         https://hnrss.org/newest?q=seeds
https://news.google.com/search?q=open%20education       https://news.google.com/rss/search?q=open%20education
https://www.meetup.com/seed-savers/events/              https://www.meetup.com/seed-savers/events/rss/
"""

NOTHING = """
https://x.com/ann/status/1                      log in
https://twitter.com/ann                         no feed
https://www.facebook.com/groups/seeds           log in
https://www.instagram.com/ann/                  log in
https://www.linkedin.com/in/ann                 log in
https://www.tiktok.com/@ann                     no feed
https://t.me/s/seeds                            no feed
https://discord.gg/abc                          log in
https://school.slack.com/archives/C1            log in
https://open.spotify.com/show/1                 no feed
https://docs.google.com/document/d/1            no feed
https://groups.google.com/g/seeds               no feed
https://scholar.google.de/citations?user=x      no feed
https://ann.notion.site/Notes-1                 no feed
https://orcid.org/0000-0001                     no feed
https://zenodo.org/communities/seeds            no feed
https://osf.io/abc/                             no feed
https://unsplash.com/@ann                       no feed
https://trello.com/b/1/seeds                    no feed
https://school.sharepoint.com/sites/x           sign in
https://app.thestorygraph.com/profile/ann       no feed
https://www.youtube.com/results?search_query=x  search
https://www.bing.com/search?q=x                 search
"""


def pairs(text: str) -> list[tuple[str, str]]:
    lines = [re.split(r"\s{1,}", line.strip(), maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(one, two.strip()) for one, two in lines]


@pytest.mark.parametrize(("address", "feed"), pairs(FEEDS))
def test_an_address_at_a_known_place_names_its_feed(address: str, feed: str) -> None:
    place = known_place(address)
    assert place
    feeds = [move.parts[0] for move in place.moves if move.verb == "feed"]
    assert feeds[:1] == [feed]


@pytest.mark.parametrize(("address", "words"), pairs(NOTHING))
def test_where_nothing_can_be_followed_it_is_said_why(address: str, words: str) -> None:
    place = known_place(address)
    assert place
    assert place.moves[0].verb == "none"
    code, sentence = place.moves[0].parts
    assert code in ("none", "login")
    assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", ["platforms.txt", "software.txt"])
def test_every_line_of_the_data_can_be_used(name: str) -> None:
    verbs = {"feed", "later", "scan", "go", "lookup", "inside", "none", "prefer", "unhyphen", "look"}
    for section in sections(name):
        assert section.lines, section.name
        assert bool(section.hosts) == (name == "platforms.txt"), section.name
        for line in section.lines:
            re.compile(line.path)
            for verb, parts in line.moves:
                assert verb in verbs, (section.name, verb)
                assert parts, (section.name, verb)
                if verb in ("scan", "prefer"):
                    assert re.compile(parts[0]).groups == (verb == "scan"), (section.name, parts[0])
        for kind, text in section.signs:
            assert kind in ("generator", "meta", "header", "link", "text"), (section.name, kind)
            re.compile(text)


def test_a_host_is_known_once() -> None:
    hosts = [host for section in sections("platforms.txt") for host in section.hosts if "{" not in host]
    assert len(hosts) == len(set(hosts))


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_a_person_writes_stays_in_its_place(user: str, word: str) -> None:
    """Values are quoted: nothing pasted becomes another host, path or parameter (T21)."""
    filled = fill("https://host.example/{u}/feed?tag={t}&x=1", {"u": user.replace("/", ""), "t": word})
    assert filled.startswith("https://host.example/")
    assert filled.endswith("&x=1")
    assert filled.count("?") == 1
    assert filled.count("&") <= 1 + user.count("&")
    assert "#" not in filled
    assert " " not in filled


@pytest.mark.parametrize(
    ("software", "address", "feed"),
    [
        ("WordPress", "https://a.example/blog/tag/oer/", "https://a.example/blog/tag/oer/feed/"),
        ("WordPress", "https://a.example/?cat=4", "https://a.example/?cat=4&feed=rss2"),
        ("Drupal", "https://a.example/taxonomy/term/4", "https://a.example/taxonomy/term/4/feed"),
        ("Discourse", "https://a.example/c/help/how-to/12", "https://a.example/c/help/how-to/12.rss"),
        ("Discourse", "https://a.example/u/ann/summary", "https://a.example/u/ann/activity/topics.rss"),
        ("Ghost", "https://a.example/author/ann/", "https://a.example/author/ann/rss/"),
        ("Shopify", "https://a.example/blogs/seeds/post", "https://a.example/blogs/seeds.atom"),
        ("PeerTube", "https://a.example/c/seeds/videos", "https://a.example/feeds/videos.xml?videoChannelName=seeds"),
        ("Pleroma and Akkoma", "https://a.example/users/ann", "https://a.example/users/ann/feed.atom"),
        ("GoToSocial", "https://a.example/@ann", "https://a.example/@ann/feed.rss"),
        ("Lemmy", "https://a.example/c/seeds", "https://a.example/feeds/c/seeds.xml?sort=New"),
        ("Kbin and Mbin", "https://a.example/m/seeds", "https://a.example/rss?magazine=seeds"),
        ("Redmine", "https://a.example/projects/seeds/wiki", "https://a.example/projects/seeds/activity.atom"),
        ("NodeBB", "https://a.example/category/3/seeds", "https://a.example/category/3.rss"),
        (
            "XenForo",
            "https://a.example/community/forums/seeds.4/",
            "https://a.example/community/forums/seeds.4/index.rss",
        ),
        ("DSpace", "https://a.example/xmlui/handle/123/4", "https://a.example/xmlui/feed/atom_1.0/123/4"),
    ],
)
def test_a_program_names_the_feed_of_a_part(software: str, address: str, feed: str) -> None:
    moves = software_moves({software: ""}, address, general=False)
    assert moves
    assert moves[0].parts[0] == feed
