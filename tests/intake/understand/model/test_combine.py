"""Rules and model together: caution wins, nothing dangerous is filed, a machine stays a machine."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from intake.understand.cues import Finding
from intake.understand.kinds import KindFound
from intake.understand.model.combine import View, combine
from intake.understand.model.opinion import NOTHING, Opinion
from intake.understand.people import Raiser
from tracker.field import load_field

FIELD = load_field()
FLAGS = [row.id for row in FIELD.routing.red_flags]
THEMES = [row.id for row in FIELD.routing.themes]
KINDS = ("concern", "enquiry", "automatic", "spam", "not_ours")
THRESHOLDS = {
    **{f"flag {name}": 0.4 for name in FLAGS},
    **{f"doubt {name}": 0.05 for name in FLAGS},
    "urgency immediate": 0.3,
    "urgency same_day": 0.7,
    "opens_case": 0.5,
    "keeps_case": 0.3,
    "no_wish": 0.95,
    "theme": 0.4,
}


def opinion(**told: float) -> Opinion:
    """A calm opinion of a concern, but for what is told (`__` for a space)."""
    chances = {
        **{f"flag {name}": 0.1 for name in FLAGS},
        **{f"theme {name}": 0.1 for name in THEMES},
        **{f"main {name}": 0.01 for name in (*THEMES, NOTHING)},
        **{f"kind {name}": 0.1 for name in KINDS},
        **{f"urgency {name}": 0.1 for name in ("immediate", "same_day", "routine", "none")},
        **{f"isf {name}": 0.1 for name in (NOTHING, "0", "1", "2")},
        **{f"anonymity {name}": 0.1 for name in ("open", "confidential", "anonymous")},
        "anonymity open": 0.8,
        "kind concern": 0.6,
        "main induction": 0.6,
        "isf 1": 0.6,
        "opens_case": 0.9,
        "proxy": 0.1,
    }
    return Opinion(chances | {name.replace("__", " "): chance for name, chance in told.items()}, {})


def rules(*shown: str, kind: KindFound | None = None, sure_machine: bool = False) -> View:
    """What the rules see: these flags, of a concern."""
    flags = {name: Finding(name, 2.0 * (name in shown), name in shown, ()) for name in FLAGS}
    return View(kind or KindFound("concern", opens_case=True), flags, Raiser(), sure_machine)


def shown(view: View) -> set[str]:
    return {name for name, finding in view.flags.items() if finding.shown}


def both(view: View, thought: Opinion, thresholds: Mapping[str, float] = THRESHOLDS) -> View:
    return combine(view, thought, thresholds, FIELD)


def test_a_flag_that_only_the_model_sees_stands() -> None:
    assert shown(both(rules(), opinion(flag__self_harm=0.5))) == {"self_harm"}


def test_a_flag_that_only_the_rules_see_stands() -> None:
    assert shown(both(rules("reprisal"), opinion())) == {"reprisal"}


def test_a_flag_falls_only_where_the_model_is_all_but_sure_against_it() -> None:
    assert shown(both(rules("self_harm"), opinion(flag__self_harm=0.05))) == {"self_harm"}
    assert shown(both(rules("self_harm"), opinion(flag__self_harm=0.04))) == set()


def test_danger_that_no_single_flag_is_sure_of_names_the_likeliest() -> None:
    view = both(rules(), opinion(urgency__immediate=0.35, flag__self_harm=0.2))
    assert shown(view) == {"self_harm"}


def test_noise_with_danger_in_it_becomes_a_concern() -> None:
    noise = KindFound("enquiry", opens_case=False, to_do=False)
    view = both(rules(kind=noise), opinion(flag__self_harm=0.5, opens_case=0.1, kind__spam=0.9))
    assert (view.found.kind, view.found.opens_case, view.found.to_do) == ("concern", True, True)


def test_what_the_rules_would_open_is_filed_only_where_the_model_is_rather_sure() -> None:
    assert both(rules(), opinion(opens_case=0.31)).found.opens_case
    assert not both(rules(), opinion(opens_case=0.29)).found.opens_case


def test_a_machine_known_by_its_headers_stays_a_machine() -> None:
    machine = KindFound("automatic", opens_case=False, to_do=False)
    assert both(rules(kind=machine, sure_machine=True), opinion(flag__self_harm=0.9)).found == machine


def test_a_wish_that_a_rule_heard_is_taken_back_only_where_the_model_is_all_but_sure() -> None:
    seen = rules()
    heard = View(seen.found, seen.flags, Raiser(anonymity="confidential", anonymity_words=("in confidence",)))
    assert both(heard, opinion(anonymity__open=0.94)).raiser == heard.raiser
    assert both(heard, opinion(anonymity__open=0.96)).raiser == seen.raiser


@given(st.sets(st.sampled_from(FLAGS)), st.lists(st.floats(0, 1), min_size=len(FLAGS), max_size=len(FLAGS)))
def test_more_certainty_never_shows_less(seen: set[str], chances: list[float]) -> None:
    less = {f"flag__{name}": chance for name, chance in zip(FLAGS, chances, strict=True)}
    more = {name: min(1.0, chance + 0.2) for name, chance in less.items()}
    immediate = {"patient_harm_now", "self_harm"}
    before, after = (both(rules(*seen), opinion(**told)) for told in (less, more))
    assert bool(shown(before) & immediate) <= bool(shown(after) & immediate)
    assert bool(shown(before)) <= bool(shown(after))


def test_a_message_that_carries_another_persons_is_passed_on_whatever_the_model_thinks() -> None:
    heard = rules()
    carries = View(heard.found, heard.flags, Raiser(proxy=True, forwarded=True, of_another=True))
    only_sounds = View(heard.found, heard.flags, Raiser(proxy=True, proxy_words=("on behalf",)))
    assert both(carries, opinion(proxy=0.02)).raiser.proxy
    assert not both(only_sounds, opinion(proxy=0.02)).raiser.proxy
