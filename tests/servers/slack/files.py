"""`files.*` as far as a bot needs them: where to send a picture, and the files that people share, behind the bot's token."""

from typing import Any
from urllib.parse import quote

from tests.servers.slack.inhabitants import TEAM
from tests.servers.slack.methods import Params, method, needed
from tests.servers.slack.workspace import SlackFault, Workspace

UPLOADS = "/upload/v1/"
PRIVATE = "/files-pri/"


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(workspace: Workspace, params: Params) -> dict[str, Any]:
    name, length = needed(params, "filename", "length")
    file = workspace.new_id("F")
    workspace.files[file] = {
        "id": file,
        "name": name,
        "length": int(length),
        "alt_txt": params.get("alt_txt", ""),
        "done": False,
    }
    return {"upload_url": f"{workspace.address}{UPLOADS}{file}", "file_id": file}


@method("files.completeUploadExternal", "files:write")
def complete_upload(workspace: Workspace, params: Params) -> dict[str, Any]:
    (files,) = needed(params, "files")
    for each in files:
        kept = workspace.files.get(each["id"])
        if kept is None or len(kept.get("content", b"")) != kept["length"]:
            raise SlackFault("file_not_found")
        kept["done"] = True
    return {"files": [{"id": each["id"]} for each in files]}


@method("files.info", "files:read")
def info(workspace: Workspace, params: Params) -> dict[str, Any]:
    (file,) = needed(params, "file")
    if file not in workspace.shared:
        raise SlackFault("file_not_found")
    return {"file": workspace.shared[file][0]}


def share(workspace: Workspace, name: str, content: bytes, mimetype: str, **facts: Any) -> dict[str, Any]:
    """Put a file into the workspace and return it as messages show it; `facts` replace what is told of it."""
    file = workspace.new_id("F")
    place = f"{workspace.address}{PRIVATE}{TEAM}-{file}"
    shown = {
        "id": file,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "size": len(content),
        "mode": "hosted",
        "is_external": False,
        "url_private": f"{place}/{quote(name)}",
        "url_private_download": f"{place}/download/{quote(name)}",
    } | facts
    workspace.shared[file] = (shown, content)
    return shown


def shared_at(workspace: Workspace, path: str, authorization: str | None) -> tuple[str, bytes] | None:
    """(type, content) of what lies at an address of a shared file; None where the asker may not see it.

    Slack answers a wrong token, or one without the scope, with the way to a page to log in [known from practice].
    """
    allowed = authorization == f"Bearer {workspace.bot_token}" and "files:read" in workspace.scopes
    file = path.removeprefix(PRIVATE).partition("/")[0].rpartition("-")[2]
    if not allowed:
        return None
    if file not in workspace.shared:
        raise KeyError(file)
    shown, content = workspace.shared[file]
    return shown["mimetype"], content
