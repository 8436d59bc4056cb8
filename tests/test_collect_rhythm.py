"""When a feed is asked next, what a failure costs, when a move is believed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_fakes import NOON

from monitor.collect.rhythm import SPREAD, after_failure, after_success, validators_to_send
from monitor.config import CollectSettings
from monitor.errors import BlockedError, ConnectError, MonitorError, NameError_, ParseError, StatusError
from monitor.models import Entry, Feed, FeedState, Fetched, ParsedFeed, Redirect, Validators

URL = "https://news.example/feed"
SETTINGS = CollectSettings()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TAG = Validators(etag='"1"')


def state(**changes: Any) -> FeedState:
    return FeedState(**{"feed_id": 1, "url": URL, "poll_url": URL, **changes})


def entries(count: int, gap: timedelta, newest: timedelta = timedelta(0)) -> tuple[Entry, ...]:
    """`count` entries `gap` apart, the newest one dated `newest` ago."""
    return tuple(Entry(title=str(number), published=NOON - newest - gap * number) for number in range(count))


def success(
    before: FeedState,
    found: tuple[Entry, ...] | None = (),
    new: int = 0,
    *,
    feed: Feed | None = None,
    now: datetime = NOON,
    body_hash: str | None = None,
    ttl: timedelta | None = None,
    rules: CollectSettings = SETTINGS,
    **fetched: Any,
) -> FeedState:
    """The state after an answer; `found` None stands for a 304."""
    answer = Fetched(**{"url": URL, "status": 304 if found is None else 200, "validators": TAG, **fetched})
    parsed = None if found is None else ParsedFeed(kind="rss", entries=found, ttl=ttl)
    return after_success(before, feed or Feed(url=URL), answer, parsed, new, body_hash, now, rules)


def fail(before: FeedState, error: MonitorError, times: int = 1, now: datetime = NOON) -> list[FeedState]:
    """The states after each of `times` failures, each met when the one before said to come back."""
    states = []
    for _ in range(times):
        before = after_failure(before, error, now, SETTINGS)
        assert before.next_poll_at is not None
        states.append(before)
        now = before.next_poll_at
    return states


def wait(after: FeedState, now: datetime = NOON) -> timedelta:
    assert after.next_poll_at is not None
    return after.next_poll_at - now


def waits(states: list[FeedState]) -> list[timedelta]:
    """How long each failure put the next poll off."""
    moments = [NOON, *(one.next_poll_at for one in states)]
    return [late - early for early, late in itertools.pairwise(moments)]  # type: ignore[operator]


def status(code: int, **more: Any) -> StatusError:
    return StatusError(f"answered {code}", status=code, **more)


# ── the rhythm of a healthy feed ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "gap", "newest", "expected"),
    [
        (50, timedelta(minutes=10), timedelta(0), 10 * MINUTE),  # a wire: never below the configured least
        (30, timedelta(hours=2), timedelta(0), 12 * MINUTE),
        (20, timedelta(hours=10), timedelta(0), HOUR),
        (10, timedelta(days=1), timedelta(0), timedelta(hours=2.4)),
        (10, timedelta(days=7), timedelta(0), timedelta(hours=16.8)),
        (20, timedelta(hours=2), timedelta(days=3), timedelta(hours=7.2)),  # quiet for three days
        (20, timedelta(hours=2), timedelta(days=90), DAY),  # quiet for long: never above the configured most
    ],
)
def test_interval_follows_the_entries(count: int, gap: timedelta, newest: timedelta, expected: timedelta) -> None:
    """On news, a feed is asked again after a tenth of its usual gap, or of its silence if that is longer."""
    after = success(state(), entries(count, gap, newest), count)
    assert after.interval == expected


def test_no_news_never_speeds_up() -> None:
    """Without new entries the interval stays, and grows to a tenth of the silence."""
    calm = state(interval=20 * MINUTE, last_entry_at=NOON - HOUR)
    assert success(calm, entries(10, MINUTE)).interval == 20 * MINUTE
    assert success(calm, None).interval == 20 * MINUTE
    night = state(interval=20 * MINUTE, last_entry_at=NOON - 10 * HOUR)
    assert success(night, None).interval == HOUR
    years = state(interval=20 * MINUTE, last_entry_at=NOON - 1000 * DAY)
    assert success(years, None).interval == DAY


def test_feed_without_dates_adapts_by_news_alone() -> None:
    """Undated entries: news halves the interval, silence lengthens it."""
    undated = (Entry(title="a"), Entry(title="b"))
    assert success(state(interval=HOUR), undated, 1).interval == 30 * MINUTE
    assert success(state(interval=HOUR, last_entry_at=NOON - 30 * HOUR), undated).interval == 3 * HOUR


def test_dates_not_to_be_believed_do_not_count() -> None:
    """Future and suspect dates are left out of the rhythm."""
    wrong = (
        Entry(published=NOON + 400 * DAY),
        Entry(published=NOON + DAY),
        Entry(published=NOON - MINUTE, date_suspect=True),
    )
    assert success(state(interval=HOUR), wrong, 3).interval == 30 * MINUTE
    honest = success(state(), entries(30, 2 * HOUR) + wrong, 3)
    assert honest.interval == 12 * MINUTE


@pytest.mark.parametrize(
    ("ttl", "max_age", "expected"),
    [
        (MINUTE, DAY, DAY),  # A37: the larger counts …
        (6 * HOUR, None, 6 * HOUR),
        (None, 3 * HOUR, 3 * HOUR),
        (MINUTE, MINUTE, 10 * MINUTE),
        (30 * DAY, None, DAY),  # … up to the configured most
    ],
)
def test_stated_freshness_is_a_lower_bound(
    ttl: timedelta | None, max_age: timedelta | None, expected: timedelta
) -> None:
    """A37: ttl and Cache-Control keep us away for as long as they say, within the configured bounds."""
    after = success(state(), entries(50, timedelta(minutes=10)), 50, ttl=ttl, max_age=max_age)
    assert after.interval == expected


def test_declared_interval_is_kept() -> None:
    """An interval declared for a feed is used to the second, whatever the feed, the server or the bounds say."""
    feed = Feed(url=URL, interval=3 * MINUTE)
    for found in (entries(50, MINUTE), entries(5, DAY), None):
        after = success(state(last_entry_at=NOON - 90 * DAY), found, feed=feed, ttl=DAY, max_age=DAY)
        assert after.interval == 3 * MINUTE
        assert wait(after) == 3 * MINUTE


def test_retry_after_on_a_good_answer_is_honoured() -> None:
    """A 200 with Retry-After is not asked again sooner, even at a declared interval."""
    feed = Feed(url=URL, interval=3 * MINUTE)
    assert wait(success(state(), (), feed=feed, retry_after=2 * HOUR)) == 2 * HOUR


@given(
    st.text(max_size=30),
    st.integers(0, 60 * 24 * 60),
    st.integers(0, 3),
    st.integers(1, 1440),
    st.integers(0, 1440),
    st.booleans(),
)
@settings(max_examples=200)
def test_next_poll_lies_within_the_bounds(
    url: str, minutes: int, new: int, least: int, more: int, changed: bool
) -> None:
    """Whatever the feed does, the next poll of a healthy one is at least min and at most max minutes away."""
    rules = CollectSettings(min_interval_minutes=least, max_interval_minutes=least + more)
    before = state(url=url, interval=timedelta(minutes=minutes), last_entry_at=NOON - timedelta(minutes=minutes))
    after = success(before, entries(new + 1, timedelta(minutes=minutes)) if changed else None, new, rules=rules)
    assert timedelta(minutes=least) <= wait(after) <= timedelta(minutes=least + more)


def test_feeds_started_together_drift_apart() -> None:
    """N7: a hundred feeds polled in the same second are not polled in the same second again, at either bound."""
    for interval, gap in ((HOUR, 10 * HOUR), (10 * MINUTE, MINUTE), (DAY, 10 * DAY)):
        after = [success(state(url=f"{URL}/{number}"), entries(20, gap), 20) for number in range(100)]
        moments = sorted(wait(one) for one in after)
        assert len(set(moments)) == 100
        assert moments[-1] - moments[0] > interval * SPREAD / 2
        assert all(interval * (1 - SPREAD) <= moment <= interval * (1 + SPREAD) for moment in moments)


def test_spread_is_the_same_each_time() -> None:
    """Nothing is drawn by chance: the same poll gives the same next poll."""
    assert success(state(), entries(5, DAY), 5) == success(state(), entries(5, DAY), 5)


# ── what is remembered ───────────────────────────────────────────────────────────────────────────


def test_success_heals_everything() -> None:
    """A31: the first answer sets the failures to nothing and takes a feed back from `gone`."""
    ill = state(failures=23.5, status="gone", error_kind="status 410", error="gone", interval=HOUR)
    after = success(ill, entries(20, 10 * HOUR), 1, body_hash="abc")
    assert (after.failures, after.status, after.error_kind, after.error) == (0.0, "ok", None, None)
    assert after.last_poll_at == after.last_success_at == after.last_entry_at == after.last_full_at == NOON
    assert (after.validators, after.body_hash) == (TAG, "abc")
    assert wait(after) < 2 * HOUR


def test_unchanged_answer_keeps_what_we_know() -> None:
    """A1: a 304 keeps hash and dates of the last full answer and moves the next poll on."""
    before = state(body_hash="abc", last_full_at=NOON - DAY, last_entry_at=NOON - HOUR, validators=TAG)
    after = success(before, None, validators=Validators(etag='"2"'))
    assert (after.body_hash, after.last_full_at, after.last_entry_at) == ("abc", NOON - DAY, NOON - HOUR)
    assert after.validators == Validators(etag='"2"')
    assert after.last_success_at == NOON
    assert wait(after) > timedelta(0)


def test_validators_a_server_no_longer_sends_are_forgotten() -> None:
    """A 200 without validators leaves none behind."""
    assert success(state(validators=TAG), validators=Validators()).validators == Validators()


@pytest.mark.parametrize(
    ("last_full", "conditional"),
    [
        (None, False),
        (NOON, True),
        (NOON - 7 * DAY + MINUTE, True),
        (NOON - 7 * DAY, False),
        (NOON + DAY, False),  # the clock was set back
    ],
)
def test_a_full_answer_is_asked_for_every_week(last_full: datetime | None, conditional: bool) -> None:
    """Validators are sent, except when a full answer is due, since some servers say 304 for ever."""
    sent = validators_to_send(state(validators=TAG, last_full_at=last_full), NOON, SETTINGS)
    assert sent == (TAG if conditional else Validators())


def test_thirty_days_of_polling_are_polite() -> None:
    """N6: over 30 days, a server that answers 304 is asked in full once a week and never early."""
    now, one, full, polls = NOON, state(), 0, 0
    while now < NOON + 30 * DAY:
        conditional = validators_to_send(one, now, SETTINGS) != Validators()
        full += not conditional
        polls += 1
        one = success(one, None if conditional else entries(20, 5 * HOUR), 20 * (polls == 1), now=now)
        assert one.next_poll_at is not None
        assert one.next_poll_at >= now + timedelta(minutes=SETTINGS.min_interval_minutes)
        now = one.next_poll_at
    assert full in (4, 5)
    assert polls < 200  # the feed fell silent on the first day


# ── moves ────────────────────────────────────────────────────────────────────────────────────────

MOVED = "https://new.example/feed"


def redirected(before: FeedState, *hops: tuple[int, str]) -> FeedState:
    return success(before, None, redirects=tuple(Redirect(status=code, url=url) for code, url in hops))


@pytest.mark.parametrize("code", [301, 308])
def test_third_permanent_redirect_moves_the_feed(code: int) -> None:
    """A7: after one or two permanent redirects the address stays, after three in a row it is the new one."""
    one = redirected(state(), (code, MOVED))
    two = redirected(one, (code, MOVED))
    three = redirected(two, (code, MOVED))
    assert [(each.poll_url, each.moved_to, each.moved_count) for each in (one, two, three)] == [
        (URL, MOVED, 1),
        (URL, MOVED, 2),
        (MOVED, None, 0),
    ]
    assert three.url == URL  # what is declared stays what it was


@pytest.mark.parametrize("code", [302, 303, 307])
def test_temporary_redirects_never_move_a_feed(code: int) -> None:
    """A8: however often a temporary redirect is seen, the address stays."""
    one = state()
    for _ in range(10):
        one = redirected(one, (code, MOVED))
    assert (one.poll_url, one.moved_count) == (URL, 0)


def test_a_move_must_be_consistent() -> None:
    """Another target, or an answer without redirect, starts the count again."""
    one = redirected(redirected(state(), (301, MOVED)), (301, MOVED))
    assert redirected(one, (301, "https://other.example/")).moved_count == 1
    assert redirected(one).moved_count == 0
    assert redirected(one, (302, MOVED)).moved_to is None


def test_only_the_permanent_head_of_a_chain_counts() -> None:
    """301, 308, then 302: the feed has moved to where the 308 led, not to where the 302 led."""
    chain = ((301, "https://a.example/"), (308, "https://b.example/"), (302, "https://c.example/"))
    assert redirected(state(), *chain).moved_to == "https://b.example/"


def test_no_move_away_from_encryption() -> None:
    """A permanent redirect from https to http is followed, never adopted; the other way round it is."""
    one = state()
    for _ in range(5):
        one = redirected(one, (301, "http://news.example/feed"))
    assert one.poll_url == URL
    plain = state(url="http://news.example/feed", poll_url="http://news.example/feed")
    for _ in range(3):
        plain = redirected(plain, (301, URL))
    assert plain.poll_url == URL


def test_empty_new_address_is_given_up() -> None:
    """A move that leads nowhere is taken back, so that the declared address can show the way again."""
    moved = state(poll_url=MOVED, validators=TAG)
    later = fail(moved, status(404), 6)
    assert [one.poll_url for one in later[:5]] == [MOVED] * 5
    assert (later[5].poll_url, later[5].validators) == (URL, Validators())
    outage = fail(moved, ConnectError("down"), 30)
    assert outage[-1].poll_url == MOVED


# ── failures ─────────────────────────────────────────────────────────────────────────────────────


def close(actual: timedelta, expected: timedelta) -> bool:
    return expected <= actual <= expected * (1 + SPREAD)


def test_hard_failures_double_up_to_a_day() -> None:
    """A31: 15, 30, 60 … minutes, at most a day, still polled after 40 failures, and the count is kept."""
    states = fail(state(status="ok"), status(502), 40)
    expected = [15 * MINUTE * 2**number for number in range(7)] + [DAY] * 33
    assert all(close(actual, wanted) for actual, wanted in zip(waits(states), expected, strict=True))
    assert states[-1].failures == 40.0
    assert states[-1].status == "failing"
    assert (states[-1].error_kind, states[-1].error) == ("status 502", "answered 502")


def test_soft_and_temporary_failures_weigh_less() -> None:
    """Eight name errors cost as much as two refused connections."""
    names = fail(state(), NameError_("no such name"), 8)
    refused = fail(state(), ConnectError("refused"), 2)
    assert names[-1].failures == refused[-1].failures == 2.0
    assert waits(names)[-1] == waits(refused)[-1]
    assert names[-1].error_kind == "name"


def test_missing_feed_is_asked_weekly_after_ten() -> None:
    """A32: nine 404s back off as usual, from the tenth on the feed is asked once a week, for ever."""
    states = fail(state(), status(404), 30)
    assert all(one <= DAY * (1 + SPREAD) for one in waits(states)[:9])
    assert all(close(one, 7 * DAY) for one in waits(states)[9:])
    assert states[-1].status == "failing"


def test_one_404_after_other_failures_is_not_ten() -> None:
    """The week is for feeds that are missing time after time, not for one 404 at the end of an outage."""
    outage = fail(state(), status(500), 12)[-1]
    assert close(wait(after_failure(outage, status(404), NOON, SETTINGS)), DAY)


def test_gone_after_three_410s_over_three_days() -> None:
    """A33: the third 410 in a row, at least three days after the first, marks the feed gone; it is asked weekly."""
    states = fail(state(status="ok"), status(410), 5)
    assert [one.status for one in states] == ["failing", "failing", "gone", "gone", "gone"]
    assert states[2].last_poll_at is not None
    assert states[2].last_poll_at - NOON >= 3 * DAY
    assert all(close(one, 7 * DAY) for one in waits(states)[2:])


def test_410s_are_counted_by_themselves() -> None:
    """Earlier failures of other kinds do not add up to "gone", and a failure between two 410s starts over."""
    broken = fail(state(), status(500), 9)[-1]
    assert fail(broken, status(410), 2)[-1].status == "failing"
    twice = fail(state(), status(410), 2)[-1]
    other = after_failure(twice, status(500), NOON, SETTINGS)
    assert fail(other, status(410), 2)[-1].status == "failing"


def test_gone_stays_gone_until_an_answer() -> None:
    """Another kind of failure does not make a gone feed merely failing; an answer makes it well."""
    gone = fail(state(), status(410), 3)[-1]
    after = after_failure(gone, ConnectError("refused"), NOON, SETTINGS)
    assert after.status == "gone"
    assert close(wait(after), 7 * DAY)
    assert success(after).status == "ok"


def test_retry_after_is_honoured_and_does_not_shorten() -> None:
    """A27, A28: never before Retry-After, and never before the back-off either."""
    asked = after_failure(state(), status(429, retry_after=6 * HOUR), NOON, SETTINGS)
    assert close(wait(asked), 6 * HOUR)
    assert asked.failures == 0.5
    short = after_failure(state(failures=4.0), status(503, retry_after=MINUTE), NOON, SETTINGS)
    assert close(wait(short), 4 * HOUR)


def test_paused_host_costs_nothing() -> None:
    """An error of weight 0 moves the next poll behind the pause and leaves everything else as it was."""
    before = state(status="ok", last_poll_at=NOON - HOUR)
    after = after_failure(before, status(429, retry_after=2 * HOUR, weight=0.0), NOON, SETTINGS)
    assert close(wait(after), 2 * HOUR)
    assert replace(after, next_poll_at=None) == before


def test_wrong_304_makes_the_next_request_unconditional() -> None:
    """A2: a 304 nobody asked for is a failure, and the next poll sends no validators."""
    before = state(validators=TAG, last_full_at=NOON)
    after = after_failure(before, status(304), NOON, SETTINGS)
    assert validators_to_send(after, NOON, SETTINGS) == Validators()
    assert after.error_kind == "status 304"


def test_other_failures_keep_the_validators() -> None:
    """A feed that could not be parsed or reached is asked next time with what the last good answer gave."""
    before = state(validators=TAG, last_full_at=NOON, body_hash="abc", interval=2 * HOUR, last_success_at=NOON)
    for error in (ParseError("no feed"), ConnectError("refused"), status(500), BlockedError("inside")):
        after = after_failure(before, error, NOON, SETTINGS)
        assert (after.validators, after.body_hash, after.interval) == (TAG, "abc", 2 * HOUR)
        assert after.last_success_at == NOON
        assert (after.status, after.error) == ("failing", str(error))


def test_never_more_often_than_configured() -> None:
    """With a least interval of two hours, a failing feed is not asked after 15 minutes either."""
    rules = CollectSettings(min_interval_minutes=120)
    assert close(wait(after_failure(state(), ConnectError("refused"), NOON, rules)), 2 * HOUR)


ERRORS = st.sampled_from(
    [
        *(status(404), status(410), status(500), status(304)),
        *(status(429, retry_after=HOUR), status(429, weight=0.0)),
        *(NameError_("n"), ConnectError("c"), ParseError("p"), BlockedError("b")),
    ]
)


@given(st.lists(ERRORS, min_size=1, max_size=60))
@settings(max_examples=150)
def test_never_given_up(errors: list[MonitorError]) -> None:
    """N7: after any run of failures the feed is polled again within eight days, and one answer heals it."""
    now, one = datetime(2026, 1, 1, tzinfo=UTC), state(status="ok")
    for error in errors:
        one = after_failure(one, error, now, SETTINGS)
        assert one.next_poll_at is not None
        assert timedelta(minutes=10) <= one.next_poll_at - now <= 8 * DAY
        now = one.next_poll_at
    healed = success(one, entries(20, HOUR), 20, now=now)
    assert (healed.failures, healed.status) == (0.0, "ok")
    assert wait(healed, now) <= DAY
