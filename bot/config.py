"""Reading `config.toml` and the environment into Settings, or saying every fault at once; the shapes are in `bot.settings`."""

import json
import os
import tomllib
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from sqlalchemy import make_url

from bot.contradictions import contradictions, nearest
from bot.settings import DatabaseSettings, RelaySettings, Settings, SlackSettings
from tracker.errors import ConfigurationFault

__all__ = ["Settings", "default_path", "load", "packaged_config"]

PREFIX = "QUALITYDESK_"
TABLES = ("route", "role", "level", "contact", "follow_up")
SECRETS = frozenset(
    f"{section}.{name}"
    for section, model in (("database", DatabaseSettings), ("mail.relay", RelaySettings), ("slack", SlackSettings))
    for name, field in model.model_fields.items()
    if field.annotation is SecretStr
)
PATHS = (
    "mail.letters_dir",
    "mail.listen.certificate",
    "mail.listen.private_key",
    "mail.relay.ca_file",
    "secret.key_file",
    "field.dir",
    "templates.dir",
    "test.clock_file",
)

Path_ = tuple[str, ...]


def packaged_config() -> Path:
    """The commented configuration that we ship: beside the code in a checkout, inside the package once installed."""
    here = Path(__file__).resolve().parent
    installed = here / "default.toml"
    return installed if installed.is_file() else here.parent / "config.toml"


def default_path(env: Mapping[str, str]) -> Path:
    """The configuration file to use when the command line names none."""
    return Path(env.get(f"{PREFIX}CONFIG") or "config.toml")


def load(path: Path | None = None, env: Mapping[str, str] | None = None) -> Settings:
    """Read the file at `path` (else $QUALITYDESK_CONFIG, else ./config.toml), then the overrides of `env`.

    Relative paths start at the folder of the file. What a section of tables ([[route]], [[role]], [[level]],
    [follow_up.KIND]) does not say comes from the packaged configuration. Raises ConfigurationFault with every fault.
    """
    env = os.environ if env is None else env
    path = default_path(env) if path is None else path
    data = _read(path)
    faults: list[str] = []
    sources: dict[Path_, str] = {}
    for name, keys, value in _overrides(env, faults):
        sources[keys] = name
        _put(data, keys, value)
    _fill(data)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        faults.extend(_sentence(fault["loc"], fault["type"], fault["msg"], sources) for fault in error.errors())
        raise ConfigurationFault([_named(path, fault) for fault in faults]) from None
    faults.extend(contradictions(settings))
    if faults:
        raise ConfigurationFault([_named(path, fault) for fault in faults])
    return _with_absolute_paths(settings, path.resolve().parent)


def _named(path: Path, fault: str) -> str:
    return fault if fault.startswith(PREFIX) else f"{path.name}: {fault}"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationFault([f"{path.name}: is not TOML: {error}"]) from None
    except UnicodeDecodeError:
        raise ConfigurationFault([f"{path.name}: is not UTF-8 text"]) from None
    except OSError as error:
        advice = "name the file with --config FILE or QUALITYDESK_CONFIG"
        raise ConfigurationFault([f"{path}: cannot be read ({error.strerror}); {advice}"]) from None


def _fill(data: dict[str, Any]) -> None:
    """Take whole sections of tables that the file does not have from the packaged configuration."""
    packaged = tomllib.loads(packaged_config().read_text(encoding="utf-8"))
    own_routes = "route" in data
    for table in ("role", "level", "route"):
        data.setdefault(table, packaged[table])
    promises = data.setdefault("follow_up", {})
    if isinstance(promises, dict):
        for kind, ours in packaged["follow_up"].items():
            own = promises.setdefault(kind, {})
            promises[kind] = ours | own if isinstance(own, dict) else own
    routes = data["route"]
    if (
        own_routes
        and isinstance(routes, list)
        and not any(isinstance(row, dict) and not row.get("when") for row in routes)
    ):
        # No report may be without a route.
        data["route"] = [*routes, packaged["route"][-1]]
    _tell_whom_there_is(data, packaged)


