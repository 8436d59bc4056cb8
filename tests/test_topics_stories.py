"""Where an article belongs: by what is said, across languages, and by nothing that comes later."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from stories_made import made
from stories_replay import Replay
from story_cases import (
    DEAL,
    DEAL_AGAIN,
    DEAL_RUSSIAN,
    DEAL_RUSSIAN_IN_ENGLISH,
    FERRY,
    GRAIN,
    NAMES,
    START,
    article,
    print_of,
)

from monitor.models import Article
from monitor.topics.stories.central import central
from monitor.topics.stories.fingerprint import Fingerprint, figures, fingerprint, from_text, to_text
from monitor.topics.stories.grouping import COPY, Rules, place
from monitor.topics.stories.revise import merge, strays
from monitor.topics.stories.skeleton import skeleton
from monitor.topics.stories.sketch import likeness, sketch
from monitor.topics.stories.window import Window

RULES = Rules()
STREAM = [
    print_of(1, DEAL),
    print_of(2, GRAIN, hours=1),
    print_of(3, DEAL_RUSSIAN, hours=2, language="ru"),
    print_of(4, FERRY, hours=2),
    print_of(5, DEAL_AGAIN, hours=3),
]


def replayed(prints: list[Fingerprint]) -> dict[int, int]:
    replay = Replay(Window(), RULES)
    for print_ in prints:
        replay.take(print_)
    return replay.stories


def test_one_event_is_one_story_and_its_neighbours_are_not() -> None:
    """The deal in English twice and in Russian untranslated is one story; the same two states' wheat is another."""
    stories = replayed(STREAM)
    assert stories == {1: 1, 2: 2, 3: 1, 4: 4, 5: 1}


def test_a_placement_says_why() -> None:
    """The reason names what is shared, names and figures first."""
    window = Window()
    window.add(STREAM[0], 1)
    where = place(window, STREAM[4], RULES)
    assert where.story_id == 1
    assert "Mansour" in where.reason
    assert "85" in where.reason
    assert 0 < where.similarity <= 1


def test_a_copy_is_folded() -> None:
    """The same text under another headline is a copy, whatever the headline says, and names the first of them."""
    window = Window()
    window.add(STREAM[0], 1)
    reprint = print_of(9, ("Agreement signed", DEAL[1] + " (Agency)"), hours=5)
    window.add(reprint, 1, place(window, reprint, RULES).copy_of)
    again = place(window, print_of(10, ("Third time", DEAL[1]), hours=6), RULES)
    assert (again.story_id, again.copy_of) == (1, 1)


@pytest.mark.parametrize(("hours", "together"), [(40, True), (60, False)])
def test_a_story_closes_after_two_days_without_an_article(hours: float, together: bool) -> None:
    """The same words a day and a half later join; two and a half days later they open a story of their own."""
    window = Window()
    window.add(STREAM[0], 1)
    assert (place(window, print_of(5, DEAL_AGAIN, hours=hours), RULES).story_id == 1) is together


def test_two_attacks_told_in_the_same_words_are_two_stories() -> None:
    """Their headlines have no name and no figure in common, and each has a text of its own besides."""
    words = "{} people were killed in a drone attack near {} in Libya", "Russia blamed militants. {}"
    hospital = "The Ibn Sina hospital took in the wounded, doctor Salma Abed said, and asked for blood."
    lorries = "Lorries of the Red Crescent burnt out on the desert road to Rebiana, driver Musa Toubawi said."
    sirte = words[0].format(50, "Sirte"), words[1].format(hospital)
    kufra = words[0].format(12, "Kufra"), words[1].format(lorries)
    assert replayed([print_of(1, sirte), print_of(2, kufra, hours=1), print_of(3, sirte, hours=2)]) == {
        1: 1,
        2: 2,
        3: 1,
    }


def test_a_form_filled_in_anew_is_no_copy() -> None:
    """Two bulletins are the same text but for the names and figures that matter."""
    form = (
        "The {} district court made known today the number of cases it has decided in the course of this quarter: {}. "
    )
    rest = "All who wish to read the decisions may do so at the registry in the opening hours that stand at its door."
    window = Window()
    window.add(print_of(1, (form.format("Sabha", 412), form.format("Sabha", 412) + rest)), 1)
    other = print_of(2, (form.format("Derna", 377), form.format("Derna", 377) + rest))
    assert likeness(window.articles[1].print.sketch, other.sketch) >= COPY
    assert place(window, other, RULES).copy_of is None


