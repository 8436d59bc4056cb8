"""A LibreTranslate server of one's own: what it is asked, what it says, and every way in which it can go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libretranslate_fake import LANGUAGES, FakeLibreTranslate, answer
from network_fakes import FakeClock, FakeNames
from servers import Canary, RawServer, hang, reset, response

from monitor.config import Config, HttpSettings, TranslationSettings, WorkerSettings
from monitor.errors import TranslateError
from monitor.models import Output
from monitor.run.libretranslate import MAX_ANSWER, Remote, connect
from monitor.translate import remote
from monitor.translate.remote import Limits

T = TypeVar("T")
KEY = "0f3c-hunter2-77aa"


def config(server: str, key: str = "", seconds: int = 20) -> Config:
    return Config(
        http=HttpSettings(proxy="http://proxy.invalid:3128"),
        translation=TranslationSettings(backend="libretranslate", server=server),
        workers=WorkerSettings(translate_wall_seconds=seconds),
        api_key=key,
    )


def ask(
    setup: Config, use: Callable[[Remote], Awaitable[T]], clock: FakeClock | None = None, names: FakeNames | None = None
) -> T:
    async def scenario() -> T:
        async with connect(setup, clock or FakeClock(), names or FakeNames()) as server:
            return await use(server)

    return asyncio.run(scenario())


def translate(fake: FakeLibreTranslate, texts: list[str], key: str = "", source: str = "fr") -> list[str]:
    outputs = ask(config(fake.address, key), lambda server: server.outputs(texts, source, "en"))
    assert outputs == [Output(text=output.text) for output in outputs]
    return [output.text for output in outputs]


def failure(fake: FakeLibreTranslate, key: str = "", seconds: int = 20) -> TranslateError:
    with pytest.raises(TranslateError) as caught:
        ask(config(fake.address, key, seconds), lambda server: server.outputs(["Un.", "Deux."], "fr", "en"))
    return caught.value


# ── languages ────────────────────────────────────────────────────────────────────────────────────


def test_languages_by_our_codes() -> None:
    """The server's codes become those that articles carry; a language that leads elsewhere is left out."""
    with FakeLibreTranslate() as fake:
        found = ask(config(fake.address), lambda server: server.languages("en"))
    assert found == {"fr", "nb", "no", "nn", "pb", "pt", "zh"}


@pytest.mark.parametrize(
    ("source", "spelled"),
    [("fr", "fr"), ("no", "nb"), ("nn", "nb"), ("pt", "pt-BR"), ("pt-BR", "pt-BR"), ("zh", "zh-Hans")],
)
def test_it_is_asked_by_its_own_codes(source: str, spelled: str) -> None:
    """A language is asked for as the server spells it."""
    with FakeLibreTranslate() as fake:
        translate(fake, ["x"], source=source)
        assert [(body["source"], body["target"]) for body in fake.asked] == [(spelled, "en")]


def test_a_language_it_lacks_is_named() -> None:
    """A pair that the server does not have is refused for good, by name, and no text is sent."""
    with FakeLibreTranslate() as fake:
        with pytest.raises(TranslateError, match="no way from eo to en") as caught:
            translate(fake, ["x"], source="eo")
        assert caught.value.permanent
        assert fake.asked == []


@pytest.mark.parametrize(
    ("entry", "ways"),
    [
        ({"code": "fr", "targets": ["en"]}, 1),
        ({"code": "fr", "targets": ["en", 7, None, "", "x y", "e" * 90]}, 1),
        ({"code": "fr", "targets": "en"}, 0),
        ({"code": "fr"}, 0),
        ({"code": 7, "targets": ["en"]}, 0),
        ({"code": "../en", "targets": ["en"]}, 0),
        ({"code": "en", "targets": ["en"]}, 0),
        ("fr", 0),
        (None, 0),
    ],
)
def test_only_languages_are_taken_from_the_list(entry: object, ways: int) -> None:
    """Entries and targets that are no language are passed over, the rest of the list serves."""
    assert len(remote.read_ways(json.dumps([entry, LANGUAGES[-1]]).encode())) == ways + 1