def _tell_whom_there_is(data: dict[str, Any], packaged: dict[str, Any]) -> None:
    """Where the file has its own roles but our routes, a route that would tell nobody tells the first of those roles."""
    roles = [row.get("id") for row in data["role"] if isinstance(row, dict)] if isinstance(data["role"], list) else []
    if not roles or not isinstance(data["route"], list):
        return
    ours = [id(row) for row in packaged["route"]]
    for row in data["route"]:
        if id(row) in ours and row.get("tell"):
            row["tell"] = [role for role in row["tell"] if role in roles] or roles[:1]


def _overrides(env: Mapping[str, str], faults: list[str]) -> Iterator[tuple[str, Path_, Any]]:
    known = {f"{PREFIX}{'__'.join(keys).upper()}": annotation for keys, annotation in _leaves(Settings, ())}
    files = {f"{name}_FILE": name for name in known if ".".join(_keys(name)) in SECRETS}
    for name in sorted(env):
        if not name.startswith(PREFIX) or name == f"{PREFIX}CONFIG":
            continue
        if name in files:
            try:
                yield name, _keys(files[name]), Path(env[name]).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{name}: the file it names cannot be read ({type(error).__name__})")
        elif name in known:
            yield name, _keys(name), _value(env[name], known[name])
        elif name.startswith(f"{PREFIX}FOLLOW_UP__") and len(_keys(name)) == 3:
            yield name, _keys(name), env[name]
        else:
            faults.append(f"{name}: no such key{nearest(name, [*known, *files])}")


def _keys(name: str) -> Path_:
    return tuple(name.removeprefix(PREFIX).lower().split("__"))


def _leaves(model: type[BaseModel], above: Path_) -> Iterator[tuple[Path_, Any]]:
    """Every key that holds a plain value or a list of them, with its annotation; tables in lists are left out."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None:
            yield from _leaves(inner, (*above, name))
        elif name not in (*TABLES, "inbox"):
            yield (*above, name), field.annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    options = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    return next((one for one in options if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _value(text: str, annotation: Any) -> Any:
    """The text of a variable as the key wants it: lists as JSON or with commas, everything else as written."""
    if get_origin(annotation) is not tuple:
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _put(data: dict[str, Any], keys: Path_, value: Any) -> None:
    for key in keys[:-1]:
        inner = data.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[keys[-1]] = value


def _sentence(loc: tuple[int | str, ...], kind: str, message: str, sources: dict[Path_, str]) -> str:
    """One fault as "path: what is wrong", with the nearest known key; never with the value, which may be a secret."""
    place = ""
    for part in loc:
        place += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if place else part
    place = sources.get(tuple(str(part) for part in loc), place)
    if kind == "extra_forbidden":
        return f"{place}: no such key{nearest(str(loc[-1]), _known_beside(loc))}"
    if kind == "missing":
        return f"{place}: is needed"
    if kind == "too_short" and loc[-1] == "inbox":
        return f"{place}: at least one [[inbox]] with an address is needed"
    return f"{place}: {message.removeprefix('Value error, ').removeprefix('Input ')}"


def _known_beside(loc: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in loc[:-1]:
        if isinstance(part, int) or part not in model.model_fields:
            continue  # a number in a list, or the name of a promise
        annotation = model.model_fields[part].annotation
        inner = _model_in(annotation) or next(filter(None, map(_model_in, get_args(annotation))), None)
        model = inner or model
    return list(model.model_fields)


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    data = settings
    for keys in PATHS:
        section: Any = data
        *above, name = keys.split(".")
        for key in above:
            section = getattr(section, key, None)
        value = getattr(section, name, None)
        if isinstance(value, Path):
            data = _replaced(data, (*above, name), folder / value.expanduser())
    url = make_url(data.database_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        place = folder / Path(url.database).expanduser()
        url = url.set(database=str(place))
        data = _replaced(data, ("database", "url"), SecretStr(url.render_as_string(hide_password=False)))
    if data.secret.key_file is None:
        place = Path(f"{url.database}.key") if url.get_backend_name() == "sqlite" else folder / "qualitydesk.key"
        data = _replaced(data, ("secret", "key_file"), place)
    return data


def _replaced(model: Any, keys: Path_, value: Any) -> Any:
    name, *rest = keys
    inner = _replaced(getattr(model, name), tuple(rest), value) if rest else value
    return model.model_copy(update={name: inner})
