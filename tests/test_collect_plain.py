"""monitor.collect.plain: HTML fragments → the text a person would read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect import plain


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<p>two", "one\ntwo"),
        ("one<br>two<br/><br />three", "one\ntwo\nthree"),
        ("<h2>Head</h2>text<ul><li>a</li><li>b</li></ul>", "Head\ntext\na\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\nb\nc"),
        ("<p>wrapped\n  in the\tsource</p>", "wrapped in the source"),
        ("a <b>bold</b>, <a href='x'>linked</a> word", "a bold, linked word"),
        ("un<b>broken</b>", "unbroken"),
        ("one\n\ntwo\nstill two", "one\ntwo still two"),
        ("one <i>x</i>\n\ntwo", "one x\ntwo"),
        ("a<script>var b = '<p>c</p>';</script>d<style>p{}</style>e", "ade"),
        ("a<!-- b -->c<iframe>d</iframe>", "ac"),
        ("<img src=x onerror='alert(1 > 2)'>t", "t"),
        ("AT&amp;T &lt;3 &nbsp;caf&eacute; &#8217; &hellip;", "AT&T <3 café ’ …"),
        ("&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "one\ntwo"),
        ("&amp;lt;p&amp;gt;one&amp;lt;/p&amp;gt;", "one"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("x &#55296; y", "x \ufffd y"),
        ("<p>نص <b>عربي</b></p><p>二</p>", "نص عربي\n二"),
        ("<div>" * 300 + "deep" + "</div>" * 300, "deep"),
        ("<div>" * 300 + "<p>deep</p><p>deeper</p>", "deep\ndeeper"),
        ("<p>Li&shy;bya&#8203;n</p>", "Libyan"),
        ("<>", "<>"),
        ("<", "<"),
    ],
)
def test_fragments(fragment: str, text: str) -> None:
    """Each fragment gives its paragraphs, one a line, without what nobody sees."""
    assert plain.to_text(fragment) == text


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["<p>", "</p>", "<br>", "<b", ">", "&amp;", "&#x", ";", "<!--", "-->", "<![CDATA[", "\x00", "\ud800"]
            ),
            st.text(max_size=6),
        ),
        max_size=20,
    ).map("".join)
)
def test_any_text_gives_clean_text(fragment: str) -> None:
    """No fragment raises, and the text has no empty lines, no surrogates and nothing to trim."""
    text = plain.to_text(fragment)
    text.encode()
    assert all(line and line == line.strip() for line in text.split("\n")) or not text
    assert "\n" not in plain.to_line(fragment)