@pytest.mark.parametrize("body", [b"", b"{}", b"7", b"<html>", b"[" * 100_000, json.dumps([{}] * 501).encode()])
def test_what_is_no_list_of_languages(body: bytes) -> None:
    """Anything else than a list of reasonable length is an error that names the setting to look at."""
    with pytest.raises(TranslateError, match=r"translation\.server"):
        remote.read_ways(body)


# ── translations ─────────────────────────────────────────────────────────────────────────────────


def test_texts_come_back_in_order() -> None:
    """One output for each text, repeated and blank ones included; each is sent once, as plain text."""
    with FakeLibreTranslate() as fake:
        assert translate(fake, ["un", "deux", "", " ", "un"]) == ["UN", "DEUX", "", "", "UN"]
        assert fake.asked == [{"q": ["un", "deux"], "source": "fr", "target": "en", "format": "text"}]


def test_a_server_below_a_path() -> None:
    """The address may have a path, with or without a slash at its end."""
    with FakeLibreTranslate(prefix="/lt") as fake:
        assert translate(fake, ["un"]) == ["UN"]
        found = ask(config(f"{fake.address}/"), lambda server: server.outputs(["un"], "fr", "en"))
        assert found == [Output(text="UN")]


def test_requests_are_bounded() -> None:
    """No request holds more than 50 texts or 5,000 characters."""
    texts = [f"{number} {'mot ' * (number % 60)}".strip() for number in range(400)]
    with FakeLibreTranslate() as fake:
        assert translate(fake, texts) == [text.upper() for text in texts]
        assert max(map(len, fake.batches)) <= 50
        assert max(sum(map(len, batch)) for batch in fake.batches) <= 5000
        assert len(fake.batches) < 20


def test_a_stated_limit_is_kept_from_the_start() -> None:
    """A text longer than the stated limit is sent in pieces, cut between words; nothing is refused."""
    text = "le ministre a dit que la réunion aurait lieu demain matin à Tripoli"
    with FakeLibreTranslate(char_limit=30) as fake:
        assert translate(fake, [text, "court"]) == [text.upper(), "COURT"]
        assert len(fake.asked) == len(fake.batches)
        assert {piece for batch in fake.batches for piece in " ".join(batch).split()} == {*text.split(), "court"}


@pytest.mark.parametrize(
    "limits", [{"batch_limit": 3}, {"true_char_limit": 25}, {"batch_limit": 2, "true_char_limit": 40}]
)
def test_limits_it_does_not_state_are_learnt(limits: dict[str, int]) -> None:
    """Refused as too long, the texts go out in smaller parts, and later requests are small at once."""
    texts = [f"phrase {number} de longueur moyenne, sans plus" for number in range(20)]

    async def twice(server: Remote) -> tuple[list[Output], int, list[Output]]:
        first = await server.outputs(texts, "fr", "en")
        refused = len(fake.asked) - len(fake.batches)
        again = await server.outputs(texts, "fr", "en")
        assert len(fake.asked) - len(fake.batches) == refused
        return first, refused, again

    with FakeLibreTranslate(**limits) as fake:
        first, refused, again = ask(config(fake.address), twice)
    assert [output.text for output in first] == [text.upper() for text in texts]
    assert first == again
    assert 1 <= refused <= 3


@pytest.mark.parametrize("refusal", [response(413), answer(400, {"error": "text too long"})])
def test_a_refusal_without_numbers_halves(refusal: bytes) -> None:
    """413 from a proxy, or other words for too long: half as many texts, until it is taken."""
    with FakeLibreTranslate() as fake:
        fake.script = [refusal, refusal]
        assert translate(fake, ["a", "b", "c", "d", "e"]) == ["A", "B", "C", "D", "E"]
        assert [len(body["q"]) for body in fake.asked] == [5, 2, 1, 1, 1, 1, 1]


