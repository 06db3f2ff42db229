"""The people and channels of a workspace, with the facts Slack tells about them; what happens among them lives in workspace."""

from dataclasses import dataclass, field
from typing import Any

TEAM = "T0DESK"
OTHER_TEAM = "T0OTHER"
APP = "A0DESK"
BOT_USER = "U0DESKBOT"
BOT = "B0DESKBOT"


@dataclass
class User:
    """A person or bot, with the facts `users.info` tells."""

    id: str
    name: str
    real_name: str
    team_id: str = TEAM
    email: str | None = None
    title: str = ""
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False

    def shown(self, *, with_email: bool) -> dict[str, Any]:
        profile = {
            "real_name": self.real_name, "display_name": self.name, "title": self.title, "team": self.team_id,
        }  # fmt: skip
        if with_email and self.email is not None:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.is_stranger,
            "tz": "Europe/London",
            "profile": profile,
        }


@dataclass
class Channel:
    """A conversation, with the facts `conversations.info` tells."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_org_shared: bool = False
    is_im: bool = False
    user: str | None = None
    """The other person of a direct message."""

    @property
    def kind(self) -> str:
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def shown(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_im": self.is_im,
            "is_mpim": False,
            "is_archived": self.is_archived,
            "is_org_shared": self.is_org_shared,
            "context_team_id": TEAM,
            "is_member": BOT_USER in self.members,
        }
        if self.is_im:
            return {**facts, "user": self.user}
        return {
            **facts,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": False,
            "is_private": self.is_private,
            "is_general": False,
            "is_shared": self.is_ext_shared or self.is_org_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "pending_shared": [],
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
