from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passalong.wire.html import clean
from passalong.wire.markdown import plain, render, tags

from .test_clean import ATTACKS, dangers

REL = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "html"),
    {
        "One *two* **three** `four`": "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>",
        "One\ntwo": "<p>One<br>\ntwo</p>",
        "~~gone~~": "<p><s>gone</s></p>",
        "|a|b|\n|-|-|\n|1|2|": (
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>"
        ),
        "```python\nx\n```": '<pre><code class="language-python">x\n</code></pre>',
        "<b>raw</b> <script>alert(1)</script>": "<p>&lt;b&gt;raw&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<div>\nblock": "<p>&lt;div&gt;<br>\nblock</p>",
        "[x](https://e.example/a)": f'<p><a href="https://e.example/a" {REL}>x</a></p>',
        "[x](javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
        "[x](/settings)": "<p><a>x</a></p>",
        "![A crab](https://e.example/c.png)": (
            '<p><img src="https://e.example/c.png" alt="A crab" loading="lazy"></p>'
        ),
        "See https://e.example/a_b_c.": f'<p>See <a href="https://e.example/a_b_c" {REL}>https://e.example/a_b_c</a>.</p>',
        "(https://e.example/a_(b))": f'<p>(<a href="https://e.example/a_(b)" {REL}>https://e.example/a_(b)</a>)</p>',
        "**https://e.example/**": f'<p><strong><a href="https://e.example/" {REL}>https://e.example/</a></strong></p>',
        "https://e.example/_x_/*y*/": (
            f'<p><a href="https://e.example/_x_/*y*/" {REL}>https://e.example/_x_/*y*/</a></p>'
        ),
        "www.e.example/a, yes": f'<p><a href="https://www.e.example/a" {REL}>www.e.example/a</a>, yes</p>',
        "见https://e.example/a。好": f'<p>见<a href="https://e.example/a" {REL}>https://e.example/a</a>。好</p>',
        "`https://e.example/`": "<p><code>https://e.example/</code></p>",
        "[https://a.example/](https://b.example/)": f'<p><a href="https://b.example/" {REL}>https://a.example/</a></p>',
        "xhttps://e.example http:// www. ann@e.example": "<p>xhttps://e.example http:// www. ann@e.example</p>",
        "# Title\n\ntext": "<h1>Title</h1>\n<p>text</p>",
        "": "",
    }.items(),
)  # fmt: skip
def test_markdown_as_html(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "found"),
    {
        "#oer": ("oer",),
        "On #OER and #oer, #Ünïcode.": ("OER", "Ünïcode"),
        "#日本語 #فيديو ＃全角 #हिन्दी": ("日本語", "فيديو", "全角", "हिन्दी"),
        "#b #a #b": ("b", "a"),
        "(#in) '#quotes' #end.": ("in", "quotes", "end"),
        "#open-education #-no #trailing-": ("open-education", "trailing"),
        "#2026goals #1 #2026 #_ #": ("2026goals",),
        "C# a#b F#minor ##no #one#two &#123; x/#no": ("one",),
        "# Title #no\n\n## More #no\n\n#yes": ("yes",),
        "`#code` ``#more``\n\n```\n#code\n```\n\n    #code": (),
        "[#label](https://e.example/) https://e.example/#fragment <https://e.example/#x>": (),
        "\\#escaped a\\#b": (),
        "**#bold** *#italic* - #dash": ("bold", "italic", "dash"),
        "- #item\n> #quote\n\n|#cell|\n|-|": ("item", "quote", "cell"),
        "e\u0301 #cafe\u0301": ("café",),
        "#" + "a" * 100: ("a" * 60,),
    }.items(),
)
def test_tags(text: str, found: tuple[str, ...]) -> None:
    assert tags(text) == found


def test_tags_link_where_they_are_told() -> None:
    html = render("#Ünï and C# `#no`", "https://ann.example/@ann/tag/")
    assert html == (
        f'<p><a href="https://ann.example/@ann/tag/%C3%BCn%C3%AF" {REL}>#Ünï</a> and C# <code>#no</code></p>'
    )


def test_plain_words() -> None:
    assert plain("# Title\n\nOne *two*\nthree & [four](https://e.example/)\n\n- five") == (
        "Title\nOne two\nthree & four\nfive"
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_comes_through_markdown(attack: str) -> None:
    for text in (
        attack,
        f"[x]({attack})",
        f'![x](https://e.example/ "{attack}")',
        f"```{attack}\n{attack}",
        f"<{attack}>",
    ):
        assert not dangers(render(text, "https://ann.example/tag/"))


HOSTILE = {
    name: (text * 50_000)[:50_000]
    for name, text in {
        "brackets": "[", "pictures": "![", "links": "[a](", "stars": "*a ", "quotes": "> a\n", "code": "`a ``b ",
        "table": "|a", "addresses": "https://e.example/a ", "tags": "#a ", "colons": "http://", "nested": "[a](<b",
    }.items()
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_takes_no_time(name: str) -> None:
    began = time.process_time()
    render(HOSTILE[name], "https://ann.example/tag/")
    assert time.process_time() - began < 5


@given(st.text(alphabet="#*_~`[](){}<>!|\\-\n :/.https wax&;1é", max_size=80))
def test_markdown_never_raises_and_is_clean(text: str) -> None:
    html = render(text, "https://ann.example/tag/")
    assert clean(html).html.rstrip("\n") == html
    assert not dangers(html)
    assert all(tag and "#" not in tag for tag in tags(text))