def test_a_server_that_takes_nothing() -> None:
    """Whatever numbers it gives, a server that calls everything too long is given up after a few requests."""
    for words in ("text too long", "request (9999) exceeds text limit (9998)", "(5) (4)", "(0) (0)"):
        with FakeLibreTranslate() as fake:
            fake.script = [answer(400, {"error": words})] * 100
            with pytest.raises(TranslateError):
                translate(fake, ["un deux trois " * 100] * 50)
            assert len(fake.asked) <= 17


def test_an_odd_output_is_made_fit_to_keep() -> None:
    """Line breaks would break paragraphs, and halves of surrogate pairs cannot be stored: both are replaced."""
    with FakeLibreTranslate() as fake:
        fake.script = [answer(200, {"translatedText": [" a\nb\x00\u2028c ", "x\ud800y"]})]
        assert translate(fake, ["un", "deux"]) == ["a b c", "x\N{REPLACEMENT CHARACTER}y"]


def test_what_was_translated_before_a_failure_is_not_asked_again() -> None:
    """With requests rationed, each attempt gets further: the second begins where the first was stopped."""
    texts = [f"phrase {number}" for number in range(120)]
    clock = FakeClock()

    async def two_attempts(server: Remote) -> list[Output]:
        await server.outputs(["x"], "fr", "en")
        fake.script = []
        fake.translate_with([fake._reply, answer(429, {"error": "Slowdown: 1 per 1 minute"}), fake._reply])
        with pytest.raises(TranslateError) as caught:
            await server.outputs(texts, "fr", "en")
        clock.advance((caught.value.retry_after or timedelta()).total_seconds())
        return await server.outputs(texts, "fr", "en")

    with FakeLibreTranslate() as fake:
        outputs = ask(config(fake.address), two_attempts, clock)
        assert [output.text for output in outputs] == [text.upper() for text in texts]
        assert [len(batch) for batch in fake.batches] == [1, 50, 50, 20]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("header", "seconds"), [({"Retry_After": "120"}, 120), ({}, 60)])
def test_429_is_waited_for(header: dict[str, str], seconds: int) -> None:
    """Too many requests: the error says how long, a minute if the server does not, and nobody asks sooner."""
    clock = FakeClock()

    async def hasty(server: Remote) -> None:
        with pytest.raises(TranslateError) as caught:
            await server.outputs(["un"], "fr", "en")
        assert (caught.value.retry_after, caught.value.permanent) == (timedelta(seconds=seconds), False)
        assert "Slowdown: 80 per 1 minute" in str(caught.value)
        clock.advance(seconds - 1)
        with pytest.raises(TranslateError) as early:
            await server.outputs(["un"], "fr", "en")
        assert early.value.retry_after == timedelta(seconds=1)
        assert len(fake.asked) == 1
        clock.advance(1)
        assert await server.outputs(["un"], "fr", "en") == [Output(text="UN")]

    with FakeLibreTranslate() as fake:
        fake.script = [answer(429, {"error": "Slowdown: 80 per 1 minute"}, **header)]
        ask(config(fake.address), hasty, clock)


def test_the_key_is_sent_in_the_body_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """The right key translates; a wrong one is refused for good, in words without it, whatever the server repeats."""
    caplog.set_level("DEBUG")
    with FakeLibreTranslate(key=KEY) as fake:
        assert translate(fake, ["un"], key=KEY) == ["UN"]
        assert KEY not in "".join(request.raw.decode() for request in fake.requests)
        wrong = f"{KEY}-not"
        fake.script = [answer(403, {"error": f"Invalid API key {wrong}"})]
        setup = config(fake.address, wrong)
        with pytest.raises(TranslateError) as caught:
            ask(setup, lambda server: server.outputs(["un"], "fr", "en"))
    said = str(caught.value)
    assert caught.value.permanent
    assert 'It says: "Invalid API key ***"' in said
    assert "translation.api_key_env" in said
    assert not any(KEY in text for text in (said, str(caught.value.__cause__), repr(setup), caplog.text))


