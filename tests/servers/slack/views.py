"""`views.*`: modals and Home as the bot opens and changes them; filling and sending them in lives in deeds and forms."""

from typing import Any

from tests.servers.slack.checks import faults_in_view, view_is_too_large
from tests.servers.slack.methods import Params, method, needed
from tests.servers.slack.workspace import SlackFault, Workspace

STACK = 3


@method("views.open")
def open_view(workspace: Workspace, params: Params) -> dict[str, Any]:
    trigger, view = needed(params, "trigger_id", "view")
    checked(view, "modal")
    with workspace.lock:
        user = workspace.use_trigger(trigger)
        _unique_external_id(workspace, view)
        shown = workspace.new_view(view, user)
        workspace.stacks[user] = [shown["id"]]
    return {"view": shown}


@method("views.push")
def push_view(workspace: Workspace, params: Params) -> dict[str, Any]:
    trigger, view = needed(params, "trigger_id", "view")
    checked(view, "modal")
    with workspace.lock:
        user = workspace.use_trigger(trigger)
        _unique_external_id(workspace, view)
        return {"view": put_on_top(workspace, user, view)}


@method("views.update")
def update_view(workspace: Workspace, params: Params) -> dict[str, Any]:
    (view,) = needed(params, "view")
    checked(view, "modal")
    with workspace.lock:
        current = _find(workspace, params)
        if params.get("hash") not in (None, "", current["hash"]):
            raise SlackFault("hash_conflict")
        owner = next(user for user, stack in workspace.stacks.items() if current["id"] in stack)
        return {"view": workspace.new_view(view, owner, view_id=current["id"])}


@method("views.publish")
def publish_view(workspace: Workspace, params: Params) -> dict[str, Any]:
    user, view = needed(params, "user_id", "view")
    checked(view, "home")
    if user not in workspace.users:
        raise SlackFault("invalid_arguments", ["[ERROR] invalid `user_id` [json-pointer:/user_id]"])
    with workspace.lock:
        current = workspace.homes.get(user)
        if current is not None and params.get("hash") not in (None, "", current["hash"]):
            raise SlackFault("hash_conflict")
        shown = workspace.new_view(view, user, view_id=current["id"] if current else None)
        workspace.homes[user] = shown
    return {"view": shown}


def checked(view: Any, kind: str) -> None:
    """Raise what Slack answers for a view that is not right, or not of this kind."""
    if not isinstance(view, dict):
        raise SlackFault("invalid_arguments", ["[ERROR] view must be an object [json-pointer:/view]"])
    if view_is_too_large(view):
        raise SlackFault("view_too_large")
    faults = faults_in_view(view)
    if not faults and view["type"] != kind:
        faults = [f"[ERROR] must be a {kind} [json-pointer:/view/type]"]
    if faults:
        raise SlackFault("invalid_arguments", faults)


def put_on_top(workspace: Workspace, user: str, view: dict[str, Any]) -> dict[str, Any]:
    """Push a checked view onto a person's stack."""
    stack = workspace.stacks[user]
    if not stack:
        raise SlackFault("invalid_arguments", ["[ERROR] no modal is open to push onto [json-pointer:/view]"])
    if len(stack) >= STACK:
        raise SlackFault("push_limit_reached")
    shown = workspace.new_view(view, user)
    shown["previous_view_id"] = stack[-1]
    shown["root_view_id"] = stack[0]
    stack.append(shown["id"])
    return shown


def _find(workspace: Workspace, params: Params) -> dict[str, Any]:
    """The open view that `view_id` or `external_id` names."""
    opened = [view_id for stack in workspace.stacks.values() for view_id in stack]
    for view_id in opened:
        view = workspace.views[view_id]
        if params.get("view_id") == view_id or (
            params.get("external_id") and params["external_id"] == view["external_id"]
        ):
            return view
    raise SlackFault("not_found")


def _unique_external_id(workspace: Workspace, view: dict[str, Any]) -> None:
    wanted = view.get("external_id")
    opened = [workspace.views[view_id] for stack in workspace.stacks.values() for view_id in stack]
    if wanted and any(view["external_id"] == wanted for view in opened):
        raise SlackFault("duplicate_external_id")
