"""The engine: the real small model for what a model does, a scripted one for what the engine decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from argos_packages import SMALL, relabelled, sealed
from translations import translate

from monitor.config import TranslationSettings
from monitor.errors import PackageError, TranslateError
from monitor.models import Document, Pinned, Wanted
from monitor.translate import engine, machine, model
from monitor.translate.batches import batches
from monitor.translate.install import install
from monitor.translate.judging import Rendering
from monitor.translate.model import Model, Search, load
from monitor.translate.packages import Package

SETTINGS = TranslationSettings(threads=1)
TEXT = (
    "Le ministre a rencontré le président mardi à Paris. Il a parlé de la paix.\n\n"
    "La situation reste difficile dans le nord du pays.\n***\nLes deux pays ont signé un accord."
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package that ships with the program, installed."""
    return install(SMALL, tmp_path_factory.mktemp("models"))


def rendered(loaded: Model, texts: Sequence[str], search: Search) -> list[Rendering]:
    """The renderings in the order of the texts."""
    found = dict(loaded.translate(texts, search))
    return [found[index] for index in range(len(texts))]


def document(text: str, title: str = "", article_id: int = 1, language: str = "fr") -> Document:
    return Document(article_id=article_id, language=language, title=title, text=text)


# ── with the real model ──────────────────────────────────────────────────────────────────────────


def test_an_article_is_translated(small: Package) -> None:
    """French in, English out: paragraphs kept, every sentence beside its source, nothing to complain of."""
    (done,) = translate((document(TEXT, "Le président à Paris"),), (small,), "en", SETTINGS)
    assert (done.article_id, done.source_language, done.target_language) == (1, "fr", "en")
    assert done.packages == ("translate-fr_en-0.1",)
    lines = done.text.split("\n")
    assert len(lines) == 5
    assert "president" in done.title.lower()
    assert "minister" in lines[0]
    assert "peace" in lines[0]
    assert (lines[1], lines[3]) == ("", "***")
    assert "agreement" in lines[4]
    assert [sentence.unverified for sentence in done.sentences] == [None] * 6
    assert [sentence.source for sentence in done.sentences][1] == "Le ministre a rencontré le président mardi à Paris."
    assert done.score is not None
    assert 0 < done.score < 100
    assert done.complete


def test_a_batch_translates_like_its_articles_alone(small: Package) -> None:
    """Pooling and sorting mix the sentences of many articles; each still gets its own, in order."""
    texts = (
        TEXT,
        "Il pleut.\nIl a parlé de la paix.",
        "",
        "L'accord a été signé hier à Genève par les deux ministres.",
    )
    documents = tuple(document(text, f"Article {number}", number) for number, text in enumerate(texts))
    together = translate(documents, (small,), "en", replace(SETTINGS, beam=1, batch_tokens=64))
    for whole, single in zip(together, documents, strict=True):
        (alone,) = translate((single,), (small,), "en", replace(SETTINGS, beam=1))
        assert whole.text == alone.text
        assert [s.unverified for s in whole.sentences] == [s.unverified for s in alone.sentences]


def test_typographic_and_plain_punctuation_translate_alike(small: Package) -> None:
    """The press writes ’ and non-breaking spaces; the model was trained on ' and plain ones."""
    curly, plain = (
        translate((document(text),), (small,), "en", SETTINGS)[0].text
        for text in ("L’école de l’île a\u202f: 26\u00a0élèves.", "L'école de l'île a : 26 élèves.")
    )
    assert curly == plain


def test_a_pivot_takes_two_packages(small: Package, tmp_path: Path) -> None:
    """What the first package makes of a sentence is what the second is given."""
    first = relabelled(small, tmp_path, from_code="fr", to_code="es")
    second = relabelled(small, tmp_path, from_code="es", to_code="en")
    text = "La commission européenne a publié hier son rapport."
    (done,) = translate((document(text),), (first, second), "en", SETTINGS)
    loaded = load(small, SETTINGS)
    outputs = {
        rendered(loaded, [rendered(loaded, [text], search)[0].text], search)[0].text
        for search in (Search(beam=2), Search(beam=4, no_repeat=3))
    }
    assert done.packages == ("translate-fr_es-0.1", "translate-es_en-0.1")
    assert done.text in outputs


