"""印刷进程: typst works in a process of its own, so that a web worker stays small; started when wanted, gone when idle.

Run as a script it is that process: it reads orders from its input (length, JSON) and answers on its output (mark, length,
bytes); it ends when its input ends, when nobody asked for a while, or after many papers, and gives its memory back.
"""

import atexit
import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

STANDARD = "a-2a"
"""PDF/A-2, level A: everything level B asks for, and the text's structure and characters as well."""
IDLE, PATIENCE, MOST = 120.0, 60.0, 200
DONE, FAILED = b"+", b"-"


class NotSet(Exception):  # noqa: N818 - what became of the paper
    """Raised when a paper could not be set; the message is typst's own."""


class Press:
    """印刷机: one process, one paper at a time; a process that is gone is started again once."""

    def __init__(self, template: Path, fonts: Path) -> None:
        """This function will remember what to work with; the process starts with the first paper."""
        self._command = [sys.executable, "-I", str(Path(__file__)), str(template), str(fonts)]
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def set(self, data: str, *, moment: int) -> bytes:
        """This function will set a paper; `moment` in unix seconds stands in its metadata. Raises NotSet."""
        order = json.dumps({"data": data, "moment": moment}, ensure_ascii=False).encode()
        with self._lock:
            try:
                return self._ask(order)
            except (BrokenPipeError, EOFError):
                self._end()
            try:
                return self._ask(order)
            except (BrokenPipeError, EOFError):
                self._end()
                raise NotSet("排版进程没有应答") from None

    def _ask(self, order: bytes) -> bytes:
        child = self._running()
        assert child.stdin is not None  # noqa: S101 - pipes were asked for
        assert child.stdout is not None  # noqa: S101
        child.stdin.write(len(order).to_bytes(8, "big") + order)
        child.stdin.flush()
        source = child.stdout.fileno()
        mark = _exactly(source, 1, self._give_up)
        size = int.from_bytes(_exactly(source, 8, self._give_up), "big")
        answer = _exactly(source, size, self._give_up)
        if mark == FAILED:
            raise NotSet(answer.decode(errors="replace"))
        return answer

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._child

    def _give_up(self) -> None:
        self._end()
        raise NotSet(f"排版超过 {PATIENCE:.0f} 秒")

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        child.wait()

    def close(self) -> None:
        """This function will end the process."""
        self._end()


def _exactly(source: int, size: int, late: Callable[[], None], patience: float = PATIENCE) -> bytes:
    parts: list[bytes] = []
    while size:
        if not select.select([source], [], [], patience)[0]:
            late()
        part = os.read(source, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def work(template: Path, fonts: Path) -> None:
    """This function will be the process: set papers until nobody wants one."""
    import typst

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    compiler = typst.Compiler(template, root=template.parent, font_paths=found, ignore_system_fonts=True)
    source, sink = sys.stdin.fileno(), sys.stdout.buffer
    for _ in range(MOST):
        try:
            size = int.from_bytes(_exactly(source, 8, _leave, IDLE), "big")
            order = json.loads(_exactly(source, size, _leave))
        except EOFError:
            return
        mark, answer = _one(compiler, order)
        sink.write(mark + len(answer).to_bytes(8, "big") + answer)
        sink.flush()


def _one(compiler: Any, order: dict[str, Any]) -> tuple[bytes, bytes]:
    try:
        made: bytes = compiler.compile(
            sys_inputs={"data": order["data"]}, format="pdf", pdf_standards=[STANDARD], timestamp=order["moment"]
        )
    except RuntimeError as failed:
        return FAILED, str(failed).encode()
    return DONE, made


def _leave() -> None:
    raise EOFError


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]))
