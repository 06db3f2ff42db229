"""Whom a call for a person now names: one role more with every call; pure."""

import re
from collections.abc import Sequence
from typing import Final

from tracker.desk import RoleRule

_SLACK_ID: Final = re.compile(r"(?P<group>S)?(?P<user>[UW])?[A-Z0-9]{6,20}")
_MENTION: Final = re.compile(r"<(?:@[UW]|!subteam\^S)[A-Z0-9]+(?:\|[^<>&]*)?>")


def mentions(roles: Sequence[RoleRule], tell: Sequence[str], step: int) -> str:
    """The first `step` of the roles to tell, as Slack's mrkdwn, never "". A role with nobody to mention is named by its title.

    Never a whole channel: `<!channel>`, `<!here>` and `<!everyone>` are not mentions of a role.
    """
    by_id = {role.id: role for role in roles}
    named = [by_id[each] for each in tell[: max(step, 1)] if each in by_id]
    return ", ".join(_mention(role) for role in named) or "Everybody in this channel"


def _mention(role: RoleRule) -> str:
    wanted = (role.mention,) if role.mention else role.members
    called = [found for found in map(_called, wanted) if found]
    return ", ".join(called) or _escaped(role.title)


def _called(name: str) -> str:
    if _MENTION.fullmatch(name):
        return name
    known = _SLACK_ID.fullmatch(name)
    if known is None or not (known["group"] or known["user"]):
        return ""
    return f"<!subteam^{name}>" if known["group"] else f"<@{name}>"


def _escaped(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
