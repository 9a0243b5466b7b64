"""A key for signatures, made once a run; the record of its public half stands in for the DNS."""

from __future__ import annotations

import base64
import subprocess
import tempfile
from functools import cache
from pathlib import Path


@cache
def signing_key() -> tuple[bytes, bytes]:
    """A private key of 2,048 bits as PEM, and the DNS record of its public key."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "key.pem"
        made = ["openssl", "genrsa", "-traditional", "-out", str(file), "2048"]
        subprocess.run(made, check=True, capture_output=True)
        public = ["openssl", "rsa", "-in", str(file), "-pubout", "-outform", "DER"]
        der = subprocess.run(public, check=True, capture_output=True).stdout
        return file.read_bytes(), b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
