"""A series that nothing is known to read is trouble; the others are played."""

from __future__ import annotations

from pathlib import Path

import pytest

from regwatch.errors import UsageError
from regwatch.replay.report_lines import lines
from regwatch.replay.run import ReplayWishes, replay

FEED = "<rss version='2.0'><channel><title>News</title>{}</channel></rss>"
ITEM = "<item><title>Cabometyx news</title><link>https://a.example/{0}</link><guid>{0}</guid></item>"


def test_an_unknown_series_is_trouble_in_each_state_and_stops_no_other(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"odd.{number}-x.html").write_text("<html><body><p>Something else</p></body></html>")
        (tmp_path / f"news.{number}-x.xml").write_text(FEED.format(ITEM.format(number)))
    played = {one.series.name: one for one in replay(tmp_path, ReplayWishes(watch=("Cabometyx",)))}
    assert played["news"].subject is not None
    told = [line.as_json() for line in lines(played["odd"])]
    assert [line["event"] for line in told] == ["trouble", "trouble"]
    assert "--adapter" in str(told[0]["reason"])


def test_an_archive_in_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.1-x.html").write_text("<html><body><p>Something else</p></body></html>")
    with pytest.raises(UsageError, match="--adapter"):
        list(replay(tmp_path, ReplayWishes()))
