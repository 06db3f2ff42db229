"""Damaged mails are read like any other: a few hundred here, any number on demand (see `mutants`)."""

import random

from tests.intake.mail.mutants import OURS, mails_in, mutant, wrong_with


def test_no_damaged_mail_raises_hangs_or_loses_its_words() -> None:
    draw = random.Random(20261123)
    mails = mails_in(OURS)
    others = [raw for _, raw in mails]
    for _ in range(400):
        name, raw = draw.choice(mails)
        assert wrong_with(name, mutant(raw, others, draw)) == ""


def test_the_damage_is_real_and_the_same_each_time() -> None:
    mails = [raw for _, raw in mails_in(OURS)]
    first = [mutant(raw, mails, random.Random(n)) for n, raw in enumerate(mails)]
    again = [mutant(raw, mails, random.Random(n)) for n, raw in enumerate(mails)]
    assert first == again
    assert sum(one != raw for one, raw in zip(first, mails, strict=True)) > len(mails) * 0.9
