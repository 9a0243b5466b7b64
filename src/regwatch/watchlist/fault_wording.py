"""What is wrong with a value and what to write instead, in one sentence each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from regwatch.addresses import names_secret
from regwatch.watchlist.identifiers import fault_of
from regwatch.watchlist.shape import AT, CODE, EVERY, ID, NAME, WatchlistShape

_PATTERNS = {
    ID: "must be lower-case letters, digits and hyphens, such as cabozantinib-net",
    NAME: "must be the name of an adapter, such as nice_project",
    EVERY: "must be minutes, hours or days, such as 30m, 6h or 1d",
    CODE: "must be letters and hyphens, such as AIFA",
    AT: "must be a time of day with 24 hours, such as 08:30",
}
SECRET = "secrets do not belong in this file: set them in the environment, see docs/reference/settings.md"  # noqa: S105


def near(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` if something known is like it, else the known ones, else nothing."""
    options = sorted(set(known))
    begun = [option for option in options if name.casefold() in re.split(r"[-_]", option.casefold())]
    close = begun[:5] or get_close_matches(name, options, n=3, cutoff=0.6)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; known here: {', '.join(options)}" if options else ""


def sentence(error: ErrorDetails, shape: type[BaseModel] = WatchlistShape) -> str:
    """A pydantic error of a file of some shape in our own words."""
    kind, context, loc = error["type"], error.get("ctx", {}), error["loc"]
    if kind == "extra_forbidden":
        return unknown_key(str(loc[-1]), _fields_at(loc[:-1], shape))
    number = kind == "string_type" and "ids" in loc and isinstance(error["input"], int | float)
    if number and (wrong := fault_of(str(loc[-1]), str(error["input"]))):
        return wrong
    say = _SENTENCES.get(kind)
    return say(error["input"], context) if say else error["msg"]


def unknown_key(name: str, known: Iterable[str]) -> str:
    """What to say of a key that means nothing where it stands."""
    return SECRET if names_secret(name) else f"unknown key{near(name, known)}"


def _fields_at(loc: tuple[str | int, ...], model: type[BaseModel]) -> Iterable[str]:
    for part in loc:
        if isinstance(part, str):
            inner = model.model_fields[part].annotation
            model = next(a for a in (inner, *get_args(inner)) if isinstance(a, type) and issubclass(a, BaseModel))
    return model.model_fields


def _not_text(value: Any, _: Mapping[str, Any]) -> str:
    if value is None:
        return "must be text, but nothing stands here"
    if isinstance(value, bool | int | float):
        return f"must be text{_given(value)}: put it in quotes"
    return f"must be text, not {_kind(value)}"


def _given(value: Any) -> str:
    """`, not ...`: what stands there, cut where it is long."""
    shown = repr(value) if isinstance(value, str | int | float) else _kind(value)
    return f", not {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return {dict: "keys and values", list: "a list", str: "text", bool: "true or false"}.get(type(value), "a number")


_SENTENCES: dict[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "missing": lambda _, __: "is missing",
    "string_type": _not_text,
    "list_type": lambda value, _: f"must be a list (lines that begin with -), not {_kind(value)}",
    "dict_type": lambda value, _: f"must be keys and values, not {_kind(value)}",
    "model_type": lambda value, _: f"must be keys and values, not {_kind(value)}",
    "bool_type": lambda value, _: f"must be true or false{_given(value)}",
    "bool_parsing": lambda value, _: f"must be true or false{_given(value)}",
    "int_type": lambda value, _: f"must be a whole number{_given(value)}",
    "greater_than_equal": lambda value, context: f"must be {context['ge']} or more{_given(value)}",
    "less_than_equal": lambda value, context: f"must be {context['le']} or less{_given(value)}",
    "too_short": lambda _, context: f"must have at least {context['min_length']} entry",
    "string_too_short": lambda _, __: "must not be empty",
    "string_too_long": lambda _, context: f"must not be longer than {context['max_length']} characters",
    "string_pattern_mismatch": lambda value, context: f"{_PATTERNS[context['pattern']]}{_given(value)}",
    "literal_error": lambda value, context: f"must be {context['expected'].replace(chr(39), '')}{_given(value)}",
    "value_error": lambda _, context: str(context["error"]),
}
