"""What the bytes of a document mean as characters, by the encoding standard that browsers follow.

A label means what the standard's table says (https://encoding.spec.whatwg.org/#names-and-labels): `iso-8859-1` and
`us-ascii` are windows-1252, `gb2312` is GBK, `shift_jis` has the characters of Windows. A byte that means nothing is
replaced by U+FFFD; no label and no byte is ever a reason for an exception or for an empty text.

Where labels and bytes contradict each other the bytes are believed: publishers' servers add labels to everything.
"""

from __future__ import annotations

import codecs
import re

import webencodings

REPLACEMENT = "\ufffd"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_SUPERSETS = {"gbk": "gb18030"}
_UTF8, _WINDOWS = "utf-8", "windows-1252"
_LOOKED_AT, _LONGEST_LABEL = 4096, 60
_XML_LABEL = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,60})[\"']")
_META_LABEL = re.compile(rb"<meta\b[^>]{0,400}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:()+-]{1,60})", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")
_SECOND_READING = "regwatch.second_reading"


def is_label(text: str) -> bool:
    """Whether this names an encoding in the standard's table."""
    return 0 < len(text) <= _LONGEST_LABEL and text.isascii() and webencodings.lookup(text) is not None


def html_text(body: bytes, label: str | None = None) -> str:
    """The text of an HTML page. `label` is the charset of the Content-Type header, which goes before the page's own."""
    return decode(
        body, label, _found(_META_LABEL, _COMMENT.sub(b"", body[:_LOOKED_AT])), _found(_XML_LABEL, body[:500])
    )


def xml_text(body: bytes, label: str | None = None) -> str:
    """The text of an XML document. Its own declaration goes before the charset of the Content-Type header."""
    return decode(body, _found(_XML_LABEL, body[:500].lstrip()), label)


def decode(body: bytes, *labels: str | None) -> str:
    """The text of a document without its byte-order mark. `labels` are names of encodings, the best witness first.

    A byte-order mark decides, else the zeros of UTF-16 and UTF-32 (XML appendix F), else UTF-8 where the bytes are that
    and no label forbids it, else the first label that the standard knows, else windows-1252.
    """
    codec, marked = unicode_form(body)
    if codec is None:
        names = [name for label in labels if (name := _encoding(label))]
        codec = _codec(body, names)
    text = body[marked:].decode(codec, _SECOND_READING)
    return characters_of(text).lstrip("\ufeff")


def characters_of(text: str) -> str:
    """The text with U+FFFD in place of what is no character: NUL, which databases refuse, and halves of pairs."""
    return _NO_CHARACTERS.sub(REPLACEMENT, text)


def unicode_form(body: bytes) -> tuple[str | None, int]:
    """The Unicode codec that a document's first bytes prove, and the length of its mark; None where they prove none."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return codec, len(mark)
    return _ZEROS.get(tuple(byte == 0 for byte in body[:4])), 0


def _encoding(label: str | None) -> str | None:
    """The standard's name for a label; None for none, for one that is not in its table and for one that is no witness.

    UTF-16 shows itself, so its label alone proves nothing. What browsers refuse to read (`replacement`) is read as far
    as it goes: we run no scripts.
    """
    found = webencodings.lookup(label) if label and is_label(label) else None
    if found is None or found.name.startswith("utf-16") or found.name in ("replacement", "x-user-defined"):
        return None
    return str(found.name)


def _codec(body: bytes, names: list[str]) -> str:
    """Python's codec for a document with these encodings as its labels."""
    in_doubt = not names or _UTF8 in names or _WINDOWS in names
    if in_doubt and _is_utf8(body):
        return _UTF8
    name = next((name for name in names if name != _UTF8), _UTF8 if names else _WINDOWS)
    return _SUPERSETS.get(name) or str(webencodings.lookup(name).codec_info.name)


def _is_utf8(body: bytes) -> bool:
    """Whether bytes are UTF-8, with a few wrong ones among them at most: other text is that by no chance."""
    try:
        body.decode(_UTF8)
    except UnicodeDecodeError:
        text = body.decode(_UTF8, "replace")
        wrong = text.count(REPLACEMENT)
        return len(text) - len(text.encode("ascii", "ignore")) - wrong > wrong
    return True


def _found(pattern: re.Pattern[bytes], start: bytes) -> str | None:
    found = pattern.search(start)
    return found[1].decode("ascii", "replace") if found else None


def _second_reading(error: UnicodeError) -> tuple[str, int]:
    """What stands in place of bytes that a codec cannot read: U+FFFD, but for two readings that are certain.

    A lone byte of Windows' punctuation in UTF-8 is read as that: a quotation mark that gets lost makes a statement of a
    quotation. What Python's Big5 lacks of the standard's is in Windows' form of it.
    """
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    if error.encoding == _UTF8 and len(wrong) == 1 and 0x80 <= wrong[0] <= 0x9F:
        return wrong.decode(_WINDOWS, "replace"), error.end
    if error.encoding == "big5hkscs":
        pair = error.object[error.start : error.start + 2].decode("cp950", "replace")
        return (pair, error.start + 2) if len(pair) == 1 and pair != REPLACEMENT else (REPLACEMENT, error.end)
    return REPLACEMENT, error.end


codecs.register_error(_SECOND_READING, _second_reading)
