"""What is asked of a model, how an article is put together, and the score it carries."""

from __future__ import annotations

import pytest

from monitor.models import Document, Doubt, Output, Sentence
from monitor.translate.assembly import assemble, lead, without_model
from monitor.translate.score import score
from monitor.translate.sentences import parts, split

DOCUMENT = Document(article_id=7, language="fr", title="Un.", text="Deux. Trois.\n\n***\nQuatre.")
SENTENCES = split(DOCUMENT.title, DOCUMENT.text, "fr")
BAD = Output(text="Three", score=0.9, doubts=(Doubt(check="name", words="a name is missing"),))


def sentence(source: str, target: str, value: float | None = None, unverified: str | None = None) -> Sentence:
    return Sentence(position=0, paragraph=1, source=source, target=target, score=value, unverified=unverified)


@pytest.mark.parametrize(
    ("text", "position", "output"),
    [
        ("12 345,6 %", 0, Output(text="12 345,6 %")),
        ("— * —", 900, Output(text="— * —")),
        ("Deux", 2, None),
        (
            "Deux",
            3,
            Output(
                text="Deux",
                score=0.0,
                doubts=(Doubt(check="limit", words="not translated: it comes after the first 3 sentences"),),
            ),
        ),
    ],
)
def test_without_model(text: str, position: int, output: Output | None) -> None:
    """Text without letters is its own translation; beyond the limit the original stays and says why."""
    found = without_model(Sentence(position=position, paragraph=1, source=text, target=""), 3)
    assert found == output


def test_the_lead_is_the_title_and_two_sentences() -> None:
    """What goes first: the title and the beginning of the body, or all of a short article."""
    assert [s.source for s in SENTENCES[: lead(SENTENCES)]] == ["Un.", "Deux.", "Trois."]
    assert lead(SENTENCES[:2]) == 2
    assert lead(()) == 0


def test_an_article_is_put_together_paragraph_by_paragraph() -> None:
    """Lines stand where they stood; a doubt and its check stay with their sentence; nothing out: the original."""
    outputs = {
        0: Output(text="One."),
        1: Output(text="Two.", score=0.5),
        2: BAD,
        3: Output(text="***"),
        4: Output(text=""),
    }
    done = assemble(DOCUMENT, SENTENCES, outputs, target="en", packages=("p",))
    assert (done.title, done.text) == ("One.", "Two. Three\n\n***\nQuatre.")
    assert done.complete
    assert [(s.unverified, s.checks) for s in done.sentences][2] == ("a name is missing", ("name",))
    assert done.packages == ("p",)


def test_a_lead_alone_is_not_complete() -> None:
    """Title and lead are there, the lines of the rest are empty, its sentences have no target yet."""
    done = assemble(DOCUMENT, SENTENCES, {0: Output(text="One."), 1: Output(text="Two.")}, target="en")
    assert (done.title, done.text, done.complete) == ("One.", "Two.\n\n\n", False)
    assert [s.target for s in done.sentences] == ["One.", "Two.", "", "", ""]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ((), None),
        ((sentence("abcd", ""),), None),
        ((sentence("abcd", "x", 0.6),), 60.0),
        ((sentence("abcd", "x", 0.6, "loops"),), 0.0),
        ((sentence("abc", "x", 0.8), sentence("d", "x", 0.8, "loops")), 60.0),
        ((sentence("abcd", "x"),), 100.0),
        ((sentence("abc", "x", 0.5), sentence("d" * 100, "")), 50.0),
    ],
)
def test_score(sentences: tuple[Sentence, ...], expected: float | None) -> None:
    """By length, weighed by confidence, doubtful sentences worth nothing, untranslated ones not counted."""
    assert score(sentences) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il pleut; il neige.", ("Il pleut;", "il neige.")),
        ("Un, deux, trois, quatre", ("Un, deux,", "trois, quatre")),
        ("Il a parlé de la paix", ("Il a parlé", "de la paix")),
        ("Anticonstitutionnellement", ("Anticonstitutionnellement",)),
        ("1,5 2,5", ("1,5", "2,5")),
    ],
)
def test_parts(text: str, expected: tuple[str, ...]) -> None:
    """Cut in two at the clause mark nearest the middle, else at a space; no word is lost."""
    assert parts(text) == expected
