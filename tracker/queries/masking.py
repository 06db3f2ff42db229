"""Taking names, addresses and numbers that identify out of text that staff read; pure, best effort, never a promise.

Staff see "[reporter's name]" and the like. What a person writes about themselves in other words stays.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![\w-])(?:\+44[\s()-]{0,3}(?:0[\s)-]{0,2})?|\(?0)\d(?:[\s()-]{0,2}\d){8,9}(?![\w-])")
_REGISTER = re.compile(
    r"\b(GMC|GDC|NMC|HCPC|GPhC)\b([^\w\n]{0,4}(?:(?:number|no\.?|ref|reg(?:istration)?)[^\w\n]{0,3}){0,2})"
    r"(?:[A-Z]{0,3}\d{5,8}|\d{2}[A-Z]\d{4}[A-Z])\b",
    re.IGNORECASE,
)
_NHS_NUMBER = re.compile(r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])")
SHORTEST_NAME_PART = 3


def masked(text: str, people: Iterable[tuple[str, str]]) -> str:
    """The text without addresses, telephone, NHS and register numbers, and the names of `people` (name, pseudonym)."""
    text = _ADDRESS.sub("[address]", text)
    text = _REGISTER.sub(lambda match: f"{match[1]}{match[2]}[number]", text)
    text = _NHS_NUMBER.sub(_nhs_number, text)
    text = _PHONE.sub("[telephone]", text)
    for name, pseudonym in people:
        for form in _forms(name):
            text = re.sub(rf"(?<!\w){form}(?!\w)", f"[{pseudonym}]", text)
    return text


def masked_data(value: Any, people: Sequence[tuple[str, str]]) -> Any:
    """The same plain data with every text in it masked."""
    if isinstance(value, str):
        return masked(value, people)
    if isinstance(value, Mapping):
        return {key: masked_data(entry, people) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [masked_data(entry, people) for entry in value]
    return value


def _forms(name: str) -> list[str]:
    """Patterns for the ways a name is written, longest first: whole, turned round, and each part where capitalised.

    Parts match only as written in capitals or with a capital, so that Will and Grace stay verbs and virtues.
    """
    parts = [part for part in re.split(r"[\s,]+", re.sub(r"\(.*?\)", " ", name)) if any(map(str.isalpha, part))]
    parts = [
        part for part in parts if part.rstrip(".").lower() not in {"dr", "mr", "mrs", "ms", "miss", "prof", "professor"}
    ]
    if not parts or "@" in name:
        return []
    gap = r"[\s,]{1,3}"
    wholes = [gap.join(map(re.escape, parts)), gap.join(map(re.escape, reversed(parts)))] if len(parts) > 1 else []
    single = [
        f"(?:{re.escape(part.capitalize())}|{re.escape(part)}|{re.escape(part.upper())})"
        for part in sorted(parts, key=len, reverse=True)
        if len(part) >= SHORTEST_NAME_PART and part[0].isupper()
    ]
    return [f"(?i:{whole})" for whole in dict.fromkeys(wholes)] + single


def _nhs_number(match: re.Match[str]) -> str:
    """Only ten digits whose check digit fits (modulus 11, NHS Data Dictionary) are taken for an NHS number."""
    digits = [int(character) for character in match[0] if character.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return "[NHS number]" if check % 11 == digits[9] and check != 10 else match[0]
