"""Small Excel workbooks for tests: one sheet of shared strings and numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of these rows; cells of digits alone are numbers, as Excel stores days; empty cells are left out."""
    strings: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{_letters(column)}{number}", text, strings) for column, text in enumerate(row) if text)
        lines.append(f'<row r="{number}">{cells}</row>')
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    sheet = "".join(lines)
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_NAMESPACE}">{items}</sst>',
    }
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in members.items():
            book.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), f'<?xml version="1.0"?>\n{text}')
    return body.getvalue()


def _cell(place: str, text: str, strings: dict[str, int]) -> str:
    if text.isdecimal() and not text.startswith("0"):
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
