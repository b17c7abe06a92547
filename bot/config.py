"""Settings: config.toml, then FRONT_COUNTER_* in the environment, then a folder of secret files."""

import difflib
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.settings import (
    SHIPPED_CONTENT,
    Alerts,
    Api,
    Knowledge,
    LiveSettings,
    Retention,
    StaffConsole,
    Storage,
    Telegram,
    Web,
)

PREFIX = "FRONT_COUNTER_"
CONFIG = PREFIX + "CONFIG"
SECRETS = PREFIX + "SECRETS"
"""Where the settings file and the secrets folder are; settings of the settings themselves."""


class ConfigError(Exception):
    """A setting is wrong; the text is one sentence that says which, where and what to do."""


class Config(BaseSettings):
    """All settings, with a working default for each."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    data: Path = Path("data")
    log: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    web: Web = Web()
    staff: StaffConsole = StaffConsole()
    api: Api = Api()
    telegram: Telegram = Telegram()
    knowledge: Knowledge = Knowledge()
    storage: Storage = Storage()
    alerts: Alerts = Alerts()
    live: LiveSettings = LiveSettings()
    signed: dict[str, str] = Field(default_factory=dict)
    """Who signed what, and when, before residents were let in: see docs/privacy.md."""
    retention: Retention = Retention()

    @property
    def database_url(self) -> str:
        """Where the database is: the one set, or SQLite in the data folder."""
        return self.storage.url or f"sqlite+aiosqlite:///{self.data / 'front-counter.db'}"

    @property
    def key_file(self) -> Path:
        """Where the sealing key is."""
        return self.storage.key_file or self.data / "seal.key"

    @property
    def journal(self) -> Path:
        """Where events are held that the database cannot take."""
        return self.storage.journal or self.data / "journal"


def cache_of(config: Config) -> Path:
    """Where what was computed from the knowledge files is kept.

    For the files that come with the program that is beside the program, so that set-up can learn
    them once for every data folder; for others it is the data folder.
    """
    if config.knowledge.folder == SHIPPED_CONTENT and os.access(sys.prefix, os.W_OK):
        return beside_the_program()
    return config.data / "knowledge" / "cache"


def beside_the_program() -> Path:
    """Where set-up keeps what it has learned from the files that come with the program."""
    return Path(sys.prefix) / "share" / "front-counter"


def compiled_templates() -> Path | None:
    """Where compiled templates are kept for the next start: beside the program, if we may."""
    folder = beside_the_program() / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def load_config(
    file: Path | None = None, secrets: Path | None = None, **overrides: Any
) -> tuple[Config, tuple[str, ...]]:
    """Read the settings; the second value holds warnings, one sentence each.

    What is read later wins: `config.toml`, the environment, the secrets folder, and `overrides`
    from the command line. Raises ConfigError with one clear sentence for anything wrong.
    """
    path = _readable(file)
    _refuse_unknown_variables()
    found, warnings = _from_secrets(secrets)

    class Reading(Config):
        """The settings with their sources in our order."""

        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter="__", toml_file=path
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            toml = TomlConfigSettingsSource(settings_cls, path) if path else None
            return tuple(source for source in (init_settings, env_settings, toml) if source)

    try:
        return Reading(**_merged(found, overrides)), warnings
    except ValidationError as error:
        raise ConfigError(_sentence(error)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}. Mend that line.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    except SettingsError:
        # The library names the part of the settings only, and may quote a secret.
        raise ConfigError(
            f'A variable {PREFIX}… cannot be read: a list is written as ["10.0.0.1"], and a part '
            f"such as web has its keys one by one, as in {PREFIX}WEB__PORT."
        ) from None
    except OSError as error:
        raise ConfigError(f"The settings cannot be read: {error}.") from None


def known_keys() -> tuple[str, ...]:
    """Every setting by its dotted name, such as `web.port`."""
    return tuple(_leaves(Config, ""))


def _leaves(model: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _leaves(field.annotation, f"{before}{name}.")
        else:
            yield before + name


def _readable(file: Path | None) -> Path | None:
    """The settings file: the one named, or config.toml where there is one."""
    path = file or Path("config.toml")
    if file is None and not path.exists():
        return None
    if not path.exists():
        raise ConfigError(f"The settings file {path} does not exist. Check its name.")
    if not path.is_file():
        raise ConfigError(f"The settings file {path} is not a file. Name one such as config.toml.")
    if not os.access(path, os.R_OK):
        raise ConfigError(f"The settings file {path} cannot be read. Check who may read it.")
    return path


def _refuse_unknown_variables() -> None:
    """A misspelt variable would otherwise be passed over in silence."""
    known = {PREFIX + key.upper().replace(".", "__") for key in known_keys()}
    known |= {f"{PREFIX}{part.upper()}" for part in Config.model_fields} | {SECRETS, CONFIG}
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise ConfigError(f"The variable {name} is no setting.{_meant(name.upper(), known)}")


def _from_secrets(folder: Path | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Settings from one file each, named `telegram__token` or `telegram.token`."""
    if folder is None:
        return {}, ()
    if not folder.is_dir():
        raise ConfigError(f"The secrets folder {folder} does not exist. Make it, or leave it out.")
    values: dict[str, Any] = {}
    warnings = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        key = path.name.lower().removeprefix(PREFIX.lower()).replace("__", ".")
        if key not in known_keys():
            hint = _meant(key, known_keys())
            warnings.append(f"Nothing reads the secret file {path}.{hint}")
            continue
        if path.stat().st_mode & 0o007:
            warnings.append(f"Everybody here can read the secret file {path}: chmod 600 {path}")
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"The secret file {path} cannot be read as text.") from None
        *parents, last = key.split(".")
        part = values
        for parent in parents:
            part = part.setdefault(parent, {})
        part[last] = text
    return values, tuple(warnings)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two nested tables as one; what stands in `above` wins."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(value, dict) and isinstance(old, dict)
        merged[key] = _merged(dict(old or {}), value) if both else value
    return merged


def _sentence(error: ValidationError) -> str:
    """The first thing wrong, as a sentence that names the setting; never a secret's value."""
    first = error.errors(include_url=False, include_context=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"`{key}` is no setting.{_meant(key, known_keys())}"
    return f"The setting `{key}` is wrong: {first['msg'][:1].lower()}{first['msg'][1:]}."


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else " See config.example.toml for all of them."
