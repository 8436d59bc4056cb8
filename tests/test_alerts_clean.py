"""Text from strangers made fit for lines, headers and links; sentences cut and marked."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.models import Span
from monitor.wording.clean import host, many_lines, one_line, safe_url, token
from monitor.wording.marks import mark, merge


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6),
    st.integers(10, 100),
)
@settings(max_examples=150, deadline=None)
def test_marks_cover_exactly_the_spans(sentence: str, pairs: list[tuple[int, int]], limit: int) -> None:
    """Whatever the spans, pieces in order give back the scrubbed sentence, and each marked one lies in a span."""
    spans = [Span(start=start, end=end) for start, end in pairs]
    pieces = mark(sentence, spans, limit=1000)
    assert one_line("".join(piece.text for piece in pieces), 1000) == one_line(sentence, 1000)
    covered = "".join(sentence[span.start : span.end] for span in merge(spans, len(sentence)))
    assert one_line("".join(piece.text for piece in pieces if piece.term), 1000) == one_line(covered, 1000)
    assert sum(len(piece.text) for piece in mark(sentence, spans, limit)) <= limit + 2


def test_long_sentence_is_cut_around_its_first_term() -> None:
    """A sentence of 5,000 characters shows a window with the term in it, and ellipses where it was cut."""
    sentence = "word " * 500 + "Libya" + " word" * 500
    pieces = mark(sentence, (Span(start=2500, end=2505),))
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("…word ")
    assert shown.endswith(" word…")
    assert len(shown) <= 602
    assert [piece.text for piece in pieces if piece.term] == ["Libya"]


@pytest.mark.parametrize(
    ("url", "safe", "shown"),
    [
        ("https://www.news.example/a", "https://www.news.example/a", "news.example"),
        ("HTTP://News.Example:8080/a", "http://news.example:8080/a", "news.example"),
        ("https://пример.example/б?в=1#г", None, "xn--e1afmkfd.example"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a", "2001:db8::1"),
        ("https://news.example/a\"|<b>'", "https://news.example/a%22%7C%3Cb%3E'", "news.example"),
        ("https://news.example/50%25?a=b&c=d+e", "https://news.example/50%25?a=b&c=d+e", "news.example"),
    ],
)
def test_good_address_is_kept_in_ascii(url: str, safe: str | None, shown: str) -> None:
    """An address keeps its meaning; what could break out of a link or look like another host is encoded."""
    found = safe_url(url)
    assert found.isascii()
    assert safe is None or found == safe
    assert host(found) == shown


@given(st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_one_line_has_nothing_that_moves_a_cursor(text: str) -> None:
    """A scrubbed line is one line, without controls, bidi controls or lone surrogates, and stays as it is."""
    line = one_line(text, 60)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)
    assert len(line) <= 60
    assert one_line(line, 60) == line
    line.encode("utf-8")


def test_many_lines_keeps_paired_isolates_only() -> None:
    """Our own isolates pass; an unpaired one, which would leak into the next line, does not."""
    assert many_lines("a \u2068ب\u2069\r\nb\u2069\rc\x1b[2J") == "a \u2068ب\u2069\nb\nc[2J"


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_token_fits_a_header(text: str) -> None:
    """Any id becomes a short run of letters, digits, dots, hyphens and underscores, always the same one."""
    plain = set(string.ascii_letters + string.digits + "._-")
    assert set(token(text)) <= plain
    assert 0 < len(token(text)) <= 64
    assert token(text) == token(text)


def test_plain_ids_keep_themselves_and_others_stay_apart() -> None:
    """A plain id is its own token; two strange ones do not collide."""
    assert token("01J8Z4-libya_russia.1") == "01J8Z4-libya_russia.1"
    assert token("a b") != token("a c")
