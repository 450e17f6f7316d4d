"""端口: a free port that stays ours, although the web server binds it later and shares ports by default."""

import contextlib
import socket
import sys
from types import TracebackType

FIRST = 8000
TRIES = 200


class PortTaken(Exception):  # noqa: N818 - said to the user as it is
    """Raised with one plain sentence when the wanted port is in use."""


class Reservation:
    """A port nobody listens on, promised to us among all copies of yekuo on this machine until we let go or die.

    The web server sets SO_REUSEPORT, so two copies that chose one port would share its visitors without an error.
    """

    def __init__(self, host: str, *, wanted: int | None = None, last: int | None = None) -> None:
        """This function will reserve `wanted`, or the first free one of `last` and 8000 on. Raises PortTaken."""
        self.host = host
        ports = [wanted] if wanted else [*([last] if last else []), *range(FIRST, FIRST + TRIES)]
        for port in ports:
            promise = _promise(port)
            if promise is not None and _free(host, port):
                self.socket, self.port = promise, port
                return
            if promise is not None:
                promise.close()
        raise PortTaken(f"端口 {wanted} 已被占用，请换一个，或不写 --port。" if wanted else "没有找到空闲端口。")

    def __enter__(self) -> "Reservation":
        """This function will return the reservation itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """This function will give the port back."""
        self.socket.close()


def _promise(port: int) -> socket.socket | None:
    """Linux's abstract names are as private to a network as ports are, need no file, and vanish with their owner."""
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with contextlib.ExitStack() as stack:
        stack.callback(name.close)
        if sys.platform.startswith("linux"):
            try:
                name.bind(f"\0yekuo-port-{port}")
            except OSError:
                return None
        stack.pop_all()
    return name


def _free(host: str, port: int) -> bool:
    """The probe does not share: its bind fails where anybody listens, and not where old connections are dying."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