@pytest.mark.parametrize(
    ("status", "permanent", "words"),
    [
        (400, True, "xx is not supported"),
        (400, True, "Visit https://portal.example to get an API key"),
        (403, True, "Too many request limits violations"),
        (404, False, "Not found"),
        (500, False, "Cannot translate text: boom"),
        (502, False, "Bad gateway"),
        (503, False, "Loading models"),
    ],
)
def test_refusals_in_the_words_of_the_server(status: int, permanent: bool, words: str) -> None:
    """What cannot succeed later is permanent, the rest passes; either way the server's own words are shown."""
    with FakeLibreTranslate() as fake:
        fake.translate_with(answer(status, {"error": words}))
        error = failure(fake)
        assert (error.permanent, str(status) in str(error), words in str(error)) == (permanent, True, True)
        assert len(fake.seen("/translate")) == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b"", "not JSON"),
        (b'{"translatedText": ["one"', "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"9" * 10_000, "not JSON"),
        (b"[]", "no list of translations"),
        (b"{}", "no list of translations"),
        (b'{"translatedText": "one two"}', "no list of translations"),
        (b'{"translatedText": ["one", 2]}', "no list of translations"),
        (b'{"translatedText": ["one", null]}', "no list of translations"),
        (b'{"translatedText": ["one"]}', "asked for 2 translations and gave 1"),
        (b'{"translatedText": ["one", "two", "three"]}', "asked for 2 translations and gave 3"),
        (b'\xff\xfe{"translatedText"', "not JSON"),
    ],
)
def test_wrong_answers(body: bytes, says: str) -> None:
    """An answer that is no translation of what was sent is an error, never a translation."""
    with FakeLibreTranslate() as fake:
        fake.translate_with(response(200, {"Content-Type": "application/json"}, body))
        assert says in str(failure(fake))


def test_a_huge_answer_is_refused() -> None:
    """An answer beyond the cap is dropped before it is read to its end, plain or compressed."""
    with FakeLibreTranslate() as fake:
        fake.translate_with(answer(200, {"translatedText": ["one", "x" * MAX_ANSWER]}))
        error = failure(fake)
        assert "more than 1 MB" in str(error)
        assert not error.permanent


def test_no_answer() -> None:
    """A server that hangs is left after the wall time of a batch, one that hangs up at once: both may pass."""
    with FakeLibreTranslate() as fake:
        fake.translate_with(hang)
        error = failure(fake, seconds=1)
        assert "within 1 s" in str(error)
        fake.translate_with(reset)
        assert "hung up" in str(failure(fake))
        assert len(fake.seen("/translate")) == 2
        assert not error.permanent


def test_a_redirect_is_refused() -> None:
    """The texts and the key are not carried to another place: the error names it, and nobody goes there."""
    with FakeLibreTranslate() as fake, Canary() as canary:
        fake.translate_with(response(307, {"Location": canary.url("/translate")}))
        assert canary.url("/translate") in str(failure(fake, key=KEY))
        fake.route("/languages", response(301, {"Location": canary.url("/languages")}))
        assert "configure the final address" in str(failure(fake))
        assert canary.accepts == 0


def test_settings_it_keeps_to_itself() -> None:
    """A server without /frontend/settings, or with nonsense there, translates all the same."""
    for reply in (response(404), response(500), answer(200, []), response(200, {}, "<html>")):
        with FakeLibreTranslate() as fake:
            fake.route("/frontend/settings", reply)
            assert translate(fake, ["un"]) == ["UN"]


