"""The invented sharers' pages: their home, and a page for each post, in the markup other sites read (h-entry)."""

from __future__ import annotations

from html import escape

from .village import FILES, POINTING, Post, Sharer, Village, body

STYLE = """:root{color-scheme:light dark}body{font:1.05rem/1.6 Georgia,serif;max-width:38rem;margin:2rem auto;
padding:0 1rem}img{max-width:100%;height:auto;border-radius:.5rem}article{border-top:1px solid #8884;padding:1rem 0}
footer,.quiet{opacity:.75;font-size:.9rem}"""
INVENTED = "This page belongs to the demo of Passalong. Nothing here is real."


def home(village: Village, sharer: Sharer) -> str:
    """Their front page, which is a list of their posts for whoever reads it so (h-feed)."""
    address = village.home(sharer.handle)
    posts = "".join(_article(village, sharer, post) for post in village.posts(sharer.handle))
    feed = "" if sharer.wire == "hfeed" else '<link rel="alternate" type="application/atom+xml" href="/feed.atom">'
    face = f'<img class="u-photo" src="{address}face.png" alt="" width="64" height="64">'
    card = f'<p class="p-author h-card">{face} <a class="u-url u-uid" rel="me" href="{address}">{_name(sharer)}</a></p>'
    head = f'<h1 class="p-name">{escape(sharer.name)}</h1><p class="p-summary">{escape(sharer.about)}</p>'
    return _page(sharer.name, sharer.lang, f'<main class="h-feed">{head}{card}{posts}</main>', feed)


def post_page(village: Village, sharer: Sharer, post: Post) -> str:
    own = village.home(sharer.handle) + post.slug
    words = post.words.split("\n", 1)[0][:180]
    head = f'<meta property="og:title" content="{escape(post.title or words)}">'
    head += f'<meta property="og:description" content="{escape(words)}"><link rel="canonical" href="{own}">'
    head += (
        f'<meta name="author" content="{escape(sharer.name)}"><meta property="og:site_name" content="{_name(sharer)}">'
    )
    head += f'<meta property="og:image" content="{own}.png">' if post.picture else ""
    head += '<link rel="webmention" href="/webmention">'
    return _page(post.title or words, post.lang or sharer.lang, _article(village, sharer, post), head)


def _article(village: Village, sharer: Sharer, post: Post) -> str:
    own, moment = village.home(sharer.handle) + post.slug, village.when(post).isoformat()
    title = f'<h2 class="p-name">{escape(post.title)}</h2>' if post.title else ""
    pointing = "".join(
        f'<p class="quiet"><a class="{mark}" href="{url}">{url}</a></p>'
        for rel, mark in (*POINTING.items(), ("link", "u-bookmark-of"), ("via", "u-via"))
        if (url := getattr(post, rel))
    )
    file = f'<p><a class="u-audio" href="{own}.wav">▶</a></p>' if post.file == "wav" else ""
    file = f'<p><a href="{own}.pdf" type="{FILES["pdf"]}">PDF</a></p>' if post.file == "pdf" else file
    tags = " ".join(f'<span class="p-category">{escape(tag)}</span>' for tag in post.tags)
    author = f'<a class="p-author h-card" href="{village.home(sharer.handle)}">{_name(sharer)}</a>'
    return (
        f'<article class="h-entry" lang="{post.lang or sharer.lang}">{title}{pointing}'
        f'<div class="e-content" dir="auto">{body(village, sharer, post)}</div>{file}<p class="quiet">{author} '
        f'<a class="u-url u-uid" href="{own}"><time class="dt-published" datetime="{moment}">{moment[:10]}</time></a>'
        f" {tags}</p></article>"
    )


def _name(sharer: Sharer) -> str:
    return escape(sharer.name)


def _page(title: str, lang: str, main: str, head: str = "") -> str:
    way = ' dir="rtl"' if lang == "ar" else ""
    return (
        f'<!doctype html><html lang="{lang}"{way}><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{STYLE}</style></head>'
        f'<body>{main}<footer lang="en" dir="ltr">{INVENTED}</footer></body></html>'
    )
