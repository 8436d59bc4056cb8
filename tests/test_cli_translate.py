"""`monitor translate` as people call it: marks, JSON, the file and the pipe, and what it says to what it cannot do."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from daemons import write_config
from newsrooms import MODEL

from monitor import cli
from monitor.translate.install import install

TEXT = "Le ministre a rencontré le président mardi à Paris.\n\nIl pleut. L'ANL a pris 450 villages le 12 mars 2024."
LOOP = "mot " * 120


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Translate = Callable[..., Said]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration beside the small model and a glossary of its own."""
    folder = tmp_path_factory.mktemp("newsroom")
    write_config(folder)
    install(MODEL, folder / "models")
    (folder / "glossary.toml").write_text('[fr]\n"ANL" = "LNA"\n"Paris" = "Paris"\n', "utf-8")
    return folder


@pytest.fixture
def translate(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Translate:
    """Calls the command as the console script does, with a text piped in."""

    def call(text: bytes | str, *words: str) -> Said:
        piped = io.TextIOWrapper(io.BytesIO(text.encode() if isinstance(text, str) else text))
        monkeypatch.setattr(sys, "stdin", piped)
        monkeypatch.setattr(sys, "argv", ["monitor", "-c", str(folder / "config.toml"), "translate", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    return call


def test_a_text_is_translated_line_by_line(translate: Translate) -> None:
    """The translation on the output, what it was made with beside it; what the glossary changed is told."""
    said = translate(TEXT, "--from", "fr")
    assert said.code == 0
    lines = said.out.splitlines()
    assert "minister" in lines[0]
    assert lines[1] == ""
    assert "LNA" in lines[2]
    assert "450" in lines[2]
    assert "By translate-fr_en-0.1; score" in said.err


def test_json_has_sentences_scores_checks_and_timings(translate: Translate) -> None:
    """Machines get each sentence beside its source, the checks it failed, its score, and the seconds."""
    said = translate(TEXT, "--from", "fr", "--json")
    plain = json.loads(said.out)
    assert (plain["source_language"], plain["target_language"]) == ("fr", "en")
    assert [s["source"] for s in plain["sentences"]][1] == "Il pleut."
    assert all(bool(s["checks"]) == bool(s["unverified"]) for s in plain["sentences"])
    assert all({"target", "unverified", "checks", "score", "glossary"} <= s.keys() for s in plain["sentences"])
    assert 0 < plain["score"] < 100
    assert 0 < plain["seconds"]["translating"] <= plain["seconds"]["total"]


def test_a_doubtful_sentence_is_numbered_and_explained(translate: Translate) -> None:
    """Its number stands behind it; below stand the reason and the original, free of control characters."""
    said = translate("\x1b[31mQarz wexel 987654 brumf \x07 zok 4711 tlim.", "--from", "fr")
    assert said.code == 0
    assert "[1]" in said.out.splitlines()[0]
    assert "Unverified: 1 of 1 sentences." in said.out
    assert "\n[1] " in said.out
    assert "Qarz" in said.out.split("Unverified")[1]
    assert "\x1b" not in said.out + said.err
    assert "\x07" not in said.out + said.err


def test_a_file_whose_language_is_found_out(translate: Translate, tmp_path: Path) -> None:
    """Without --from the language is identified and said."""
    path = tmp_path / "text.txt"
    path.write_text(TEXT, "utf-8")
    said = translate("", str(path))
    assert said.code == 0
    assert "Language: fr" in said.err


@pytest.mark.parametrize(
    ("text", "words", "error"),
    [
        ("", ("--from", "fr"), "There is no text. Pipe one in"),
        ("hi", ("--from", "xx"), "No package leads from xx to en. Install one: monitor models install xx."),
        ("It rained in Tripoli all day long.", (), "in en already"),
        ("12345", (), "The language cannot be told from this text. Name it: --from fr"),
        ("It rains.", ("--from", "en"), "already, the working language"),
        ("x" * 1_000_001, ("--from", "fr"), "more than 1,000,000 characters"),
        ("\N{GRINNING FACE}" * 1_000_001, ("--from", "fr"), "more than 1,000,000 characters"),
    ],
)
def test_what_it_cannot_do(translate: Translate, text: str, words: tuple[str, ...], error: str) -> None:
    """Each refusal names the thing and the remedy, on the error stream, with exit code 1."""
    said = translate(text, *words)
    assert (said.code, said.out) == (1, "")
    assert error in said.err


def test_bytes_that_are_no_text(translate: Translate) -> None:
    """Noise is translated as what it is, marked, and neither fails nor reaches the terminal."""
    said = translate(bytes(range(256)) * 2, "--from", "fr")
    assert said.code == 0
    assert not set(said.out) & {chr(n) for n in range(32) if chr(n) not in "\n\t"}
