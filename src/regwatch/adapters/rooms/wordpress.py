"""Any WordPress site with an open REST interface: its latest posts, with their whole text.

Gives     one item record per post, as prose
Withheld  posts under a password; drafts
Quirks    times are UTC in `date_gmt` and carry no zone; a site may switch the interface off for strangers; every custom
          sort of post (`press-release`) has a list of its own
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import like
from regwatch.adapters.rooms.newsroom import ZONE
from regwatch.errors import MissingPart
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import fragment, paragraphs, text_of
from regwatch.reading.json import load, need
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.moments import read_time

QUERY = "per_page=30&orderby=date&_fields=id,date_gmt,link,title,content"


def request(source: Source) -> Request:
    """The posts: `url` is the list's address, or that of the site alone. Raises `ValueError` where it is missing."""
    parts = parts_of(source.url)
    if not parts.hostname:
        raise ValueError("the adapter wordpress_news needs the address of the site under `url`")
    kind = source.options.get("posts", "posts")
    url = source.url if "/wp-json/" in source.url else f"https://{parts.hostname}/wp-json/wp/v2/{kind}?{QUERY}"
    return Request(url, accept="application/json, */*;q=0.1")


def read(document: Document) -> Reading:
    """The posts. Raises `MissingPart` where the answer is no list of posts (an error is an object)."""
    posts = load(document)
    if not isinstance(posts, list) or not posts:
        raise MissingPart("list of posts", type(posts).__name__)
    reading = Reading()
    for post in posts:
        _add(post, document, reading)
    return reading


def _add(post: Any, document: Document, reading: Reading) -> None:
    key, link = str(need(post, "id", int)), web_link(document.final_url, need(post, "link", str))
    title, content = need(post, "title", dict), need(post, "content", dict)
    written = need(post, "date_gmt", str)
    headline = text_of(fragment(f"<div>{need(title, 'rendered', str)}</div>"))
    if _site(link) != _site(document.final_url):
        reading.odd("a post on another site", f"{headline} {link}", link)
        return
    if content.get("protected"):
        reading.odd("a post under a password", headline, link)
        return
    zone = document.source.options.get("zone", "UTC")
    day = read_time(f"{written}+00:00", zone)[0]
    if day is None:
        reading.odd("the date of a post could not be read", f"{headline}: {written}", link)
    text = paragraphs(fragment(f"<div>{need(content, 'rendered', str)}</div>"))
    if not text:
        reading.odd("a post without text", headline, link)
    reading.add(Record("item", key, headline, link, day, blocks=tuple(text), prose=True))


def _site(url: str) -> str:
    return (parts_of(url).hostname or "").removeprefix("www.")


ADAPTER = Adapter(
    name="wordpress_news",
    authorities=(),
    request=request,
    read=read,
    options={
        "posts": "Which sort of posts, as the site names its list: `posts` if left out, or such as `press-release`.",
        "zone": f"{ZONE}UTC if left out.",
        "kind": "What the texts are: company_press_release (default), regulator_notice, trade_news or patient_blog.",
        "status": "`no`: what it says is kept as evidence and never moves a status: congress and guideline news.",
    },
    values={"posts": like(r"[a-z0-9][a-z0-9_-]*", "the name of a list, such as posts or press-release")},
    limits=Limits(least=1, most=100),
    experimental=True,
    minutes=60,
)
