"""模板守护: pages stay within the strict content policy, and vendored files are the ones listed."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "yekuo"
VENDOR = SOURCE / "interfaces" / "look" / "static" / "vendor"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))[^>]*>", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an htmx expression": re.compile(r"\bhx-(?:on|vars)\b|hx-vals\s*=\s*[\"']js:"),
    "a file from another host": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
    "a boosted page": re.compile(r"\bhx-boost\b"),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_keeps_the_strict_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_the_guard_sees_what_it_forbids() -> None:
    samples = (
        '<p style="x">',
        "<style>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        "<p hx-on:click='x'>",
        '<script src="https://cdn.example/x.js">',
        "<body hx-boost>",
    )
    assert [any(p.search(sample) for p in FORBIDDEN.values()) for sample in samples] == [True] * len(samples)


def test_vendored_files_are_the_listed_ones_with_their_licences() -> None:
    listed = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["file"]
    for entry in listed:
        content = (VENDOR / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
        assert b"sourceMappingURL" not in content
        assert (VENDOR / f"{entry['file']}.LICENSE.txt").exists()
    known = {entry["file"] for entry in listed} | {f"{entry['file']}.LICENSE.txt" for entry in listed} | {"vendor.toml"}
    assert {path.name for path in VENDOR.iterdir()} <= known


def test_the_sheet_and_the_script_stay_small() -> None:
    import gzip

    look = SOURCE / "interfaces" / "look" / "static" / "look"
    assert len(gzip.compress((look / "yekuo-1.css").read_bytes())) <= 8 * 1024
    assert len(gzip.compress((look / "yekuo-1.js").read_bytes())) <= 4 * 1024
