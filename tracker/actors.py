"""Who acts and what they may do: roles, rights, restricted cases and walls; nothing is changed here."""

from dataclasses import dataclass

from sqlalchemy import select

from tracker.desk import Desk, RoleRule
from tracker.errors import NotAllowed
from tracker.model import Case, Exclusion
from tracker.store import Tx

EVERYBODY = "*"
MACHINE = "desk"


@dataclass(frozen=True)
class Actor:
    """A member of staff at work. `name` goes into the history; `roles` are all that the person holds."""

    name: str
    roles: tuple[RoleRule, ...]
    slack_user: str = ""

    def may(self, verb: str) -> bool:
        """Whether one of the roles holds the right."""
        return any(verb in role.may for role in self.roles)

    @property
    def level_up_to(self) -> int:
        """The highest level this person may set; -1 for none."""
        return max((role.level_up_to for role in self.roles if "level" in role.may), default=-1)

    def known_as(self) -> list[str]:
        """Every name under which the person may stand in a row: their own, and what a post in Slack is signed with."""
        slack = [self.slack_user, f"slack:{self.slack_user}"] if self.slack_user else []
        return list(dict.fromkeys([self.name, *slack]))


def actor_for(
    desk: Desk, *, name: str, slack_user: str = "", groups: tuple[str, ...] = (), full_member: bool = True
) -> Actor:
    """The person with every role that lists their name, their Slack id, one of their user groups, or "*".

    Nobody acts under the desk's own name. Guests and strangers (`full_member` False) hold no role, even where one lists
    them: a guest account is not staff.
    """
    keys = {key for key in (name, slack_user, *groups) if key} - {EVERYBODY}
    roles = tuple(
        role
        for role in desk.roles
        if full_member and name != MACHINE and (EVERYBODY in role.members or keys & set(role.members))
    )
    return Actor(name or slack_user, roles, slack_user)


def need(actor: Actor, verb: str) -> None:
    """Raises NotAllowed where none of the person's roles has the right to `verb`."""
    if not actor.may(verb):
        held = ", ".join(role.title for role in actor.roles) or "no role"
        raise NotAllowed(f"{actor.name} holds {held}, which does not include the right to {verb.replace('_', ' ')}.")


def left_out(case: Case, desk: Desk) -> frozenset[str]:
    """Roles that the report complains of, and any other that the case's rule tells but this case does not.

    A role that everybody holds names nobody, so it is never left out.
    """
    route = case.reading.get("route", {})
    rule = next((rule for rule in desk.routes if rule.id == route.get("id")), None)
    common = {role.id for role in desk.roles if EVERYBODY in role.members}
    untold = frozenset(rule.tell if rule else ()) - frozenset(route.get("tell", ()))
    return (untold | frozenset(route.get("left_out", ()))) - common


def told_roles(case: Case, desk: Desk) -> tuple[RoleRule, ...]:
    """The roles that may open the case: those told of a restricted one; all where it is not, or where nobody holds those.

    A case that nobody could open would wait unseen, which is worse than one that the rest of the team can open.
    """
    roles = tuple(role for role in desk.roles if role.id not in left_out(case, desk))
    if not case.restricted:
        return roles
    tell = set(case.reading.get("route", {}).get("tell", ()))
    told = tuple(role for role in roles if role.id in tell)
    return told if any(role.members for role in told) else roles


def may_open(case: Case, role: RoleRule, desk: Desk) -> bool:
    """Whether holders of `role` may read what was written on the case."""
    return "read" in role.may and role in told_roles(case, desk)


def admit(tx: Tx, case: Case, actor: Actor, desk: Desk) -> None:
    """Raises NotAllowed where the person is walled off from the case, is complained of, or it is kept to other roles."""
    names = actor.known_as()
    walled = tx.scalar(select(Exclusion.id).where(Exclusion.case_id == case.id, Exclusion.staff.in_(names)).limit(1))
    complained_of = any(role.id in left_out(case, desk) for role in actor.roles)
    if walled is not None or complained_of or not any(role in told_roles(case, desk) for role in actor.roles):
        raise NotAllowed(f"{case.ref} is not available to {actor.name}.")
