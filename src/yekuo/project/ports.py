"""端口: a free port that stays ours, although the web server binds it later and shares ports by default."""

import socket
from types import TracebackType

FIRST = 8000
TRIES = 200


class PortTaken(Exception):  # noqa: N818 - said to the user as it is
    """Raised with one plain sentence when the wanted port is in use."""


class Reservation:
    """A port held by a socket that never listens: others see it taken, our own server may share it."""

    def __init__(self, host: str, *, wanted: int | None = None, last: int | None = None) -> None:
        """This function will hold `wanted`, or the first free one from `last` or 8000 on. Raises PortTaken."""
        self.host = host
        ports = [wanted] if wanted else [*([last] if last else []), *range(FIRST, FIRST + TRIES)]
        for port in ports:
            held = _hold(host, port)
            if held is not None:
                self.socket, self.port = held, port
                return
        raise PortTaken(f"端口 {wanted} 已被占用，请换一个，或不写 --port。" if wanted else "没有找到空闲端口。")

    def __enter__(self) -> "Reservation":
        """This function will return the reservation itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """This function will give the port back."""
        self.socket.close()


def _hold(host: str, port: int) -> socket.socket | None:
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        # Shared only after the bind: the bind itself must fail where anybody else is.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        held.close()
        return None
    return held
