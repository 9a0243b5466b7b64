"""Nothing is told by colour alone (WCAG 2.2, 1.4.1): with every colour taken away, words and shapes still tell it.

That each colour can be told from its ground, in light, in dark and in a palette of the reader's own, is measured in a
browser (`scripts/check-pages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from board.asking import Client
from digest.story import TOPIC, transition
from regwatch.board.export import paths
from regwatch.board.site import Site
from regwatch.board.timeline_svg import symbol
from regwatch.digest.transition_view import transition_view
from regwatch.palette import LIGHT
from regwatch.vocabulary import Milestone, Standing
from regwatch.wording_tables import Tone

TONES = {tone.value for tone in Tone}
COLOURED = (*TONES, "none", "late", "flag", "unread", "overdue", "fault", "done", *(f"card-{one}" for one in TONES))
OF_EACH_TONE = (Milestone.APPROVED, Milestone.REFUSED, Milestone.ADVISORY_NEGATIVE, Milestone.ACCEPTED_FOR_REVIEW)
HUES = re.compile("|".join(LIGHT[one] for one in TONES))


def silent(page: BeautifulSoup) -> Iterator[str]:
    """What is coloured by what it means and says nothing: no words of its own, or a sign with no words beside it."""
    for one in page.select(",".join(f".{name}" for name in COLOURED)):
        beside = one.parent if one.get("aria-hidden") == "true" else one
        if not one.find_parent("svg") and (beside is None or not words(beside)):
            yield str(one)
    for sign in page.select("svg.mark use"):
        beside = sign.find_parent(["p", "li", "strong", "td", "div"])
        if beside is None or not words(beside):
            yield str(sign)


def words(one: Tag) -> str:
    """What the element says to a reader who sees no signs and no colours."""
    hidden = {id(text) for part in one.select("[aria-hidden=true]") for text in part.find_all(string=True)}
    return "".join(text for text in one.find_all(string=True) if id(text) not in hidden).strip(" ,.:\n")


def shape(drawn: Iterable[Tag]) -> str:
    """A drawing without its colours: what is open, and what is filled, is a shape."""
    parts = []
    for one in drawn:
        kept: Mapping[str, object] = {
            name: value for name, value in one.attrs.items() if name not in ("class", "stroke")
        }
        hollow = bool({"open", "hollow"} & set(one.get_attribute_list("class")))
        parts.append(f"{one.name} {HUES.sub('ink', str(kept))} {hollow}")
    return "; ".join(parts)


def test_every_coloured_part_of_every_page_and_mail_has_words(
    client: Client, desk: Client, site: Site, story: Path
) -> None:
    pages = [client.get(path).text for path in paths(site) if not Path(path).suffix]
    pages += [desk.get(f"/operator{path}").text for path in ("", "/topics", "/review", "/outbox", "/readers")]
    pages += [mail.read_text("utf-8") for mail in sorted((story / "var/mail").glob("*.html"))]
    read = [BeautifulSoup(page, "lxml") for page in pages]
    assert sum(len(page.select(".good, .bad, .wait, .plain")) for page in read) > 100
    assert [fault for page in read for fault in silent(page)] == []


def test_a_part_that_only_its_colour_tells_is_found() -> None:
    bad = (
        '<p class="status bad"></p>',
        '<td><span class="good" aria-hidden="true">●</span></td>',
        '<li><svg class="mark" aria-hidden="true"><use href="#sign-good"/></svg></li>',
    )
    good = (
        '<p class="status bad">Refused</p>',
        '<td><span class="good" aria-hidden="true">●</span> Approved</td>',
        '<li><svg class="mark" aria-hidden="true"><use href="#sign-good"/></svg> good news</li>',
    )
    assert [len(list(silent(BeautifulSoup(one, "lxml")))) for one in (*bad, *good)] == [1, 1, 1, 0, 0, 0]


def test_no_two_tones_share_a_sign_on_pages_in_drawings_and_in_mails(client: Client) -> None:
    page = BeautifulSoup(client.get("/").text, "lxml")
    signs = {one["id"]: shape(one.find_all(True)) for one in page.select("symbol")}
    drawn, mailed = {}, {}
    for milestone, standing in product(OF_EACH_TONE, (Standing.CONFIRMED, Standing.REPORTED)):
        view = transition_view(transition(milestone=milestone, standing=standing), TOPIC, "UTC")
        name = f"{'half' if view.reported else 'sign'}-{view.tone}"
        svg = BeautifulSoup(symbol(view.tone, 0, 0, reported=bool(view.reported)), "lxml")
        drawn[name], mailed[name] = shape(svg.find_all(["circle", "path"])), view.mark
    for kind in (signs, drawn, mailed):
        # What is on its way is a ring, whoever says so: the words beside it say who.
        assert kind.pop("half-plain") == kind["sign-plain"]
        assert len(set(kind.values())) == len(kind) >= 7, kind
