from __future__ import annotations

from pathlib import Path

import pytest

from digest.matrix import main


def test_mails_of_every_size_and_shape_are_small_whole_and_the_same_in_both_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tmp_path) == 0, capsys.readouterr().out
    assert len(list(tmp_path.glob("*.eml"))) == 18