@pytest.mark.parametrize(
    ("stated", "characters"), [(-1, 5000), (0, 5000), (True, 5000), ("9", 5000), (2000, 2000), (10**9, 5000), (3, 20)]
)
def test_stated_limits(stated: object, characters: int) -> None:
    """A limit counts when it is a number above 0, and never raises our own."""
    assert remote.read_limits(json.dumps({"charLimit": stated}).encode()) == Limits(characters=characters)


# ── where it may live ────────────────────────────────────────────────────────────────────────────


def test_a_name_inside_the_network() -> None:
    """`http://libretranslate:5000` in a private network is asked, directly, although feeds go through a proxy."""
    names = FakeNames({"libretranslate": [["127.0.0.1"]]})
    with FakeLibreTranslate() as fake:
        address = fake.url("", host="libretranslate")
        outputs = ask(config(address), lambda server: server.outputs(["un"], "fr", "en"), names=names)
        assert outputs == [Output(text="UN")]
        assert fake.requests[0].headers["host"] == f"libretranslate:{fake.port}"


@pytest.mark.parametrize("server", ["http://libretranslate:{port}", "http://127.0.0.1:{port}"])
def test_nothing_else_is_opened(server: str) -> None:
    """Through the same client, other names, ports and addresses of the network stay closed."""
    names = FakeNames({"libretranslate": [["127.0.0.1"]], "inside.test": [["127.0.0.1"]]})

    async def wander(remote_server: Remote) -> None:
        assert await remote_server.languages("en")
        for url in elsewhere:
            other = Remote(remote_server._client, url)
            with pytest.raises(TranslateError, match="not connected to") as caught:
                await other.languages("en")
            assert caught.value.permanent

    with FakeLibreTranslate() as fake, Canary() as canary:
        elsewhere = [
            f"http://libretranslate:{canary.port}",
            f"http://127.0.0.1:{canary.port}",
            f"http://inside.test:{fake.port}",
            f"http://127.0.0.2:{fake.port}",
            f"http://[::ffff:127.0.0.1]:{canary.port}",
            "http://169.254.169.254",
        ]
        ask(config(server.format(port=fake.port)), wander, names=names)
        assert canary.accepts == 0
        assert {request.path for request in fake.requests} == {"/languages"}


def test_one_that_is_not_there() -> None:
    """An unknown name, or nobody listening, is an error that passes."""
    with RawServer() as gone:
        port = gone.port
    for server, says in (
        (f"http://127.0.0.1:{port}", "could not be reached"),
        ("http://lt.test", "could not be found"),
    ):
        with pytest.raises(TranslateError, match=says) as caught:
            ask(config(server), lambda one: one.languages("en"))
        assert not caught.value.permanent


# ── anything at all ──────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.text(max_size=300), max_size=30), st.integers(20, 400), st.integers(1, 50))
@settings(max_examples=100)
def test_cutting_loses_nothing(texts: list[str], characters: int, most: int) -> None:
    """Whatever the texts and the limits, every batch fits and every character that is no space is sent, in order."""
    limits = Limits(texts=most, characters=characters)
    pieces = [piece for text in texts for piece in remote.cut(text, characters)]
    batches = list(remote.batches(pieces, limits))
    assert all(limits.admit(batch) for batch in batches)
    sent = "".join("".join(batch) for batch in batches)
    assert "".join(sent.split()) == "".join("".join(texts).split())


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["code", "targets", "translatedText", "error", "charLimit"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSONS | st.binary(max_size=30), st.integers(0, 3))
@settings(max_examples=200)
def test_no_answer_is_believed_blindly(said: Any, count: int) -> None:
    """Whatever JSON or bytes a server says, reading it gives values of the right shape or TranslateError."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    assert isinstance(remote.read_limits(body), Limits)
    words = remote.read_error(body)
    assert len(words.encode()) <= 800
    assert "\n" not in words
    with contextlib.suppress(TranslateError):
        assert len(remote.read_translations(body, count)) == count
    with contextlib.suppress(TranslateError):
        assert all(len(way.spelled) == 2 for way in remote.read_ways(body))
