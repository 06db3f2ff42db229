"""Who is who: `auth.test`, `users.*` and `usergroups.*`; what people do to the bot lives in deeds."""

from typing import Any

from tests.servers.slack.inhabitants import APP, BOT, BOT_USER, TEAM, User
from tests.servers.slack.methods import Params, flag, method, needed, page
from tests.servers.slack.workspace import SlackFault, Workspace


@method("auth.test")
def auth_test(workspace: Workspace, params: Params) -> dict[str, Any]:
    return {
        "url": "https://desk.slack.example/",
        "team": "Quality Desk tests",
        "user": workspace.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


@method("users.info", "users:read")
def info(workspace: Workspace, params: Params) -> dict[str, Any]:
    (user,) = needed(params, "user")
    if user not in workspace.users:
        raise SlackFault("user_not_found")
    return {"user": _shown(workspace, workspace.users[user])}


@method("users.list", "users:read")
def list_users(workspace: Workspace, params: Params) -> dict[str, Any]:
    found, cursor = page([_shown(workspace, user) for user in workspace.users.values()], params)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(workspace: Workspace, params: Params) -> dict[str, Any]:
    (email,) = needed(params, "email")
    for user in workspace.users.values():
        if user.email == email and not user.deleted:
            return {"user": _shown(workspace, user)}
    raise SlackFault("users_not_found")


@method("usergroups.list", "usergroups:read")
def list_usergroups(workspace: Workspace, params: Params) -> dict[str, Any]:
    groups: list[dict[str, Any]] = [
        {"id": group, "team_id": TEAM, "is_usergroup": True, "handle": handle, "name": handle}
        for group, (handle, _) in workspace.usergroups.items()
    ]
    if flag(params, "include_users"):
        for group in groups:
            group["users"] = workspace.usergroups[group["id"]][1]
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read")
def list_usergroup_members(workspace: Workspace, params: Params) -> dict[str, Any]:
    (group,) = needed(params, "usergroup")
    if group not in workspace.usergroups:
        raise SlackFault("no_such_subteam")
    return {"users": workspace.usergroups[group][1]}


def _shown(workspace: Workspace, user: User) -> dict[str, Any]:
    return user.shown(with_email="users:read.email" in workspace.scopes)
