"""浏览器: Debian's Chromium and a Chinese font for the journeys: found, installed where we may, else said plainly."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from yekuo.project.supervisor import say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIETLY = ("install", "-y", "-qq", "--no-install-recommends")
FONTS = ("fonts-noto-cjk", "fonts-wqy-microhei")
VARIABLE = "YEKUO_BROWSER"
MISSING = "YEKUO_BROWSER_MISSING"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How the journeys start it: quiet, without a graphics card, also as root and where /dev/shm is small."""


def find() -> str | None:
    """This function will return the path of a Chromium (YEKUO_BROWSER, else the machine's), or None."""
    told = os.environ.get(VARIABLE)
    if told:
        return told if Path(told).exists() else None
    return next((path for path in map(shutil.which, NAMES) if path), None)


def has_chinese_font() -> bool:
    """This function will say whether the machine can show Chinese."""
    if not shutil.which("fc-list"):
        return False
    return bool(_quiet(["fc-list", ":lang=zh-cn", "family"]).stdout.strip())


def can_be_driven() -> bool:
    """This function will say whether playwright's own driver runs here; it needs a library a bare Debian lacks."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or not spec.origin:
        return False
    driver = Path(spec.origin).parent / "driver" / "node"
    return driver.exists() and _quiet([str(driver), "--version"]).returncode == 0


def provide() -> str:
    """This function will install what is missing where it may, and return one sentence on what is still missing, or ''."""
    if find() and has_chinese_font() and can_be_driven():
        return ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
    elif not find():
        return "没有浏览器 Chromium，而当前用户无权安装它（需要 root 和 apt）；浏览器旅程测试未运行。"
    if not find():
        return "系统软件包 chromium 没有装成；浏览器旅程测试未运行。"
    return (
        ""
        if can_be_driven()
        else "playwright 的驱动程序在这台机器上不能运行（缺系统库 libatomic1）；浏览器旅程测试未运行。"
    )


def _install() -> None:
    say("正在安装浏览器和中文字体（Debian 软件包）……")
    _apt(["update", "-qq"])
    if not find():
        _apt([*QUIETLY, "chromium", "fontconfig"])
    if not can_be_driven():
        _apt([*QUIETLY, "libatomic1"])
    for font in FONTS:
        if not has_chinese_font():
            _apt([*QUIETLY, "fontconfig", font])


def _apt(arguments: Sequence[str]) -> None:
    _quiet(["apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments], DEBIAN_FRONTEND="noninteractive")


def _quiet(command: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**os.environ, **more},
    )
