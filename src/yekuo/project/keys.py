"""密钥: the secrets of this installation, from the environment or made once into a private file."""

import os
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from yekuo.project.places import write_private

FILE = "secrets.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The installation's secrets; empty where nobody gave or made one, so that use fails and import does not.

    `field_keys` maps key names to 32 bytes; the first encrypts, all decrypt.
    """

    secret_key: str = ""
    field_keys: dict[str, bytes] = field(default_factory=dict)
    index_key: bytes = b""
    seal_key: bytes = b""


def make(data: Path) -> None:
    """This function will make the secrets file once; it never changes one that exists."""
    path = data / FILE
    if path.exists():
        return
    lines = [
        "# Made once for this installation. Whoever loses this file loses the encrypted personal data.",
        f'secret_key = "{secrets.token_urlsafe(48)}"',
        f'index_key = "{secrets.token_hex(32)}"',
        f'seal_key = "{secrets.token_hex(32)}"',
        "",
        "[field_keys]",
        f'k1 = "{secrets.token_hex(32)}"',
        "",
    ]
    write_private(path, "\n".join(lines))


def read(data: Path) -> Keys:
    """This function will read the secrets: each from its variable if set, else from the file."""
    path = data / FILE
    kept = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    told = os.environ.get("YEKUO_FIELD_KEYS")
    named = dict(pair.split(":", 1) for pair in told.split(",")) if told else kept.get("field_keys", {})
    return Keys(
        secret_key=os.environ.get("YEKUO_SECRET_KEY") or kept.get("secret_key", ""),
        field_keys={name: bytes.fromhex(value) for name, value in named.items()},
        index_key=bytes.fromhex(os.environ.get("YEKUO_INDEX_KEY") or kept.get("index_key", "")),
        seal_key=bytes.fromhex(os.environ.get("YEKUO_SEAL_KEY") or kept.get("seal_key", "")),
    )
