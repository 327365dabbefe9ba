"""The button for a browser's bar."""

from __future__ import annotations


def bookmarklet(base_url: str) -> str:
    """The button for a browser's bar: opens the box with the page it was pressed on, and what is selected there."""
    return (
        "javascript:(()=>{const e=encodeURIComponent;open('"
        + base_url
        + "/share?popup=1&url='+e(location.href)+'&title='+e(document.title)+'&text='+e(getSelection()),"
        "'passalong','width=560,height=520')})()"
    )
