"""Labels are read strictly, and what was played is held against them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regwatch.cli.main import app
from regwatch.errors import UsageError
from regwatch.replay.backtest import read_labels

GOLDEN = Path(__file__).parents[1] / "golden" / "ema_medicine"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "archive"
    folder.mkdir()
    for number, name in enumerate(("opinion-positive", "refused"), 1):
        (folder / f"exempla.{number}-{name}.html").write_bytes((GOLDEN / f"{name}.html").read_bytes())
    return folder


def replayed(archive: Path) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["replay", str(archive), "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_series_is_played_and_told_as_json(archive: Path) -> None:
    [line] = replayed(archive)
    assert (line["series"], line["state"], line["event"]) == ("exempla", "2-refused", "transition")
    assert (line["authority"], line["milestone"]) == ("EC", "refused")
    assert {"treatment", "indication", "date", "quote"} <= set(line)


def test_a_state_that_cannot_be_read_is_trouble_and_changes_nothing(archive: Path) -> None:
    (archive / "exempla.3-blocked.html").write_bytes((GOLDEN / "blocked.html").read_bytes())
    lines = replayed(archive)
    assert [line["event"] for line in lines] == ["transition", "trouble"]
    assert "blocked_page" in str(lines[1]["reason"])


@pytest.mark.parametrize(
    ("labels", "code", "counts"),
    [
        ([("exempla", "EC", "refused")], 0, (1, 0, 0)),
        ([], 1, (0, 0, 1)),
        ([("exempla", "EC", "refused"), ("exempla", "EC", "approved")], 1, (1, 1, 0)),
    ],
)
def test_a_backtest_counts_found_missed_and_spurious(
    archive: Path, labels: list[tuple[str, str, str]], code: int, counts: tuple[int, int, int]
) -> None:
    file = archive.parent / "labels.jsonl"
    rows = [json.dumps(dict(zip(("series", "authority", "milestone"), one, strict=True))) for one in labels]
    file.write_text("# what happened\n" + "\n".join(rows) + "\n", "utf-8")
    result = CliRunner().invoke(app, ["backtest", str(archive), "--labels", str(file), "--json"])
    assert result.exit_code == code, result.output
    [one] = json.loads(result.stdout)
    assert one["adapter"] == "ema_medicine"
    assert tuple(len(one[name]) for name in ("found", "missed", "spurious")) == counts


@pytest.mark.parametrize(
    "row", ['{"series": "a"}', "[]", "approved", '{"series": "a", "authority": "XX", "milestone": "approved"}']
)
def test_a_label_that_is_not_whole_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(f"\n{row}\n", "utf-8")
    with pytest.raises(UsageError, match="jsonl:2"):
        read_labels(file)
