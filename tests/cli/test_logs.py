"""Log lines leave out where a child went; log files stay small."""

import json
import logging

import pytest

from cli.logfiles import LogFile
from cli.logs import set_up, withhold


@pytest.fixture
def _as_before():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_where_a_child_went_is_left_out(level) -> None:
    line = withhold(None, level, {"event": "relayed", "host": "a.example", "bytes": 3})
    assert line == {"event": "relayed", "bytes": 3}


def test_who_looks_for_a_fault_sees_hosts_but_never_queries() -> None:
    line = withhold(None, "debug", {"event": "GET https://a.example/s?q=secret ok", "host": "b"})
    assert line == {"event": "GET https://a.example/s?… ok", "host": "b"}


def test_a_question_is_no_query_string() -> None:
    assert withhold(None, "info", {"event": "really? yes"}) == {"event": "really? yes"}


@pytest.mark.usefixtures("_as_before")
def test_lines_of_every_library_are_json(capsys) -> None:
    set_up("info", "panel")
    logging.getLogger("some.library").warning(
        "said %s", "this", extra={"host": "a.example", "n": 1}
    )
    logging.getLogger("mitmproxy.proxy").setLevel(logging.INFO)
    logging.getLogger("mitmproxy.proxy").warning("server connect a.example")
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["n"]) == ("said this", "warning", 1)
    assert said["process"] == "panel"
    assert "host" not in said


def test_a_full_log_file_moves_up_and_the_oldest_falls_off(tmp_path) -> None:
    log = LogFile(tmp_path / "a.log", largest=10, kept=2)
    for word in (b"first---\n", b"second--\n", b"third---\n", b"fourth--\n"):
        log.write(word)
    log.close()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.log": b"fourth--\n",
        "a.log.1": b"third---\n",
        "a.log.2": b"second--\n",
    }
    assert log.last_line() == "fourth--"
