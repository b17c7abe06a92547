"""Settings: defaults that work, sources in order, and one clear sentence for what is wrong."""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, ConfigError, known_keys, load_config


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_with_no_settings_at_all_everything_has_a_working_default() -> None:
    config, warnings = load_config()
    assert config.web.host == config.staff.host == "127.0.0.1"
    assert config.web.port != config.staff.port
    assert config.telegram.token is None
    assert config.database_url.startswith("sqlite+aiosqlite:///")
    assert warnings == ()


def test_what_is_read_later_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, "[web]\nport = 1\nhost = 'a'\n[staff]\nport = 2\n")
    monkeypatch.setenv("FRONT_COUNTER_WEB__PORT", "3")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "telegram__token").write_text("123:abc\n", encoding="utf-8")
    config, _ = load_config(file, secrets, staff={"port": 4})
    assert (config.web.host, config.web.port, config.staff.port) == ("a", 3, 4)
    assert config.telegram.token is not None
    assert config.telegram.token.get_secret_value() == "123:abc"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nprot = 1\n", "`web.prot` is no setting. Did you mean web.port?"),
        ("prot = 1\n", "`prot` is no setting"),
        ("[web]\nport = 'x'\n", "`web.port` is wrong"),
        ("[web]\nport = 70000\n", "`web.port` is wrong"),
        ("[telegram]\nmode = 'pigeon'\n", "`telegram.mode` is wrong"),
        ("[telegram]\nmode = 'webhook'\n", "needs webhook_url and webhook_secret"),
        ("x =", "is not valid TOML"),
        ("[web]\ntrusted_proxies = ['nonsense']\n", "“nonsense” is no address or network"),
        ("[telegram]\ntoken = ''\n", "the token is empty"),
        ("[telegram]\nwebhook_secret = 'a b!'\n", "A-Z a-z 0-9"),
        (
            "telegram = {mode='webhook', webhook_url='http://a.example', webhook_secret='a'}",
            "has to be an https address",
        ),
        ("[knowledge]\nanswer_above = 0.1\noptions_above = 0.5\n", "answer_above has to be"),
    ],
)
def test_a_wrong_setting_is_one_clear_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(written(tmp_path, text))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_misspelt_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_COUNTER_WEB_PORT", "1")
    with pytest.raises(ConfigError, match="FRONT_COUNTER_WEB__PORT"):
        load_config()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(None, tmp_path / "nowhere")


def test_a_secret_file_that_nothing_reads_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "telegram_token").write_text("x", encoding="utf-8")
    _, warnings = load_config(None, tmp_path)
    assert len(warnings) == 1
    assert "Did you mean telegram.token?" in warnings[0]


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    config, _ = load_config(written(tmp_path, "[telegram]\ntoken = '123:hush'\n"))
    assert "hush" not in repr(config)


def test_the_example_names_every_setting_and_no_other() -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    text = example.read_text(encoding="utf-8")
    live = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line
        for line in text.splitlines()
        if not line.startswith("# ") or line.split(" = ")[0].count(" ") == 1
    )
    found = tomllib.loads(live)
    assert set(leaves(found)) == set(known_keys())


def leaves(table: dict[str, Any], before: str = "") -> Iterator[str]:
    """The dotted names of all settings; what is signed, and groups, have names of their own."""
    for key, value in table.items():
        if isinstance(value, dict) and key not in {"signed", "roles"}:
            yield from leaves(value, f"{before}{key}.")
        else:
            yield before + key


def test_the_examples_values_are_the_defaults() -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    config, _ = load_config(example)
    assert config.model_dump() == Config.model_construct().model_dump()


def test_a_wrong_setting_ends_the_program_with_code_2_and_no_traceback(tmp_path: Path) -> None:
    written(tmp_path, "[web]\nprot = 1\n")
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin"},
    )
    assert ended.returncode == 2
    assert "Did you mean web.port?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a file"):
        load_config(tmp_path)


def test_a_list_in_a_variable_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_COUNTER_WEB__TRUSTED_PROXIES", "10.0.0.1")
    with pytest.raises(ConfigError, match=r"a list is written as \["):
        load_config()
