"""Who is complained of, as people write it: titles, initials, other names; and who is only to be told."""

import pytest

from tracker.conflict import complained_of, names_of
from tracker.desk import RoleRule

ROLES = (
    RoleRule(id="tpd", title="Training programme director", may=(), called=("programme director",)),
    RoleRule(id="dme", title="Director of medical education", may=()),
    RoleRule(id="head_of_school", title="Head of School", may=()),
    RoleRule(id="duty_manager", title="Duty manager", may=(), called=("duty quality manager",)),
    RoleRule(id="quality_manager", title="Quality manager", may=(), called=("quality team", "your team")),
    RoleRule(id="associate", title="Associate or deputy dean, quality", may=(),
             called=("associate dean", "deputy postgraduate dean")),
    RoleRule(id="postgraduate_dean", title="Postgraduate dean", may=(), called=("PGD", "the dean")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("my complaint is about the TPD", {"tpd"}),
        ("the tpd is the problem", {"tpd"}),
        ("our programme director's behaviour", {"tpd"}),
        ("he is also the Director of Medical Education", {"dme"}),
        ("it normally goes to the DME, who is the consultant I mean", {"dme"}),
        ("she is our Head of School and my supervisor", {"head_of_school"}),
        ("the HoS laughed", {"head_of_school"}),
        ("the duty manager shouted at me", {"duty_manager"}),
        ("somebody in your team passed it on", {"quality_manager"}),
        ("the quality team did nothing", {"quality_manager"}),
        ("the deputy postgraduate dean is married to him", {"associate"}),
        ("please don't tell the associate dean", {"associate"}),
        ("please tell the postgraduate dean, not the associate dean", {"associate"}),
        ("I'd rather this went to the postgraduate dean than the associate dean", {"associate"}),
        ("happy for you to share this with the head of school but not with the TPD", {"tpd"}),
        ("please speak to the postgraduate dean, who has been very kind", set()),
        ("please ask the TPD, who is the person I am complaining about, nothing", {"tpd"}),
        ("only the dean should know", set()),
        ("my dean is a friend", set()),
        ("a pgd is a patient group direction", {"postgraduate_dean"}),
        ("pgd forms were missing", set()),
        ("Dean Smith shouted", set()),
        ("upgds and dmes2", set()),
    ],
)
def test_a_role_is_complained_of_by_any_of_its_names_and_not_where_it_is_to_be_told(
    words: str, roles: set[str]
) -> None:
    assert complained_of([words], ROLES) == roles


def test_initials_are_made_of_a_title_as_people_write_them() -> None:
    assert names_of("Head of School") == ("Head of School", "HoS")
    assert "TPD" in names_of("Training programme director")
    assert {"DME", "DoME"} <= set(names_of("Director of medical education"))