def test_a_widely_reported_event_stays_one_story_in_a_small_archive() -> None:
    """Sixty accounts, and little else: its own names are in most articles of the window and still find it."""
    accounts = [print_of(number, (DEAL, DEAL_AGAIN)[number % 2], hours=number / 10) for number in range(1, 61)]
    assert set(replayed([replace(one, sketch=b"") for one in accounts]).values()) == {1}


def test_a_theme_does_not_become_one_giant_story() -> None:
    """An article a day on one war for three weeks: no story spans more than a week."""
    spans: dict[int, list[int]] = {}
    replay = Replay(Window(hours=24 * 60), RULES)
    for day in range(21):
        replay.take(print_of(day + 1, DEAL_AGAIN, hours=24 * day, outlet=f"O{day}"))
        spans.setdefault(replay.stories[day + 1], []).append(day)
    assert max(days[-1] - days[0] for days in spans.values()) <= 7
    assert len(spans) >= 3


def test_what_comes_later_changes_no_placement() -> None:
    """Each prefix of the stream is placed as it is when the rest follows."""
    stream = list(made(300, START))
    window, whole = Window(), []
    for print_ in stream:
        whole.append(place(window, print_, RULES))
        window.add(print_, whole[-1].story_id or print_.article_id, whole[-1].copy_of)
    window, prefix = Window(), []
    for print_ in stream[:200]:
        prefix.append(place(window, print_, RULES))
        window.add(print_, prefix[-1].story_id or print_.article_id, prefix[-1].copy_of)
    assert prefix == whole[:200]
    assert len({where.story_id for where in whole}) > 10


def test_the_order_of_unrelated_articles_changes_nothing() -> None:
    """Articles of different events, shuffled, still stand alone; a pair among them is found wherever it stands."""
    texts = [
        (f"{name} opens {thing} in {town}", f"{name} said the {thing} of {town} cost {cost} euros.")
        for name, thing, town, cost in [
            ("Vella", "library", "Gzira", 451),
            ("Okafor", "harbour", "Lekki", 7800),
            ("Lindqvist", "tunnel", "Umea", 92),
            ("Marais", "vineyard", "Paarl", 316),
        ]
    ]
    prints = [*(print_of(20 + at, words) for at, words in enumerate(texts)), STREAM[0], STREAM[4]]
    for seed in range(6):
        random.Random(seed).shuffle(prints)
        stories = replayed(prints)
        assert stories[1] == stories[5]
        assert len(set(stories.values())) == 5


def test_a_window_filled_again_decides_alike() -> None:
    """After a crash, in whatever order its articles come back, it places a new article as the lost one would."""
    stream = list(made(400, START))
    replay = Replay(Window(), RULES)
    for print_ in stream[:300]:
        replay.take(print_)
    kept = list(replay.window.articles.values())
    random.Random(5).shuffle(kept)
    again = Window()
    for placed in kept:
        text = to_text(placed.print)
        again.add(from_text(placed.print.article_id, placed.print.when, text), placed.story_id, placed.copy_of)
    for print_ in stream[300:]:
        assert place(again, print_, RULES) == place(replay.window, print_, RULES)


def test_the_window_forgets() -> None:
    """What is too old, and the oldest of what is too much, is compared with no more and leaves nothing behind."""
    window = Window(hours=96, most=3)
    for at, print_ in enumerate(STREAM):
        window.add(print_, at + 1)
    window.forget(START + timedelta(hours=4))
    assert list(window.articles) == [3, 4, 5]
    window.forget(START + timedelta(hours=200))
    assert (window.articles, window.stories, window.frequency("n:mansour")) == ({}, {}, 0)


def test_the_headline_is_the_most_central_articles() -> None:
    """Of three on the deal and a stray mention, one of the three speaks for the story, and one that can be read."""
    window = Window()
    for print_ in (print_of(7, FERRY), STREAM[2], STREAM[0], STREAM[4]):
        window.add(print_, 1)
    assert central(window, 1) in (1, 5)


