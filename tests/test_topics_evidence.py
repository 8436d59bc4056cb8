"""The sentence a match rests on, and what was missing when there is none."""

from __future__ import annotations

import pytest
from topic_index import article

from monitor.models import Sentence, Span
from monitor.topics.compile import compile_query
from monitor.topics.evidence import NearMiss, evidence, near_miss
from monitor.topics.packs import load_packs
from monitor.topics.sentences import LONGEST, plain_sentences

PACKS = load_packs()
RELATIONS = compile_query("@libya AND @russia", PACKS)


def marked(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def stored(*pairs: tuple[str, str], title: bool = False) -> list[Sentence]:
    return [
        Sentence(position=at, paragraph=at if title else at + 1, source=source, target=target)
        for at, (source, target) in enumerate(pairs)
    ]


def test_a_sentence_with_both_sides_beats_earlier_ones_with_one() -> None:
    """What the topic is about counts before the place in the text."""
    text = "Tripoli est calme. Moscou aussi. Haftar a rencontré Poutine à Moscou. La Libye attend la Russie."
    found = evidence(RELATIONS, article(text=text), ())
    assert found.sentence == "Haftar a rencontré Poutine à Moscou."
    assert marked(found.sentence, found.spans) == ["Haftar", "Poutine", "Moscou"]
    assert found.translation == ""


def test_a_body_sentence_is_preferred_to_a_title_that_says_as_much() -> None:
    """The title is shown anyway, so the body adds more; but a title alone is evidence too."""
    both = article(title="La Libye et la Russie", text="Rien. La Russie forme des soldats en Libye.")
    assert evidence(RELATIONS, both, ()).sentence == "La Russie forme des soldats en Libye."
    only = article(title="La Libye et la Russie", text="La Libye se tait.")
    assert evidence(RELATIONS, only, ()).sentence == "La Libye et la Russie"


def test_original_and_translation_are_read_together_and_both_marked() -> None:
    """Either text may carry the terms; the spans are in each text's own characters."""
    pair = ("وليبيا تستقبل الوفد", "And Libya receives the Russian delegation")
    found = evidence(RELATIONS, article(), stored(("صباح الخير", "Good morning"), pair))
    assert (found.sentence, found.translation) == pair
    assert marked(found.sentence, found.spans) == ["وليبيا"]
    assert marked(found.translation, found.translation_spans) == ["Libya", "Russian"]


def test_doubt_about_the_translation_goes_with_the_sentence() -> None:
    """A translation that failed its checks says so in the evidence."""
    doubtful = Sentence(position=0, paragraph=1, source="Ливия", target="Libya Libya Libya", unverified="repeats")
    assert evidence(RELATIONS, article(), [doubtful]).unverified == "repeats"


def test_terms_in_chinese_are_marked_without_spaces() -> None:
    """A term of several characters is one span, and overlapping terms are joined."""
    found = evidence(RELATIONS, article(text="今日天气好。俄罗斯军队离开利比亚。"), ())
    assert found.sentence == "俄罗斯军队离开利比亚。"
    assert marked(found.sentence, found.spans) == ["俄罗斯", "利比亚"]


def test_not_terms_are_no_evidence() -> None:
    """What NOT takes away is never marked."""
    query = compile_query("libya NOT football*", {})
    found = evidence(query, article(text="Football. Libya votes."), ())
    assert marked(found.sentence, found.spans) == ["Libya"]


def test_an_article_without_any_text_still_has_evidence() -> None:
    """Nothing to read: the title, or the address, stands in."""
    assert evidence(RELATIONS, article(title="  "), ()).sentence == "https://outlet.example/1"


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        (
            "@libya AND @russia",
            "La Libye.",
            NearMiss(matches=False, met=("@libya",), missing=("@russia",), excluded=()),
        ),
        (
            "libya AND (oil OR gas) NOT football",
            "Libya sells oil and plays football.",
            NearMiss(matches=False, met=("libya", "(oil OR gas)"), missing=(), excluded=("football",)),
        ),
        (
            "title:(libya AND russia)",
            "Libya and Russia",
            NearMiss(matches=False, met=(), missing=("title:(libya AND russia)",), excluded=()),
        ),
        ("NEAR(a b, 1)", "a x x b", NearMiss(matches=False, met=(), missing=("NEAR(a b, 1)",), excluded=())),
        ("libya", "Libya", NearMiss(matches=True, met=("libya",), missing=(), excluded=())),
    ],
)
def test_a_near_miss_names_what_was_met_and_what_was_not(query: str, text: str, expected: NearMiss) -> None:
    """Parts of the query are named as they were written."""
    assert near_miss(compile_query(query, PACKS), article(text=text)) == expected


def test_a_text_is_cut_at_the_stops_of_its_script() -> None:
    """Latin, Arabic, Chinese and Indic stops end sentences; numbers and abbreviations inside do not break words."""
    text = "Il vaut 3.5 millions. Vrai ? Oui!\nهل وصل؟ نعم۔ ثم\n第一。第二！第三\nनमस्ते। फिर"
    cuts = [(one.paragraph, one.source) for one in plain_sentences(article(title="Le titre", text=text))]
    assert cuts == [
        (0, "Le titre"),
        *((1, s) for s in ("Il vaut 3.5 millions.", "Vrai ?", "Oui!")),
        *((2, s) for s in ("هل وصل؟", "نعم۔", "ثم")),
        *((3, s) for s in ("第一。", "第二！", "第三")),
        *((4, s) for s in ("नमस्ते।", "फिर")),
    ]


@pytest.mark.parametrize("text", ["word " * 1000, "字" * 5000])
def test_text_without_stops_is_cut_to_what_can_be_shown(text: str) -> None:
    """A page of words without a stop never becomes one sentence, and nothing of it is lost."""
    cuts = [one.source for one in plain_sentences(article(text=text))]
    assert max(map(len, cuts)) <= LONGEST
    assert "".join("".join(cuts).split()) == "".join(text.split())