def test_a_sentence_that_fails_takes_another_route(small: Package, script: Callable[..., ScriptedModel]) -> None:
    """What neither a wider search nor parts mend is tried by way of a third language, and kept when that is better."""
    script(Il_parle_encore="spoke spoke spoke spoke spoke", Il="Spoke spoke spoke spoke", parle_encore="")
    pivot = replace(small, name="pivot"), replace(small, name="pivot")
    scripted = ScriptedModel({"Il parle encore": "Habla otra vez", "Habla otra vez": "He speaks again"})
    plain = engine.load

    def by_name(package: Package, settings: TranslationSettings) -> object:
        return scripted if package.name == "pivot" else plain(package, settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "load", by_name)
        (done,) = translate((document("Il parle encore"),), (small,), "en", SETTINGS, pivot)
    assert (done.text, done.sentences[0].unverified) == ("He speaks again", None)


@pytest.mark.parametrize(("prefix", "output"), [(".", "He spoke of peace."), ("▁The", "The")])
def test_a_target_prefix_steers_the_model(small: Package, tmp_path: Path, prefix: str, output: str) -> None:
    """The prefix is the output's first token, and is cut off where it is written as it is spelt, as Argos does."""
    steered = load(relabelled(small, tmp_path, target_prefix=prefix), SETTINGS)
    (done,) = rendered(steered, ["Il a parlé de la paix."], Search(beam=1))
    assert done.text.startswith(output)


def test_a_package_with_a_bpe_model_is_tokenised_by_it(small: Package, tmp_path: Path) -> None:
    """Older packages carry bpe.model instead of sentencepiece.model; its pieces are put together again."""
    path = relabelled(small, tmp_path, package_version="3").path
    (path / "sentencepiece.model").unlink()
    (path / "bpe.model").write_text("#version: 0.2\np a\npa r\n", "utf-8")
    (output,) = rendered(load(sealed(path), SETTINGS), ["Tripoli"], Search(beam=1))
    assert output.text
    assert "@@" not in output.text


def test_odd_input_comes_back_marked_or_as_it_was(small: Package) -> None:
    """Control characters, other scripts, endless words and 10,000 lines raise nothing and lose no line."""
    odd = (
        "\x00\x01\n\ud800\n"
        + "a" * 3000
        + "\nХафтар прибыл в Москву.\n😀😀😀 \u202e\n"
        + "mot " * 2000
        + "\n1 2 3\n" * 50
    )
    (done,) = translate((document(odd, "\u200b"),), (small,), "en", replace(SETTINGS, beam=1, max_sentences=12))
    assert done.text.count("\n") == odd.count("\n")
    assert all(sentence.target for sentence in done.sentences)


def test_a_text_of_too_many_tokens_is_not_sent_to_the_model(small: Package) -> None:
    """Characters the package spells byte by byte can make a short sentence endless: it stays as it was."""
    loaded = load(small, SETTINGS)
    runes = "ᚠᚢᚦᚨᚱᚲ" * 60
    long, short = rendered(loaded, [runes, "Il pleut."], Search(beam=1))
    assert (long.text, long.read, short.read) == (runes, False, True)
    (done,) = translate((document(runes),), (small,), "en", SETTINGS)
    assert (done.text, done.sentences[0].unverified) == (runes, "too long for the model, left as it was")


