"""How much an article is about a topic: invented articles, and what each rule adds and takes away."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from topic_corpus import BLIND, RELATION, Graded, cases, compiled, judged, scored
from topic_index import article

from monitor.errors import QueryError
from monitor.models import Article, Match, Sentence
from monitor.topics.compile import compile_query
from monitor.topics.matcher import match
from monitor.topics.packs import load_packs

PACKS = load_packs()
CASES = cases()
RELATIONS = {query: compiled(query) for query in {case.query for case in CASES}}
TOPIC = RELATIONS[RELATION]

DEAL = article(
    title="Libya and Russia agree on a port",
    text="Libya and Russia agreed on Monday to extend a port.\nThe work will take two years.\n"
    "Russian firms will dredge it.",
)
DEAL_IN_ENGLISH = replace(DEAL, language="en")
PASSING = replace(
    article(
        title="Harvest begins in the valley",
        text="\n".join(
            [
                "The harvest began on Monday in the valley, a week late.",
                "Farmers hope for better prices this year than last.",
                "The village school has given the older children a free week.",
                "A mill that stood empty for ten years is at work again.",
                "Its owner once sold flour to Libya, and to a baker in Russia.",
                "The first bread will be sold at the fair on Sunday.",
            ]
        ),
    ),
    language="en",
)


def verdict(one: Article, query: str = RELATION, **more: object) -> Match:
    return match(compiled(query, **more), one, ())


def kinds(found: Match) -> list[str]:
    return [reason.kind for reason in found.reasons]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_analyst_is_told_what_is_about_both_and_nothing_else(case: Graded) -> None:
    """Each invented article is told of or passed over as it should be, for the reason expected."""
    (found,) = judged(RELATIONS[case.query], [case.article])
    assert (found is not None and found.relevant) is case.wanted, found and found.reasons
    assert not case.reason or (found is not None and case.reason in kinds(found))


def test_articles_written_blind_are_judged_as_well_as_they_were() -> None:
    """Precision and recall on articles that were written before any was scored; a floor, since one is still wrong."""
    blind = cases(BLIND)
    topics = {query: compiled(query) for query in {case.query for case in blind}}
    found = [judged(topics[case.query], [case.article])[0] for case in blind]
    result = scored(blind, lambda at: (match := found[at]) is not None and match.relevant)
    assert len(blind) >= 60
    assert len({case.article.language for case in blind}) >= 12
    assert result.precision >= 0.96
    assert result.recall == 1.0


OUTLETS = (
    ("ar", "ليبيا تعلن موازنة", "أعلنت ليبيا موازنة موحدة.", "المصدر: روسيا اليوم"),
    ("en", "Libya passes a budget", "Libya passed a budget.", "An official told Russia Today of it."),
    ("ru", "Ливия приняла бюджет", "МОСКВА, 3 марта — ТАСС. Ливия приняла бюджет.", "Бюджет единый."),
    ("ru", "Ливия приняла бюджет", "Москва. 13 сентября. INTERFAX.RU - Ливия приняла бюджет.", "Бюджет единый."),
    ("en", "Russia passes a budget", "TRIPOLI (AFP) - Russia passed a budget.", "It is larger than the last."),
    ("ar", "روسيا تعلن موازنة", "أعلنت روسيا موازنة.", "وكالات - ليبيا الأحرار"),
)


@pytest.mark.parametrize(("language", "title", "first", "last"), OUTLETS)
def test_an_outlet_and_a_dateline_are_no_side(language: str, title: str, first: str, last: str) -> None:
    """Who reported and from where leaves the other side unnamed: no point is given for both."""
    found = verdict(replace(article(title=title, text=f"{first}\n{last}"), language=language))
    assert not found.relevant
    assert not any("Libya and Russia" in reason.words for reason in found.reasons), found.reasons


def test_a_capital_that_says_something_is_no_dateline() -> None:
    """Moscow that told an agency acts; a place and an agency with a verb between them are a sentence."""
    found = verdict(
        replace(article(title="Talks", text="Moscow told Reuters on 3 March that Libya had agreed."), language="en")
    )
    assert "lead" in kinds(found)


def test_the_cases_are_many_and_in_many_languages() -> None:
    """Fifty cases or more, ten languages, hits and passing mentions, ten about other pairs."""
    assert len(CASES) >= 50
    assert len({case.article.language for case in CASES}) >= 10
    assert 15 <= sum(case.wanted for case in CASES) <= len(CASES) - 15
    assert sum(case.query != RELATION for case in CASES) >= 10


def test_points_add_up_to_the_score_and_the_weightiest_stands_first() -> None:
    """Reasons are the score taken apart, cut to 0 … 100."""
    for case in CASES:
        (found,) = judged(RELATIONS[case.query], [case.article])
        if found is not None:
            points = [reason.points for reason in found.reasons]
            assert found.score == max(0, min(100, sum(points)))
            assert [abs(each) for each in points] == sorted(map(abs, points), reverse=True)


def test_reasons_are_words_for_an_analyst() -> None:
    """They name the countries and the place, not the query or its parts."""
    words = {reason.kind: reason.words for reason in verdict(DEAL_IN_ENGLISH).reasons}
    assert words["title"] == "Libya and Russia in the title"
    assert words["lead"] == "Libya and Russia meet in one sentence of the lead"
    assert words["share"] == "2 of 4 sentences are about it"


def test_within_asks_for_a_sentence_or_a_paragraph() -> None:
    """An article whose sides meet in no sentence is passed over where the topic asks for one, and says so."""
    apart = replace(DEAL_IN_ENGLISH, title="A port", text="Libya has a port. Russia has ships.\nBoth are large.")
    sentence, paragraph = (verdict(apart, within=place, min_score=0) for place in ("sentence", "paragraph"))
    assert (sentence.relevant, paragraph.relevant) == (False, True)
    assert sentence.reasons[0].words == "its parts meet in no sentence, as the topic asks"
    assert verdict(DEAL_IN_ENGLISH, within="sentence").relevant


def test_noise_packs_are_excluded_by_name() -> None:
    """A topic that asks for everything can still leave out sport; the reason names it."""
    (football,) = (case for case in CASES if case.name == "football qualifier")
    assert verdict(football.article, min_score=0).relevant
    found = verdict(football.article, min_score=0, exclude=("sport",))
    assert not found.relevant
    assert found.reasons[0].words == "mainly sport, which the topic excludes"


def test_an_unknown_noise_pack_is_refused_with_those_there_are() -> None:
    """A country is no noise, and a misspelt name is found before anything runs."""
    for name in ("sports", "libya"):
        with pytest.raises(QueryError, match=f"no noise pack “{name}”. There are digest, markets, quiz"):
            compiled(RELATION, exclude=(name,))


def test_one_word_of_sport_takes_nothing_away() -> None:
    """A deal signed in a football stadium is a deal."""
    signed = replace(DEAL_IN_ENGLISH, text=DEAL.text + "\nThe deal was signed in a football stadium.")
    assert "noise" not in kinds(verdict(signed))


def test_a_list_of_countries_is_no_meeting() -> None:
    """The same sentence counts when the two stand in it alone, and hardly when they are items of a list."""
    alone = replace(PASSING, text=PASSING.text + "\nThe envoys of Libya and Russia spoke for an hour.")
    listed = replace(
        PASSING, text=PASSING.text + "\nThe envoys of Chad, Libya, Niger, Russia and Sudan spoke for an hour."
    )
    assert verdict(alone).score > verdict(PASSING).score + 5 > verdict(listed).score


def test_original_and_translation_are_judged_together() -> None:
    """A translated sentence tells what the original hid from us; while it is pending the original counts alone."""
    pairs = [("Kop", "Libya and Russia agree"), ("Eerste zin.", "Libya and Russia signed."), ("Tweede.", "It rains.")]
    sentences = [
        Sentence(position=at, paragraph=at, source=source, target=target) for at, (source, target) in enumerate(pairs)
    ]
    one = article(title="Kop", text="Eerste zin.\nTweede.", translated_title="Libya and Russia agree")
    assert match(TOPIC, one, sentences).relevant
    assert not match(TOPIC, one, [replace(sentence, target="") for sentence in sentences]).relevant
    without_sentences = replace(one, translated_text="Libya and Russia signed.\nIt rains.")
    assert match(TOPIC, without_sentences, ()).score == match(TOPIC, one, sentences).score


def test_a_title_repeated_in_the_text_counts_once() -> None:
    """Many pages print title and lead twice; that makes no article more about it."""
    repeated = replace(DEAL_IN_ENGLISH, text=f"{DEAL.title}\n{DEAL.text}")
    assert verdict(repeated).score == verdict(DEAL_IN_ENGLISH).score


def test_a_headline_alone_is_judged_by_itself() -> None:
    """Feeds that give nothing but a title are told of when it names both, and not when it names one."""
    assert verdict(replace(DEAL_IN_ENGLISH, text="")).relevant
    assert not verdict(replace(DEAL_IN_ENGLISH, title="Libya has a port", text="")).relevant


def test_a_mention_in_passing_is_not_told_of() -> None:
    """One sentence at the end of something else, for a relation, a pair of words and a single word alike."""
    for query in (RELATION, "libya AND russia", "libya"):
        assert not verdict(PASSING, query).relevant, query


def test_one_word_is_judged_by_place_and_frequency() -> None:
    """A topic of one side has title, lead, density and share as well."""
    found = verdict(DEAL_IN_ENGLISH, "libya")
    assert found.relevant
    assert {"title", "lead"} <= set(kinds(found))


def test_the_better_of_several_ways_counts() -> None:
    """In (a OR b) the relation that the article is about decides, not the one beside it."""
    query = f'relation("chad", "china") OR {RELATION}'
    assert verdict(DEAL_IN_ENGLISH, query).score == verdict(DEAL_IN_ENGLISH).score
    beside = verdict(DEAL_IN_ENGLISH, f"{RELATION} AND port NOT title:football")
    assert beside.score == verdict(DEAL_IN_ENGLISH).score


def test_a_term_of_both_packs_is_the_smaller_ones_alone() -> None:
    """A word that two packs share never meets both sides by itself."""
    packs = load_packs()
    mine = replace(
        packs["libya"], name="wagner", title="Wagner", territory=None, written={"mul": {"names": ("Wagner",)}}
    )
    query = compile_query('relation("wagner", "russia")', {**packs, "wagner": mine})
    first, second = query.sides
    assert ("wagner",) in {term.words for term in first.terms}
    assert ("wagner",) not in {term.words for term in second.terms}


def test_a_very_long_article_is_judged_in_time() -> None:
    """Half a megabyte takes no longer than its reading does."""
    long = replace(PASSING, text="\n".join([PASSING.text] * 1_500))
    started = time.process_time()
    assert not verdict(long).relevant
    assert time.process_time() - started < 5
