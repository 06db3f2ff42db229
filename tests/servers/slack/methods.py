"""The table of Web API methods and how their arguments are read; each family of methods has a module of its own."""

from collections.abc import Callable
from typing import Any

from tests.servers.slack.workspace import SlackFault, Workspace

Params = dict[str, Any]
Method = Callable[[Workspace, Params], dict[str, Any]]

METHODS: dict[str, Method] = {}
PAGE = 100


def method(name: str, scope: str | None = None) -> Callable[[Method], Method]:
    """Put a function into the table under Slack's name for it; it returns the answer without `ok`.

    `scope` is what the bot token needs for any use of the method.
    """

    def register(function: Method) -> Method:
        def scoped(workspace: Workspace, params: Params) -> dict[str, Any]:
            if scope is not None:
                workspace.require(scope)
            return function(workspace, params)

        METHODS[name] = scoped
        return function

    return register


def needed(params: Params, *names: str) -> list[Any]:
    """The values of arguments that must be there; raises `invalid_arguments`."""
    missing = [f"[ERROR] missing required field: {name}" for name in names if params.get(name) in (None, "")]
    if missing:
        raise SlackFault("invalid_arguments", missing)
    return [params[name] for name in names]


def flag(params: Params, name: str, default: bool = False) -> bool:
    """A boolean argument, which a form carries as "1" or "true"."""
    value = params.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in ("1", "true")


def page(found: list[Any], params: Params, *, most: int = 1000) -> tuple[list[Any], str]:
    """One page of a list, and the cursor of the next ("" at the end)."""
    try:
        limit = int(params.get("limit") or PAGE)
        start = int(str(params.get("cursor") or "after:0").removeprefix("after:"))
    except ValueError:
        raise SlackFault("invalid_cursor") from None
    if not 0 < limit <= most:
        raise SlackFault("invalid_limit")
    end = start + limit
    return found[start:end], f"after:{end}" if end < len(found) else ""
