"""A loopback port that stays ours while nobody listens on it; who listens is decided elsewhere."""

import socket


class HeldPort:
    """An ephemeral port of 127.0.0.1, kept by a bound socket that does not listen.

    While no listener is open a connection is refused, as by a server that is down, and neither another server nor the
    client's own outgoing socket can be given the port meanwhile.
    """

    def __init__(self) -> None:
        self._keeper = self._bound(0)
        self.number: int = self._keeper.getsockname()[1]

    def listener(self) -> socket.socket:
        """Return a new listening socket on the port; the caller closes it."""
        listener = self._bound(self.number)
        listener.listen(128)
        return listener

    def close(self) -> None:
        self._keeper.close()

    @staticmethod
    def _bound(number: int) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", number))
        return bound
