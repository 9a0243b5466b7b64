"""The pages about the board say what it does."""

from __future__ import annotations

import re
from pathlib import Path

from alerts.figures import busy_board, figures
from board.asking import Client
from regwatch import wording
from regwatch.vocabulary import Milestone, Standing

DOCS = Path(__file__).parents[2] / "docs"
PUBLISH = (DOCS / "how-to/publish-the-board.md").read_text("utf-8")


def rows(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_every_path_of_the_interface_is_listed_and_no_other(client: Client) -> None:
    listed = [one for one in rows((DOCS / "reference/api.md").read_text("utf-8")) if one.startswith("/api/")]
    assert sorted(listed) == sorted(client.get("/api/v1/openapi.json").json()["paths"])


def test_every_figure_is_explained_and_no_other(tmp_path: Path) -> None:
    with busy_board(tmp_path) as board:
        told = set(re.findall(r"^# TYPE (\w+)", figures(board), re.MULTILINE))
    assert {one for one in rows(PUBLISH) if one.startswith("regwatch_")} == told


def test_every_probe_answers(client: Client) -> None:
    for path in ("/healthz/live", "/healthz/ready", "/healthz/fresh"):
        assert f"`{path}`" in PUBLISH
        assert client.get(path).status_code in (200, 503)


def test_every_milestone_and_standing_is_listed_with_the_words_that_pages_use() -> None:
    page = (DOCS / "reference/milestones.md").read_text("utf-8")
    found = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert {name: found[name] for name in found if name in set(Milestone)} == {
        one.value: wording.status(one) for one in Milestone
    }
    assert set(found) == {one.value for one in (*Milestone, *Standing)}
