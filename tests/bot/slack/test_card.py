"""What a card looks like: the same words in text and blocks, within Slack's sizes and escaped for any content."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import blocks, card
from bot.slack.card import draw, next_steps
from bot.slack.ids import Action
from tests.servers.slack.checks import MESSAGE_CHARACTERS, faults_in_message_blocks, text_length
from tracker.card_facts import CardFacts

FACTS = CardFacts(
    ref="QD-7F3K-9MX",
    revision=3,
    restricted=False,
    urgency="Same day",
    open=True,
    kind="Concern",
    status="New",
    opened=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    providers=("North Tees and Hartlepool NHS Foundation Trust",),
    sites=("University Hospital of Hartlepool",),
    specialties=("Acute internal medicine",),
    themes=("Clinical supervision",),
    standards=("3.5 Educators are supported",),
    red_flags=("Possible danger to patients now",),
    level="ISF 1 to 2 proposed, because of: Clinical supervision",
    promise="First human read by Tuesday 24 November 2026 at 5pm",
    acknowledgement="Acknowledged (standard) on Monday 23 November 2026 at 10.05am",
    letters=("1 letter held",),
    related=("QD-AAAA-AAA",),
)
ANY = st.text(max_size=300)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    name: st.tuples(ANY, ANY, ANY, ANY, ANY, ANY, ANY) if isinstance(value, tuple) else ANY
    for name, value in vars(FACTS).items()
    if isinstance(value, str | tuple) and name != "ref"
}


def steps(facts: CardFacts) -> list[str]:
    return [
        button["action_id"]
        for block in draw(facts).blocks
        if block["type"] == "actions"
        for button in block["elements"]
    ]


def all_text(drawn: card.Drawn) -> str:
    return json.dumps(drawn.blocks, ensure_ascii=False)


def test_text_and_blocks_say_the_same() -> None:
    drawn = draw(FACTS)
    for part in (*FACTS.providers, *FACTS.sites, *FACTS.themes, *FACTS.red_flags, FACTS.level, FACTS.promise, FACTS.status,
                 FACTS.urgency, FACTS.acknowledgement, *FACTS.letters, *FACTS.related, FACTS.ref):  # fmt: skip
        assert part in drawn.text
        assert part in all_text(drawn)


def test_the_first_line_says_what_it_is_about() -> None:
    drawn = draw(FACTS)
    assert drawn.blocks[0]["text"]["text"] == "QD-7F3K-9MX · Concern: clinical supervision"
    assert drawn.text.startswith("QD-7F3K-9MX: Concern: clinical supervision.")


def test_only_the_first_standard_is_spelt_out() -> None:
    drawn = draw(
        replace(FACTS, standards=("3.5 Educators are supported", "4.4 Supervisors know", "5.6 Rotas let learn"))
    )
    assert "3.5 Educators are supported; also 4.4; 5.6" in drawn.text
    assert "3.5 Educators are supported; also 4.4; 5.6" in all_text(drawn)


def test_the_text_tells_the_choices_in_words() -> None:
    assert draw(FACTS).text.endswith("You can: Take, Note, Level, Reply, Resolve, More.")


def test_only_the_next_sensible_steps_are_offered() -> None:
    assert next_steps(FACTS) == [Action.TAKE, Action.NOTE, Action.LEVEL, Action.REPLY, Action.RESOLVE, Action.MORE]
    assert Action.TAKE not in next_steps(replace(FACTS, owned=True))
    assert next_steps(replace(FACTS, open=False)) == [Action.REOPEN, Action.NOTE, Action.MORE]
    assert next_steps(replace(FACTS, open=False, merged_into="QD-AAAA-AAA")) == [Action.NOTE, Action.MORE]


def test_a_restricted_card_says_reference_and_urgency_and_nothing_else() -> None:
    drawn = draw(replace(FACTS, restricted=True))
    words = drawn.text + all_text(drawn)
    assert "Restricted case needs you" in words
    for part in (
        *FACTS.providers,
        *FACTS.sites,
        *FACTS.themes,
        *FACTS.red_flags,
        FACTS.level,
        FACTS.promise,
        FACTS.kind,
    ):
        assert part not in words


def test_an_owner_is_shown_as_slack_shows_people_and_any_other_name_as_words() -> None:
    assert "<@U0ADA> has it" in draw(replace(FACTS, owner="slack:U0ADA", owned=True)).text
    assert "<" not in card.handle("<!channel>")
    assert card.handle("slack:<!here>") == "slack:&lt;!here&gt;"


def test_a_level_that_waits_names_who_asked_and_offers_to_confirm_it() -> None:
    drawn = draw(replace(FACTS, level="ISF 3 asked for", level_asked=3, level_asked_by="slack:U0ADA"))
    assert "asked by <@U0ADA>" in drawn.text
    assert "Confirm ISF 3" in drawn.text
    assert "Confirm ISF 3" in all_text(drawn)


def test_metadata_holds_the_reference_only() -> None:
    assert draw(FACTS).metadata == {"event_type": "quality_desk_card", "event_payload": {"ref": "QD-7F3K-9MX"}}


def test_block_ids_are_new_for_each_revision() -> None:
    ids = [{block["block_id"] for block in draw(replace(FACTS, revision=number)).blocks} for number in (1, 2)]
    assert not ids[0] & ids[1]


def test_every_button_says_to_a_screen_reader_which_case_it_is_about() -> None:
    buttons = [each for block in draw(FACTS).blocks if block["type"] == "actions" for each in block["elements"]]
    assert all("QD-7F3K-9MX" in button["accessibility_label"] for button in buttons)


CONTROL = re.compile(r"<(?!@U0ADA>|!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*>)")


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(FIELDS), st.booleans(), st.booleans())
def test_any_content_is_within_sizes_and_can_call_nobody(
    values: dict[str, Any], restricted: bool, is_open: bool
) -> None:
    drawn = draw(replace(FACTS, **values, restricted=restricted, open=is_open))
    assert faults_in_message_blocks(drawn.blocks) == []
    assert text_length(drawn.blocks) <= MESSAGE_CHARACTERS
    assert len(drawn.text) <= 3000
    assert not CONTROL.search(drawn.text)
    for block in drawn.blocks:
        assert not CONTROL.search(json.dumps(block))


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_cutting_never_leaves_half_an_entity(text: str, limit: int) -> None:
    cut = blocks.cut(blocks.safe(text), limit)
    assert len(cut) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert blocks.safe("invoice\u202efdp.exe\u200b") == "invoice\ufffdfdp.exe\ufffd"


def test_the_longest_names_of_the_field_fit() -> None:
    names = tuple(f"{'A very long name of a hospital ' * 8}{number}" for number in range(40))
    drawn = draw(
        replace(FACTS, providers=names, sites=names, specialties=names, themes=names, standards=names, red_flags=names)
    )
    assert faults_in_message_blocks(drawn.blocks) == []
    assert text_length(drawn.blocks) <= MESSAGE_CHARACTERS
    assert "and 35 more" in all_text(drawn)