def test_output_is_bounded_by_the_length_of_the_input(small: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that does not stop is stopped, and the output says so."""
    monkeypatch.setattr(model, "_longest_output", lambda length: 3)
    (done,) = translate((document("Il a parlé de la paix."),), (small,), "en", SETTINGS)
    assert "did not come to an end" in (done.sentences[0].unverified or "")


@pytest.mark.parametrize("budget", [1, 7, 64, 10_000])
def test_batches_hold_every_index_once_within_the_budget(budget: int) -> None:
    """Longest first, padding counted; a single sentence may exceed the budget, two may not."""
    lengths = [5, 0, 9, 1, 9, 500, 3, 2, 2]
    found = list(batches(lengths, budget))
    assert sorted(index for batch in found for index in batch) == [0, 2, 3, 4, 5, 6, 7, 8]
    assert all(len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget for batch in found)
    firsts = [lengths[batch[0]] for batch in found]
    assert firsts == sorted(firsts, reverse=True)


@pytest.mark.parametrize(("sentences", "batched"), [(1, 1), (8, 2), (28, 2), (40, 4), (85, 6)])
def test_batches_leave_no_thread_without_work(sentences: int, batched: int) -> None:
    """As few batches as fit, and as many for one thread as for the other, all about the same size."""
    found = list(batches([40] * sentences, 640, threads=2))
    sizes = [len(batch) for batch in found]
    assert (len(sizes), max(sizes) - min(sizes) <= 1) == (batched, True)


def test_short_sentences_do_not_crowd_a_batch() -> None:
    """Titles of five tokens by the hundred: memory goes by sentences too, not by their tokens alone."""
    assert max(map(len, batches([5] * 500, 1024))) <= 64


@pytest.mark.parametrize(
    ("settings", "gpus", "tokens", "wider"),
    [
        (TranslationSettings(), 0, 1024, 512),
        (TranslationSettings(beam=1), 0, 1024, 256),
        (TranslationSettings(beam=4), 0, 512, 512),
        (TranslationSettings(batch_tokens=300), 0, 300, 150),
        (TranslationSettings(), 1, 8192, 8192),
    ],
)
def test_a_wider_search_takes_smaller_batches(
    settings: TranslationSettings, gpus: int, tokens: int, wider: int
) -> None:
    """Tokens of a batch at the plan's beam and at that of a second attempt, 4."""
    plan = machine.plan(settings, cores=2, gpus=gpus)
    assert (plan.batch_tokens, plan.tokens(4)) == (tokens, wider)


# ── packages that may not be loaded ──────────────────────────────────────────────────────────────


def test_a_flipped_bit_is_refused_before_loading(small: Package, tmp_path: Path) -> None:
    """CTranslate2 would load it without a word, and translate nonsense."""
    package = relabelled(small, tmp_path, package_version="4")
    weights = package.path / "model" / "model.bin"
    body = bytearray(weights.read_bytes())
    body[len(body) // 2] ^= 1
    weights.write_bytes(body)
    with pytest.raises(PackageError, match=r"translate-fr_en-4: model/model\.bin .*SHA-256 differs"):
        translate((document("Il pleut."),), (package,), "en", SETTINGS)


def test_a_package_without_a_manifest_is_refused(small: Package, tmp_path: Path) -> None:
    """What was not installed by us cannot be verified; the message says how to install it."""
    package = relabelled(small, tmp_path, package_version="5")
    (package.path / "manifest.json").unlink()
    with pytest.raises(PackageError, match=r"no valid manifest.*monitor models install FILE"):
        translate((document("Il pleut."),), (package,), "en", SETTINGS)


def test_a_model_that_ctranslate2_cannot_read_is_a_package_error(small: Package, tmp_path: Path) -> None:
    """Its own message is kept, with the package and the settings that were tried."""
    package = relabelled(small, tmp_path, package_version="6")
    (package.path / "model" / "model.bin").write_bytes(b"no model")
    with pytest.raises(PackageError, match="translate-fr_en-6: CTranslate2 cannot load it"):
        translate((document("Il pleut."),), (sealed(package.path),), "en", SETTINGS)


def test_a_package_is_loaded_once_and_again_when_replaced(small: Package, tmp_path: Path) -> None:
    """Loading takes longer than a short article; a package with another manifest is another package."""
    package = relabelled(small, tmp_path, package_version="7")
    first = load(package, SETTINGS)
    assert load(package, SETTINGS) is first
    (package.path / "README.md").write_text("Changed.")
    assert load(sealed(package.path), SETTINGS) is not first


def test_no_route_is_a_permanent_error() -> None:
    """Without a package nothing can be done until somebody installs one."""
    with pytest.raises(TranslateError, match="No package leads to en") as caught:
        translate((document("Il pleut."),), (), "en", SETTINGS)
    assert caught.value.permanent


# ── with a scripted model ────────────────────────────────────────────────────────────────────────


class ScriptedModel:
    """Answers from a table: text → what it makes of it, or (first, second attempt). Notes what it was asked."""

    name = "translate-fr_en-scripted"

    def __init__(self, table: Mapping[str, str | tuple[str, str]]) -> None:
        self.table = table
        self.asked: list[tuple[list[str], Search]] = []

    def translate(self, texts: Sequence[str], search: Search) -> Iterator[tuple[int, Rendering]]:
        self.asked.append((list(texts), search))
        return iter([(n, Rendering(self._answer(text, second=search.no_repeat > 0))) for n, text in enumerate(texts)])

    def _answer(self, text: str, *, second: bool) -> str:
        answer = self.table.get(text, "")
        return answer if isinstance(answer, str) else answer[second]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ScriptedModel]:
    """Have the engine load a scripted model instead of a package."""

    def load_scripted(**table: str | tuple[str, str]) -> ScriptedModel:
        scripted = ScriptedModel({text.replace("_", " "): answer for text, answer in table.items()})
        monkeypatch.setattr(engine, "load", lambda package, settings: scripted)
        return scripted

    return load_scripted


def test_a_text_is_translated_once_however_often_it_stands(
    small: Package, script: Callable[..., ScriptedModel]
) -> None:
    """Wire copy stands in many articles: it is sent to the model once, and lands in all of them."""
    scripted = script(Il_pleut="It rains", Il_neige="It snows")
    documents = (document("Il pleut\nIl neige", "Il pleut"), document("Il neige", article_id=2))
    one, two = translate(documents, (small,), "en", SETTINGS)
    assert scripted.asked[0][0] == ["Il pleut", "Il neige"]
    assert not any(texts for texts, _ in scripted.asked[1:])
    assert (one.title, one.text, two.text) == ("It rains", "It rains\nIt snows", "It snows")


def test_a_failed_sentence_is_tried_once_more(small: Package, script: Callable[..., ScriptedModel]) -> None:
    """The second attempt looks wider and forbids repetition; one that passes replaces the first."""
    scripted = script(Il_parle_encore=("spoke spoke spoke spoke spoke", "He speaks again"), Il_pleut="It rains")
    (done,) = translate((document("Il parle encore\nIl pleut"),), (small,), "en", replace(SETTINGS, beam=1))
    assert done.text == "He speaks again\nIt rains"
    assert [sentence.unverified for sentence in done.sentences] == [None, None]
    (_, first), (texts, second), *_ = scripted.asked
    assert texts == ["Il parle encore"]
    assert (first.beam, first.no_repeat, second.beam, second.no_repeat) == (1, 0, 4, 3)


def test_what_fails_twice_is_kept_and_marked(small: Package, script: Callable[..., ScriptedModel]) -> None:
    """A doubtful translation is still shown, never as a good one."""
    script(Il_parle_encore=("spoke spoke spoke spoke spoke", "again again again again again"))
    (done,) = translate((document("Il parle encore"),), (small,), "en", SETTINGS)
    assert done.text == "spoke spoke spoke spoke spoke"
    assert done.sentences[0].unverified == "repeats itself"


@pytest.mark.parametrize(
    ("second", "text", "unverified"),
    [
        ("", "Il parle", "nothing came out"),
        ("It talks", "It talks", None),
        ("Он говорит", "Он говорит", "partly in another script"),
    ],
)
def test_where_nothing_came_out_the_original_stands(
    small: Package, script: Callable[..., ScriptedModel], second: str, text: str, unverified: str | None
) -> None:
    """A sentence is never dropped: anything is better than nothing, and the original better than a gap."""
    script(Il_parle=("", second))
    (done,) = translate((document("Il parle"),), (small,), "en", SETTINGS)
    assert (done.text, done.sentences[0].unverified) == (text, unverified)


def test_sentences_beyond_the_limit_stay_in_the_original(small: Package, script: Callable[..., ScriptedModel]) -> None:
    """The limit bounds the time an article can take; what it leaves out is there and says why."""
    scripted = script(Un="One", Deux="Two")
    (done,) = translate((document("Deux\nTrois\nDeux", "Un"),), (small,), "en", replace(SETTINGS, max_sentences=2))
    assert (done.title, done.text) == ("One", "Two\nTrois\nDeux")
    assert [s.unverified for s in done.sentences[:2]] == [None, None]
    assert [s.unverified for s in done.sentences[2:]] == ["not translated: it comes after the first 2 sentences"] * 2
    assert scripted.asked[0][0] == ["Un", "Deux"]


def test_figures_and_rules_need_no_model(small: Package, script: Callable[..., ScriptedModel]) -> None:
    """Text without letters is its own translation."""
    scripted = script(Un="One")
    (done,) = translate((document("12 345,6 %\n— * —", "Un"),), (small,), "en", SETTINGS)
    assert (done.text, done.sentences[1].unverified) == ("12 345,6 %\n— * —", None)
    assert scripted.asked[0][0] == ["Un"]


def test_a_failure_of_ctranslate2_is_an_error_of_ours(small: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may pass (memory, a GPU in use), so the articles are tried again."""

    def fails(*_: object) -> None:
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr(Model, "_start", fails)
    with pytest.raises(TranslateError, match=r"translate-fr_en-0\.1: CTranslate2 failed \(CUDA out") as caught:
        translate((document("Il pleut."),), (small,), "en", SETTINGS)
    assert not caught.value.permanent


def test_a_gpu_without_room_refuses_no_package(small: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program fills the GPU for now: the sound package is tried again, not put away until a restart."""

    def fails(*_: object) -> None:
        raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(Model, "__init__", fails)
    package = relabelled(small, tmp_path, package_version="8")
    with pytest.raises(TranslateError, match=r"translate-fr_en-8: there is no memory") as caught:
        translate((document("Il pleut."),), (package,), "en", SETTINGS)
    assert not caught.value.permanent
    assert not isinstance(caught.value, PackageError)


def test_a_term_that_is_lost_twice_is_a_fault(script: Callable[..., ScriptedModel], small: Package) -> None:
    """A country that a translation may leave out is asked for in its place; lost again, the sentence is unverified."""
    script(Il_visite_le_Kenya="He visits it")
    pinned = Pinned(start=13, end=18, target="Kenya", origin="country names", also=("Kenya*",), firm=False)
    wanted = Wanted(source="Il visite le Kenya", pinned=(pinned,))
    (output,) = engine.outputs((wanted,), ((small,),), "en", SETTINGS)
    assert (output.text, output.unverified) == ("He visits it", "a term is missing: Kenya")


def test_a_term_is_put_in_its_place_when_it_was_lost(script: Callable[..., ScriptedModel], small: Package) -> None:
    """The plain sentence first; what lost its term is asked for with the term, which is told as the glossary's work."""
    pinned_text = 'L\'"LNA" avance'
    scripted = ScriptedModel({"L'ANL avance": "The ANC advances", pinned_text: 'The "LNA" advances'})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "load", lambda package, settings: scripted)
        pinned = Pinned(start=2, end=5, target="LNA", origin="pack libya")
        (output,) = engine.outputs((Wanted(source="L'ANL avance", pinned=(pinned,)),), ((small,),), "en", SETTINGS)
    assert (output.text, output.unverified, output.pinned) == ("The LNA advances", None, (pinned,))
    assert [texts for texts, _ in scripted.asked] == [["L'ANL avance"], [pinned_text]]
