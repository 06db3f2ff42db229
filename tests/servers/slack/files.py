"""`files.*` as far as a bot needs them to show a picture: an address to send bytes to, and the word that they are all there."""

from typing import Any

from tests.servers.slack.methods import Params, method, needed
from tests.servers.slack.workspace import SlackFault, Workspace

UPLOADS = "/upload/v1/"


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
