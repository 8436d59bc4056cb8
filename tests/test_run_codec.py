"""Values cross the pipe to a child process and back unchanged; anything else is refused by name."""

from __future__ import annotations

import copy
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import Config
from monitor.errors import DeliveryError, MonitorError, QueryError, StatusError
from monitor.models import Channel, Entry, Fetched, ParsedFeed, Redirect, Stage, Validators
from monitor.run.codec import CodecError, decode, encode, reference, resolve

TEXT = st.text(st.characters(codec=None), max_size=30)  # lone surrogates included
TIMES = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | TEXT
    | st.binary(max_size=200)
    | TIMES
    | st.timedeltas()
    | st.sampled_from(Stage)
    | st.builds(Path, st.sampled_from(["a", "/b/c", "d e/ж"]))
    | st.builds(Entry, title=TEXT, published=st.none() | TIMES, authors=st.lists(TEXT, max_size=3).map(tuple))
    | st.builds(Fetched, url=TEXT, status=st.integers(), body=st.binary(max_size=99), max_age=st.timedeltas())
)
KEYS = TEXT | st.integers() | st.tuples(TEXT, st.sampled_from(Stage))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(KEYS, max_size=4)
        | st.frozensets(KEYS, max_size=4)
    ),
    max_leaves=15,
)


def shape(value: object) -> object:
    """The value with the type of every part beside it, so that `True == 1` or `[] == []` hides nothing."""
    if isinstance(value, list | tuple):
        return type(value), [shape(item) for item in value]
    if isinstance(value, dict):
        return dict, [(shape(key), shape(item)) for key, item in value.items()]
    return type(value), value


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_every_kind_of_value_comes_back_as_it_was(value: object) -> None:
    """Nested containers, our dataclasses, times, paths, enums and bytes survive with their types."""
    assert shape(decode(encode(value))) == shape(value)


@pytest.mark.parametrize(
    "error",
    [
        MonitorError("plain"),
        StatusError("gone", status=410, permanent=True),
        StatusError("busy", status=429, retry_after=timedelta(seconds=9)),
        QueryError("here", query="a AND", position=5),
        DeliveryError("no", refused=("a@b.example",), weight=0.5),
    ],
    ids=lambda error: error.kind,
)
def test_errors_of_the_tree_keep_their_class_and_attributes(error: MonitorError) -> None:
    """An error raised in a child says the same things in the daemon."""
    back = decode(encode(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.__dict__ == error.__dict__
    assert copy.copy(back).__dict__ == error.__dict__


def test_settings_and_secrets_cross() -> None:
    """A whole configuration crosses, secret included: the child that needs one gets it by argument alone."""
    config = Config(channels=(Channel(name="desk", kind="slack", secret="s3cret"),))
    back = decode(encode(config))
    assert back == config
    assert back.channels[0].secret == "s3cret"


def test_a_large_page_is_carried_as_it_is() -> None:
    """Ten megabytes of body add less than a kilobyte to the frame."""
    body = bytes(range(256)) * 40_000
    page = Fetched(url="https://a.example/", status=200, body=body, redirects=(Redirect(status=301, url="x"),))
    frame = encode((page, b"", b"tail"))
    assert len(frame) - len(body) < 1000
    assert decode(frame) == (page, b"", b"tail")


def test_defaults_of_the_reader_do_not_matter() -> None:
    """Every field is carried, also those at their default."""
    feed = ParsedFeed(kind="rss", entries=(Entry(title="t"),))
    assert b"dropped" not in encode(feed)
    assert decode(encode(feed)) == feed


@pytest.mark.parametrize(
    "value", [object(), lambda: 1, 1j, range(3), ValueError("no")], ids=lambda value: type(value).__name__
)
def test_other_values_are_refused_by_name(value: object) -> None:
    """A value the codec does not know is an error at the sender that names its type."""
    with pytest.raises(CodecError, match=type(value).__name__):
        encode([value])


@pytest.mark.parametrize("name", ["os:system", "monitorx.a:b", "monitor.models:", "monitor.models:Entry.x y", "x"])
def test_names_outside_the_packages_are_refused(name: str) -> None:
    """Only functions and classes of the packages named by the reader can be referred to."""
    with pytest.raises(CodecError):
        resolve(name)


def test_a_reference_leads_back() -> None:
    """`resolve` undoes `reference`."""
    assert resolve(reference(Validators)) is Validators


@pytest.mark.parametrize(
    "header",
    [
        '["c","monitor.models:SystemClock"]',
        '["c","monitor.run.codec:resolve"]',
        '["c","subprocess:Popen","true"]',
        '["x","monitor.models:Entry","m",["m"]]',
        '["e","monitor.models:Entry","m"]',
        '["b",5]',
        '["?"]',
        "{",
    ],
)
def test_forged_frames_are_refused(header: str) -> None:
    """A child cannot make the daemon build anything but dataclasses, StrEnums and errors of the tree."""
    with pytest.raises(CodecError):
        decode(len(header).to_bytes(4, "big") + header.encode())


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_are_a_codec_error(frame: bytes) -> None:
    """Whatever a dying child leaves in the pipe, the reader raises one known error or finds a scalar."""
    try:
        value = decode(frame)
    except CodecError:
        return
    assert isinstance(value, str | int | float | dict | type(None))
