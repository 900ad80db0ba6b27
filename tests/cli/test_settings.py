"""Settings: three places, the strongest wins, and a mistake is one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.settings import ENVIRONMENT, InvalidSetting, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch) -> None:
    for name in list(os.environ):
        if name.startswith("HAIDANG_"):
            monkeypatch.delenv(name)


def test_without_any_the_defaults_hold(tmp_path) -> None:
    settings, origins = load(tmp_path)
    assert settings.panel.port == 8080
    assert settings.db_url.endswith("/data/haidang.db")
    assert origins == {}


def test_the_environment_wins_over_dotenv_and_dotenv_over_toml(tmp_path, monkeypatch) -> None:
    (tmp_path / "haidang.toml").write_text(
        "[panel]\nport = 1001\nhost = '10.0.0.1'\n[door]\nport = 1\n"
    )
    (tmp_path / ".env").write_text("HAIDANG_PANEL__PORT=1002\nHAIDANG_DOOR__PORT=2\nOTHER=1\n")
    monkeypatch.setenv("HAIDANG_DOOR__PORT", "3")
    settings, origins = load(tmp_path)
    assert (settings.panel.host, settings.panel.port, settings.door.port) == ("10.0.0.1", 1002, 3)
    assert origins == {
        ("panel", "host"): "haidang.toml",
        ("panel", "port"): ".env",
        ("door", "port"): ENVIRONMENT,
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HAIDANG_PANEL__PORT", "99999", "a whole number from 1 to 65535"),
        ("HAIDANG_PANEL__PORT", "many", "a whole number from 1 to 65535"),
        ("HAIDANG_DOOR__WORKERS", "-1", "a whole number from 0 to 64"),
        ("HAIDANG_DOOR__HOOK_TIMEOUT", "0", "a number above 0"),
        ("HAIDANG_DOOR__CONNECT_PORTS", "https", "a list such as [443, 80]"),
        ("HAIDANG_DOOR__CONNECT_PORTS", '["https"]', "a list such as [443, 80]"),
        ("HAIDANG_DOOR__RESOLVER", "x", "a table such as"),
        ("HAIDANG_PANEL__SECURE_COOKIES", "perhaps", "true or false"),
        ("HAIDANG_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
    ],
)
def test_a_wrong_value_names_the_setting_where_it_was_set_and_what_is_expected(
    tmp_path, monkeypatch, name, value, expected
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting) as wrong:
        load(tmp_path)
    sentence = str(wrong.value)
    assert sentence.startswith(f"{name}, set to “")
    assert "in the environment" in sentence
    assert expected in sentence
    assert "\n" not in sentence


def test_a_wrong_value_in_the_file_is_named_as_the_file_writes_it(tmp_path) -> None:
    (tmp_path / "haidang.toml").write_text("[door]\nport = 'front'\n")
    with pytest.raises(InvalidSetting, match=r"door\.port, set to “front” in haidang\.toml"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("toml", "named"),
    [("[panel]\nprot = 1\n", "panel.prot"), ("datta = 'x'\n", "datta"), ("panel = 3\n", "panel")],
)
def test_a_name_in_the_file_that_is_no_setting_is_refused(tmp_path, toml, named) -> None:
    (tmp_path / "haidang.toml").write_text(toml)
    with pytest.raises(InvalidSetting) as wrong:
        load(tmp_path)
    assert str(wrong.value).startswith(f"{named}, set in haidang.toml, is not a setting")


def test_a_variable_that_is_no_setting_is_refused_but_those_of_tests_are_let_be(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("HAIDANG_TEST_ANYTHING", "1")
    load(tmp_path)
    monkeypatch.setenv("HAIDANG_PANEL__PROT", "1")
    with pytest.raises(InvalidSetting, match="HAIDANG_PANEL__PROT, set in the environment, is not"):
        load(tmp_path)


def test_a_file_that_is_no_toml_is_said_in_one_sentence(tmp_path) -> None:
    (tmp_path / "haidang.toml").write_text("panel: port\n")
    with pytest.raises(InvalidSetting, match=r"haidang\.toml cannot be read as TOML"):
        load(tmp_path)


def test_a_password_in_a_wrong_address_of_the_database_is_not_repeated(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("HAIDANG_DATABASE_URL", "mysql://me:hunter2@host/db")
    with pytest.raises(InvalidSetting) as wrong:
        load(tmp_path)
    assert "hunter2" not in str(wrong.value)


def test_the_passphrase_may_come_from_a_file(tmp_path, monkeypatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open sesame\n")
    monkeypatch.setenv("HAIDANG_CA_PASSPHRASE_FILE", str(secret))
    assert load(tmp_path)[0].passphrase == b"open sesame"
    secret.unlink()
    with pytest.raises(InvalidSetting, match=r"HAIDANG_CA_PASSPHRASE_FILE names .*secret"):
        _ = load(tmp_path)[0].passphrase


def test_the_command_ends_with_two_and_one_sentence_and_no_traceback(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "run"],
        cwd=ROOT,
        env={"PATH": "", "HAIDANG_PANEL__PORT": "0", "LANG": "vi_VN.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "HAIDANG_PANEL__PORT" in done.stderr
    assert done.stdout == ""
