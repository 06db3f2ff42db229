"""Taking a mail in large pieces must say exactly what reading it line by line says."""

import asyncio
import random
import socket
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake.smtp.content import END, BytesInFlight, NotTaken, read_content
from tests.servers.door import Shelf, Wire, open_door
from tests.servers.loops import LoopThread
from tracker.desk import LimitRules

LIMIT = 2000


class Stock(SMTP):
    """aiosmtpd as it is, but for the length of lines."""

    line_length_limit = 1 << 20

    class Handler:
        """Keeps what it takes."""

        def __init__(self) -> None:
            self.taken: list[bytes] = []

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            self.taken.append(bytes(envelope.original_content or b""))
            return "250 kept"


@pytest.fixture(scope="module")
def stock() -> Iterator[tuple[Stock.Handler, int]]:
    loops, handler = LoopThread("stock"), Stock.Handler()

    async def listen() -> asyncio.Server:
        return await loops.loop.create_server(
            lambda: Stock(handler, hostname="x", data_size_limit=LIMIT, loop=loops.loop), "127.0.0.1", 0
        )

    server = loops.run(listen())
    yield handler, server.sockets[0].getsockname()[1]
    loops.call(server.close)
    loops.close()


def read(pieces: list[bytes], *, size_limit: int = 10**9, line_limit: int = 10**9) -> tuple[bytes, bytes]:
    """What `read_content` makes of a stream that arrives in these pieces, and what it leaves in the reader."""

    async def work() -> tuple[bytes, bytes]:
        reader = asyncio.StreamReader(limit=64)

        async def arrived(_: int) -> None:
            return None

        async def feed() -> None:
            for piece in pieces:
                reader.feed_data(piece)
                await asyncio.sleep(0)

        feeding = asyncio.create_task(feed())
        content = await read_content(reader, size_limit=size_limit, line_limit=line_limit, arrived=arrived)
        await feeding
        reader.feed_eof()
        return content, await reader.read()

    return asyncio.run(work())


def by_lines(stream: bytes) -> tuple[bytes, bytes]:
    """RFC 5321, 4.5.2, word for word."""
    content = b""
    while True:
        line, crlf, stream = stream.partition(b"\r\n")
        assert crlf, "no end"
        if line == b".":
            return content, stream
        content += line.removeprefix(b".") + crlf


bits = st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"a", b"..", b"x" * 70, b"\0", b"\xff"]), max_size=30)


@given(bits, bits, st.lists(st.integers(1, 9), max_size=40))
@example([b"\r\n", b"."], [], [1] * 40)
@example([], [b"."], [2])
def test_pieces_say_what_lines_say(head: list[bytes], tail: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(head) + b"\r\n.\r\n" + b"".join(tail)
    pieces, rest = [], stream
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    assert read([*pieces, rest]) == by_lines(stream)


@given(st.lists(st.integers(1, 120), min_size=1, max_size=8), st.integers(40, 100), st.integers(1, 50))
def test_a_long_line_is_found_however_it_is_cut(lengths: list[int], limit: int, cut: int) -> None:
    stream = b"".join(b"x" * length + b"\r\n" for length in lengths) + b".\r\n"
    pieces = [stream[at : at + cut] for at in range(0, len(stream), cut)]
    if max(lengths) + 1 > limit:  # the CR counts
        with pytest.raises(NotTaken, match=r"5\.6\.0"):
            read(pieces, line_limit=limit)
    else:
        assert read(pieces, line_limit=limit)[0] == stream[:-3]


def test_a_mail_whose_lines_end_in_bare_line_feeds_has_lines() -> None:
    assert read([b"short\n" * 1000 + b"\r\n.\r\n"], line_limit=100)[0] == b"short\n" * 1000 + b"\r\n"


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_size_limit_counts_the_bytes_on_the_wire(size: int, limit: int) -> None:
    stream = b"x" * size + b"\r\n"
    if size + 2 > limit:
        with pytest.raises(NotTaken, match=r"5\.3\.4"):
            read([stream + b".\r\n"], size_limit=limit)
    else:
        assert read([stream + b".\r\n"], size_limit=limit)[0] == stream


@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\n\0.\r\n", b"\r.\r\n", b".\r\n"]
)
def test_only_the_true_ending_ends_a_mail(ending: bytes) -> None:
    shelf = Shelf()
    smuggled = b"a" + ending + b"MAIL FROM:<evil@x.example>\r\nb"
    with open_door(shelf) as (_, port), Wire(port) as wire:
        wire.begin()
        wire.send(smuggled + END)
        assert wire.hear().startswith("250 ")
        assert wire.say("NOOP").startswith("250 ")
    assert [content for content, _ in shelf.mails] == [by_lines(smuggled + END)[0]]


def test_the_door_and_aiosmtpd_take_the_same_from_random_streams(stock: tuple[Stock.Handler, int]) -> None:
    handler, stock_port = stock
    shelf = Shelf()
    draw = random.Random(7)
    limits = LimitRules(message_bytes=LIMIT)
    with open_door(shelf, limits=limits) as (_, port):
        for _ in range(60):
            stream = _stream(draw)
            cuts = sorted(draw.sample(range(len(stream)), min(6, len(stream))))
            said, heard = _talk(port, stream, cuts), _talk(stock_port, stream, cuts)
            assert [reply[0] for reply in said] == [reply[0] for reply in heard]
    assert [content for content, _ in shelf.mails] == handler.taken
    assert len(handler.taken) > 60


def _stream(draw: random.Random) -> bytes:
    """Several mails in one pipelined conversation, some too big."""
    out = b""
    for _ in range(draw.randint(1, 4)):
        bits = [b"\r\n", b"\r\n.a", b"..", b"\r", b"\n", b"a", b"\r\n..\r\n", b"x" * 300, b"y" * 600 + b"\r\n", b"\0"]
        body = b"".join(draw.choice(bits) for _ in range(draw.randint(0, 14)))
        out += b"MAIL FROM:<sam@learner.example>\r\nRCPT TO:<quality@desk.example>\r\nDATA\r\n" + body + END
    return out


def _talk(port: int, stream: bytes, cuts: list[int]) -> list[str]:
    """Send the stream in pieces and return every reply's first line until the goodbye."""
    whole = b"EHLO x\r\n" + stream + b"QUIT\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def speak() -> None:
            for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
                wire.sendall(whole[start:end])

        speaking = threading.Thread(target=speak)
        speaking.start()
        with wire.makefile("rb") as heard:
            replies = [line.decode() for line in heard if line[3:4] == b" "]
        speaking.join()
    return replies


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.integers(10, 60))
def test_mails_in_flight_all_come_to_their_end_within_bounds(sizes: list[int], limit: int) -> None:
    async def work() -> None:
        in_flight = BytesInFlight(limit)
        most = 0

        async def mail(size: int) -> None:
            nonlocal most
            with in_flight.share() as share:
                for _ in range(size):
                    await in_flight.add(share, 1)
                    most = max(most, in_flight.total)
                    await asyncio.sleep(0)

        async with asyncio.timeout(10):
            await asyncio.gather(*(mail(size) for size in sizes))
        assert in_flight.total == 0
        assert most <= limit + max(sizes) + len(sizes)

    asyncio.run(work())