def test_two_stories_that_turn_out_to_be_one_merge() -> None:
    """An article that fits two stories alike makes them one, under the older number; unlike stories stay two."""
    window = Window()
    for story, print_ in ((1, STREAM[0]), (5, STREAM[4]), (4, STREAM[3])):
        window.add(print_, story)
    found = merge(window, 5, (4, 1), RULES)
    assert found is not None
    assert (found.story_id, found.other_story_id) == (1, 5)
    assert merge(window, 5, (4,), RULES) is None


def test_a_stray_is_found_when_its_story_has_gone_another_way() -> None:
    """Of three on the deal and a ferry, the ferry goes; of three on the deal alone, none."""
    window = Window()
    third = print_of(8, DEAL_RUSSIAN_IN_ENGLISH, hours=4)
    for print_ in (STREAM[3], STREAM[0], STREAM[4], third):
        window.add(print_, 1)
    assert strays(window, 1, RULES) == [4]
    window.remove(4)
    assert strays(window, 1, RULES) == []


def test_a_fingerprint_comes_back_from_the_archive_as_it_was() -> None:
    """What is written is what is read."""
    for print_ in STREAM:
        assert from_text(print_.article_id, print_.when, to_text(print_)) == print_


def test_the_translation_is_what_counts() -> None:
    """A translated article is known by its English side, and so meets English ones by their words."""
    russian = article(3, DEAL_RUSSIAN, language="ru", english=DEAL_RUSSIAN_IN_ENGLISH)
    before = fingerprint(replace(russian, translated_title="", translated_text=""), NAMES)
    after = fingerprint(russian, NAMES)
    assert (after.side, "w:agreement" in after.features) == ("en", True)
    assert "w:agreement" not in before.features
    assert "p:libya" in after.features


@pytest.mark.parametrize(
    ("language", "text", "features"),
    [
        ("ar", "حفتر يصل إلى موسكو مع 450 من ليبيا", {"n:haftar", "p:moscow", "p:libya", "f:450"}),
        ("ru", "Хафтар прибыл в Москву, сообщили в Ливии: 450 человек", {"n:haftar", "p:moscow", "p:libya", "f:450"}),
        ("zh", "哈夫塔尔抵达莫斯科，利比亚代表团共450人", {"n:haftar", "p:libya", "f:450"}),
        ("en", "Haftar arrives in Moscow from Libya with 450 men", {"p:moscow", "p:libya", "f:450"}),
    ],
)
def test_untranslated_articles_share_names_and_figures(language: str, text: str, features: set[str]) -> None:
    """Names come out in English from the packs, whatever the script."""
    made_of = fingerprint(article(1, (text, text), language=language), NAMES)
    assert features - set(made_of.features) == set()


@pytest.mark.parametrize(
    "same",
    [("Haftar", "Хафтар", "حفتر"), ("Trump", "Трамп", "Трампом"), ("Macedonia", "Македонии"), ("Erdogan", "Эрдоган")],
)
def test_names_sound_alike_in_every_alphabet(same: tuple[str, ...]) -> None:
    """One skeleton for all spellings."""
    assert len({skeleton(name) for name in same}) == 1
    assert skeleton(same[0])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("200,000 tonnes", ["f:200000"]),
        ("200 000 tonnes", ["f:200000"]),
        ("in 2018 and 3 others", []),
        ("24 aircraft, 85 million", ["f:24", "f:85"]),
    ],
)
def test_figures(text: str, found: list[str]) -> None:
    """Thousands in any notation; neither years nor what is in every text."""
    assert list(figures(text)) == found


def test_a_sketch_tells_copies_from_accounts() -> None:
    """A reprint with a sentence more is a copy; another account of the same event is none."""
    assert likeness(sketch(DEAL[1]), sketch(DEAL[1] + " More follows.")) > 0.8
    assert likeness(sketch(DEAL[1]), sketch(DEAL_AGAIN[1])) < 0.2
    assert likeness(sketch("Too short."), sketch("Too short.")) == 0.0


def test_an_article_without_words_stands_alone() -> None:
    """No title, no text, no language: a story of its own, and no error."""
    empty = Article(id=1, feed_id=None, url="", canonical_url="", first_seen=START)
    window = Window()
    window.add(STREAM[0], 1)
    assert place(window, fingerprint(empty, NAMES), RULES).story_id is None
