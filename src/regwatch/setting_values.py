"""What a setting may be: each function gives its value as regwatch uses it, or says what is wrong with it."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from regwatch.addresses import mail_address, web_address

NO_CONTACT = "contact not set"
SHORTEST_TOKEN = 16
"""Characters of a token that nobody guesses at ten tries an hour, however it was made."""

_CHANNEL = re.compile(r"[a-z][a-z0-9+.-]*://\S+\Z", re.IGNORECASE)


def absolute(path: Path) -> Path:
    """A path from the root of the file system."""
    return path.expanduser().absolute()


def contact(text: str) -> str:
    """A mail address or web page where publishers reach the operator. Raises `ValueError`."""
    if text == NO_CONTACT:
        return text
    if "@" in text and "://" not in text:
        return mail_address(text)
    if not text.isascii():
        raise ValueError("must be plain ASCII, because it is sent in a header")
    return web_address(text)


def database(url: str) -> str:
    """The address of a database. Raises `ValueError`."""
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url


def monitor(secret: SecretStr) -> SecretStr:
    """The web address of a monitor, which may hold a secret and is not repeated. Raises `ValueError`."""
    try:
        parts = urlsplit(secret.get_secret_value())
        good = not secret.get_secret_value() or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        good = False
    if not good:
        raise ValueError("is no web address: write the one that the monitor gives you, which begins with https://")
    return secret


def folder(path: Path | None) -> Path | None:
    """A folder that is there. Raises `ValueError`."""
    if path is not None and not path.is_dir():
        raise ValueError(f"{path} is no folder: make it, name the right one, or take the setting out")
    return path


def channel(secret: SecretStr) -> SecretStr:
    """An address in the form of Apprise, which is not repeated. Raises `ValueError`."""
    if (text := secret.get_secret_value()) and not _CHANNEL.match(text):
        raise ValueError("is not an address that Apprise understands: write one such as ntfys://ntfy.sh/a-secret-topic")
    return secret


def token(secret: SecretStr) -> SecretStr:
    """A token that cannot be guessed, on one line, "" for none. Raises `ValueError`."""
    text = secret.get_secret_value()
    if text and (text != text.strip() or not text.isprintable()):
        raise ValueError("begins or ends with a blank, or has a character that cannot be typed: write one line")
    if text and (len(text) < SHORTEST_TOKEN or len(set(text)) < SHORTEST_TOKEN // 2):
        raise ValueError(
            f"can be guessed: write {SHORTEST_TOKEN} characters or more, such as `openssl rand -hex 16` prints"
        )
    return secret


def base_url(text: str) -> str:
    """A web address without its closing slash. Raises `ValueError`."""
    return web_address(text).rstrip("/")


def endpoint(text: str) -> str:
    """The address of a language model, without the path of its chat. Raises `ValueError`."""
    if "?" in text or "#" in text:
        raise ValueError("must end with the path: write one such as http://127.0.0.1:8080/v1")
    return base_url(text).removesuffix("/chat/completions") if text else ""


def networks(text: str) -> str:
    """Addresses and networks, parted by commas or blanks, as a list with commas. Raises `ValueError`."""
    try:
        return ",".join(str(ip_network(one, strict=False)) for one in text.replace(",", " ").split())
    except ValueError as error:
        raise ValueError(f"must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8: {error}") from error


def server_name(text: str) -> str:
    """The name or address of a server, without a port. Raises `ValueError`."""
    if text and not all(c.isalnum() or c in ".-_:[]" for c in text):
        raise ValueError("must be the name or address of a server alone, such as mail.example.org")
    if text.count(":") == 1:
        raise ValueError("must be without the port, which has a setting of its own")
    return text
