"""数据库连接: which database Django speaks to, and as whom: the owner migrates, the app works."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yekuo.project import cluster

URL = "YEKUO_DATABASE_URL"
OWNER_URL = "YEKUO_OWNER_DATABASE_URL"
ROLE = "YEKUO_ROLE"


def external() -> bool:
    """This function will say whether somebody else's PostgreSQL was named."""
    return bool(os.environ.get(URL))


def app_role() -> str:
    """This function will name the role the product works as."""
    return str(from_url(os.environ[URL])["USER"]) if external() else cluster.APP


def django_settings(data: Path) -> dict[str, Any]:
    """This function will return Django's settings of the database: named by URL, else our own cluster's.

    YEKUO_ROLE=owner connects as the role that owns the tables; everything else works as the app's role.
    """
    owner = os.environ.get(ROLE) == "owner"
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
    if external():
        url = os.environ.get(OWNER_URL) if owner else None
        return {**common, **from_url(url or os.environ[URL])}
    entry = cluster.read_entry(data)
    if entry is None:  # nothing was started yet: importable, but nothing to connect to
        return {**common, "NAME": cluster.DATABASE, "HOST": str(data / "run")}
    user = cluster.OWNER if owner else cluster.APP
    return {
        **common,
        "NAME": entry.name,
        "HOST": entry.host,
        "PORT": str(entry.port),
        "USER": user,
        "PASSWORD": entry.login(user),
    }


def from_url(url: str) -> dict[str, Any]:
    """This function will take a URL postgresql://user:password@host:port/name?option=value apart. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"{URL} 只支持 postgresql:// 地址。")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or cluster.DATABASE,
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
