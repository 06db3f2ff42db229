"""Ways to say what a value must look like, each a check that yields sentences as Slack puts them; no Block Kit here."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def fault(what: str, where: str) -> str:
    return f"[ERROR] {what} [json-pointer:{where}]"


def anything(value: Any, where: str) -> Iterator[str]:
    yield from ()


def boolean(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield fault("must be a boolean", where)


def string(most: int, *, least: int = 0, pattern: str | None = None) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", where)
        elif len(value) > most:
            yield fault(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", where)
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield fault(f"must match {pattern}", where)

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if value not in allowed:
            yield fault(f"must be one of {', '.join(allowed)}", where)

    return check


def number(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield fault(f"must be a number from {least} to {most}", where)

    return check


def items(most: int, each: Check, *, least: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", where)
            return
        if len(value) > most:
            yield fault(f"no more than {most} items allowed", where)
        if len(value) < least:
            yield fault(f"no fewer than {least} items allowed", where)
        for index, item in enumerate(value):
            yield from each(item, f"{where}/{index}")

    return check


def shape(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {}), "type": anything}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must be an object", where)
            return
        yield from (fault(f"missing required field: {name}", where) for name in required if name not in value)
        for name, part in value.items():
            if name not in known:
                yield fault(f"invalid additional property: {name}", where)
            else:
                yield from known[name](part, f"{where}/{name}")

    return check


def typed(shapes: dict[str, Check]) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict) or "type" not in value:
            yield fault("missing required field: type", where)
        elif value["type"] not in shapes:
            yield fault(f"unsupported type: {value['type']}", f"{where}/type")
        else:
            yield from shapes[value["type"]](value, where)

    return check


def plain(most: int) -> Check:
    return typed({"plain_text": shape({"text": string(most, least=1)}, {"emoji": boolean})})


def text(most: int) -> Check:
    return typed(
        {
            "plain_text": shape({"text": string(most, least=1)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most, least=1)}, {"verbatim": boolean}),
        }
    )
