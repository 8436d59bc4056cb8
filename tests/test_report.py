"""The brief: what it tells, that its numbers agree, that it asks nothing of anyone, and that it prints."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import brief_archive as week
import html5lib
import pytest
from alert_cases import URLS, XSS
from click.testing import CliRunner
from newsrooms import NOW, FakeClock
from playwright.sync_api import Browser, sync_playwright

from monitor import cli
from monitor.archive import Reader
from monitor.archive.briefs import Finding, Lead, PassedOver, Scope
from monitor.errors import ConfigError
from monitor.models import Evidence, Span
from monitor.web.articles.citation import HASH
from monitor.web.report import document as report
from monitor.web.report.brief import CITED, Brief, Found, compose

BERLIN = ZoneInfo("Europe/Berlin")
ASKED = Scope(topic=week.TOPIC, since=week.WEEK, until=NOW)
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return week.build(tmp_path_factory.mktemp("brief") / "archive.db")


@pytest.fixture(scope="module")
def brief(archive: Path) -> Brief:
    """The whole week."""
    with Reader.open(archive) as reader:
        return report.read(reader, ASKED, NOW, BERLIN, working="en")


@pytest.fixture(scope="module")
def document(brief: Brief) -> str:
    return report.render(brief, BERLIN, "en")


def parsed(document: str):  # type: ignore[no-untyped-def]  # html5lib's trees are ElementTree's, without namespaces here
    return html5lib.parse(document, namespaceHTMLElements=False)


def text(node) -> str:  # type: ignore[no-untyped-def]
    return " ".join("".join(node.itertext()).split())


# ── what it tells ───────────────────────────────────────────────────────────────────────────────


def test_the_numbers_agree(brief: Brief, document: str) -> None:
    """Stories, articles and languages are those of the archive; chart, table and heads add up to the same."""
    assert (brief.stories, len(brief.told), len(brief.languages)) == (40, 40, 6)
    assert brief.articles == sum(count for _, count in brief.languages) == sum(bar.articles for bar in brief.bars)
    assert brief.articles == sum(story.articles for story in brief.told)
    root = parsed(document)
    heads = {text(one.find("dt")): text(one.find("dd")) for one in root.iterfind(".//dl/div")}
    assert heads["stories"] == "40"
    assert heads["articles"] == str(brief.articles)
    rows = [[text(cell) for cell in row] for row in root.iterfind(".//table//tr")]
    assert rows[0][0] == "Time"
    assert len(rows) == 1 + 8  # seven days touch eight
    assert sum(int(row[-1]) for row in rows[1:]) == brief.articles
    assert all(int(row[-1]) == sum(map(int, row[1:-1])) for row in rows[1:])
    assert len(root.findall(".//article")) == 40


def test_every_source_is_cited_and_every_citation_is_there(brief: Brief, document: str) -> None:
    """The stories' numbers and the list of sources are the same, in order; each has its address and its page's hash."""
    root = parsed(document)
    referred = [link.get("href") for link in root.iterfind(".//article//p[@class='sources']/a")]
    listed = [f"#{item.get('id')}" for item in root.iterfind(".//ol/li")]
    assert referred == listed == [f"#source-{number}" for number in range(1, len(brief.citations) + 1)]
    first, item = brief.citations[0].source, root.find(".//ol/li")
    assert f"“{first.title}” (“{first.translated_title}”, machine translation), French, 23 November 2026." in text(item)
    assert item.find("a").get("href") == first.url == text(item.find("a"))
    assert text(item.find(".//code")) == first.page_sha256[:HASH]
    seen = [text(item) for item in root.iterfind(".//ol/li") if "its page was not fetched" in text(item)]
    assert len(seen) == sum(not citation.source.page_sha256 for citation in brief.citations) > 0


def test_a_story_stands_in_both_languages(document: str) -> None:
    """Headline in English, the original below it right to left, the sentence in both with its terms marked."""
    stories = [one for one in parsed(document).iterfind(".//article") if "Pier" in text(one.find("h3"))]
    story = next(one for one in stories if one.find(".//p[@class='doubt']") is None)
    original = story.find("p[@class='original']")
    assert (original.get("lang"), original.get("dir")) == ("ar", "rtl")
    assert text(original).startswith("افتتاح الرصيف رقم")
    translated, arabic = story.findall("figure/p")[:2]
    assert (translated.get("lang"), arabic.get("lang"), arabic.get("dir")) == ("en", "ar", "rtl")
    assert [text(mark) for mark in (*translated.iter("mark"), *arabic.iter("mark"))] == ["port", "الميناء"]


def test_doubtful_translations_are_labelled(brief: Brief, document: str) -> None:
    """A sentence or headline that failed a check says so, and why."""
    doubtful = [story for story in brief.told if story.head.evidence.unverified]
    assert doubtful
    assert document.count("Translation unverified (a number is missing: 13).") == len(doubtful)
    headlines = [story for story in brief.told if story.head.title_unverified]
    assert headlines
    assert document.count("Headline: translation unverified (2 is missing).") == len(headlines)


def test_what_was_passed_over_is_counted_and_shown(document: str) -> None:
    """How many, and the nearest with score and reason."""
    said = text(parsed(document).find(".//section[@aria-labelledby='passed']"))
    assert "7 articles met the query and are not counted" in said
    assert "A glass of port, part 6. The Cellar, English, score 16: it is about wine" in said


def test_who_had_it_first_is_told(brief: Brief) -> None:
    """The story's first article counts, whichever is quoted; most outlets first."""
    assert all(story.lead.first_seen <= story.head.first_seen for story in brief.told)
    outlets = [len(story.outlets) for story in brief.told]
    assert outlets == sorted(outlets, reverse=True)


def test_the_newest_first(archive: Path) -> None:
    """By when their latest article came; stories beyond the limit are counted, not told."""
    with Reader.open(archive) as reader:
        newest = report.read(reader, ASKED, NOW, BERLIN, working="en", order="newest", most=5)
    seen = [story.last_seen for story in newest.told]
    assert seen == sorted(seen, reverse=True)
    assert (len(seen), newest.stories, newest.untold) == (5, 40, 35)
    assert "35 more stories are counted above and not told here." in text(parsed(report.render(newest, BERLIN, "en")))


@pytest.mark.parametrize(
    ("topic", "languages", "words"),
    [(week.TOPIC, ("sw",), "in these languages. No article met its query."), (week.TOPIC, (), "7 articles met")],
)
def test_an_empty_period_says_so(archive: Path, topic: str, languages: tuple[str, ...], words: str) -> None:
    """No chart, no stories, no sources: what would be there, and what was passed over."""
    until = NOW - timedelta(days=2) + timedelta(seconds=1)
    with Reader.open(archive) as reader:
        asked = Scope(topic=topic, since=until - timedelta(seconds=1), until=until, languages=languages)
        empty = report.read(reader, asked, NOW, BERLIN, working="en")
    root = parsed(report.render(empty, BERLIN, "en"))
    assert empty.articles == 0
    assert words in text(root.find(".//p[@class='nothing']"))
    assert [root.find(f".//{tag}") for tag in ("svg", "article", "ol")] == [None] * 3


# ── how it is put together ──────────────────────────────────────────────────────────────────────


def finding(number: int, **more: object) -> Finding:
    fields: dict[str, object] = {
        "article_id": number,
        "outlet": f"Outlet {number}",
        "language": "fr",
        "title": "Titre",
        "translated_title": "Title",
        "title_unverified": None,
        "url": f"https://a.example/{number}",
        "published": NOW,
        "first_seen": NOW - timedelta(hours=30 - number),
        "score": 80,
        "evidence": Evidence(sentence="Un port.", spans=(Span(start=3, end=7),), translation="A port."),
        "story_id": 1,
        "page_sha256": "ab" * 32,
        "page_fetched_at": NOW,
    }
    return Finding(**(fields | more))  # type: ignore[arg-type]


def composed(
    *findings: Finding, since: datetime = NOW - timedelta(days=7), until: datetime = NOW, **more: object
) -> Brief:
    found = Found(findings=findings, leads={}, passed_over=0, samples=(), **more)  # type: ignore[arg-type]
    return compose(found, replace(ASKED, since=since, until=until), NOW, BERLIN, working="en", order="weight", most=40)


def test_the_best_article_stands_for_its_story() -> None:
    """What can be read before what cannot, verified before doubtful, then the higher score, no copy, the earlier."""
    russian = finding(0, score=100, language="ru", translated_title="")
    english = finding(6, score=50, language="en", translated_title="")
    assert composed(russian, english).told[0].head == english
    doubtful = finding(1, score=99, title_unverified="18 is missing")
    early, late, copy = finding(2), finding(3), finding(4, copy_of=1)
    assert composed(copy, doubtful, early, late).told[0].head == early
    assert composed(copy, doubtful, early, finding(5, score=81)).told[0].head.article_id == 5


def test_few_of_many_are_cited_and_copies_last() -> None:
    """The one that is quoted, then one an outlet; wire copies only when there is room."""
    copies = [finding(number, copy_of=1) for number in range(2, 12)]
    (story,) = composed(finding(1, score=90), *copies, finding(12), finding(13, outlet="Outlet 12")).told
    assert (story.articles, story.copies, len(story.cited)) == (13, 10, CITED)
    cited = [c.source.article_id for c in composed(finding(1, score=90), *copies, finding(12)).citations]
    assert cited[:2] == [1, 12]


def test_articles_in_no_story_are_stories_of_their_own() -> None:
    """Two without a story are two; two of one story are one."""
    assert composed(finding(1, story_id=None), finding(2, story_id=None)).stories == 2
    assert composed(finding(1), finding(2)).stories == 1


def test_days_are_those_of_the_reader() -> None:
    """23:30 UTC on Monday is Tuesday in Berlin; a period of two days is drawn by the hour."""
    late = finding(1, first_seen=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert [bar.day for bar in composed(late).bars] == ["2026-11-24"]
    short = composed(late, since=NOW - timedelta(hours=24))
    assert [bar.day for bar in short.bars] == ["2026-11-24T00"]
    assert (short.labels[0], short.labels[-1], len(short.labels)) == ("2026-11-23T13", "2026-11-24T12", 24)


def test_the_hour_that_comes_twice_is_one_label() -> None:
    """When clocks go back, the day of 25 hours has 24 labels, none missing, none twice."""
    since = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight in Berlin
    labels = composed(finding(1), since=since, until=since + timedelta(hours=25)).labels
    assert labels == tuple(f"2026-10-25T{hour:02}" for hour in range(24))


# ── safety ──────────────────────────────────────────────────────────────────────────────────────


def test_it_holds_no_script_and_asks_nothing(document: str) -> None:
    """The policy allows this very style sheet alone; nothing in the document is loaded from anywhere."""
    root = parsed(document)
    meta = next(one for one in root.iter("meta") if one.get("http-equiv"))
    style = "".join(root.find(".//style").itertext())
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert meta.get("http-equiv") == "Content-Security-Policy"
    assert (
        meta.get("content") == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & {
        one.tag for one in root.iter()
    } == set()
    attributes = {name for one in root.iter() for name in one.keys()}  # noqa: SIM118
    assert [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")] == []
    assert re.findall(r"url\((?!#)|@import", style) == []


def shape(document: str) -> list[tuple[str, tuple[str, ...]]]:
    """Elements and the names of their attributes, in order; `a` counts as what stands in its place."""
    return [(str(one.tag), tuple(sorted(one.keys()))) for one in parsed(document).iter()]


def hostile(vector: str) -> Brief:
    evidence = Evidence(
        sentence=f"x{vector}", spans=(Span(start=0, end=1),), translation=f"y{vector}", unverified=f"z{vector}"
    )
    wild = finding(
        1,
        title=f"t{vector}",
        translated_title=f"u{vector}",
        outlet=f"o{vector}",
        language=vector[:20] or "x",
        title_unverified=f"v{vector}",
        evidence=evidence,
    )
    passed = PassedOver(
        article_id=2, title=f"p{vector}", translated_title=f"q{vector}", language=vector[:20] or "x",
        outlet=f"r{vector}", score=3, reason=f"s{vector}",
    )  # fmt: skip
    made = composed(wild, query=f"q{vector}", description=f"d{vector}", coverage=f"c{vector}")
    scope = replace(made.scope, topic=f"n{vector}")
    story = replace(made.told[0], lead=Lead(outlet=f"l{vector}", language=vector[:20] or "x", first_seen=NOW))
    return replace(made, scope=scope, told=(story,), passed_over=1, samples=(passed,))


@pytest.mark.parametrize("vector", XSS)
def test_hostile_words_stay_words(vector: str) -> None:
    """In every field at once, an attack leaves exactly the elements and attributes that tame words leave."""
    assert shape(report.render(hostile(vector), BERLIN, "en")) == shape(report.render(hostile("tame"), BERLIN, "en"))


@pytest.mark.parametrize("url", URLS)
def test_no_link_leads_where_it_should_not(url: str) -> None:
    """Addresses that are not fit to be followed are no links."""
    document = report.render(composed(finding(1, url=url)), BERLIN, "en")
    links = [link.get("href") for link in parsed(document).iter("a")]
    assert [link for link in links if link != "#source-1"] == []
    assert "no address fit to follow" in document


# ── the command ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.commands.report.SystemClock", FakeClock)


def run(archive: Path, *words: str):  # type: ignore[no-untyped-def]
    config = archive.with_name("config.toml")
    config.write_text(
        f'[archive]\npath = "{archive.name}"\n\n[http]\ncontact = "desk@example.org"\n\n'
        '[[feeds]]\nurl = "https://phare.example/feed"\n',
        encoding="utf-8",
    )
    return CliRunner().invoke(cli.monitor, ["-c", str(config), "report", *words])


def test_the_command_writes_the_file(archive: Path, tmp_path: Path) -> None:
    """One file, whole, and how much is in it on standard error; without --out the document goes to standard output."""
    since, target = f"{week.WEEK:%Y-%m-%d}", tmp_path / "brief.html"
    done = run(archive, week.TOPIC, "--since", since, "--until", "2026-11-24", "--out", str(target))
    assert done.exit_code == 0, done.output
    assert "40 stories" in done.stderr
    assert target.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [target]
    piped = run(archive, week.TOPIC, "--since", since, "--until", "2026-11-24")
    assert piped.stdout.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Ports of the suoth"], "Did you mean “Ports of the south”?"),
        (["ports"], "Did you mean “Ports of the south”?"),
        (["Something else"], "It knows: Ports of the south."),
        ([week.TOPIC, "--since", "yesterday"], "--since yesterday: is no time. Write"),
        ([week.TOPIC, "--since", "2999-01-01"], "is yet to come"),
        ([week.TOPIC, "--since", "2026-11-20", "--until", "2026-11-01"], "comes before the period begins"),
    ],
)
def test_mistakes_are_explained(archive: Path, words: list[str], said: str) -> None:
    """A topic that is not there names the nearest; times that are none say how to write them."""
    failed = run(archive, *words)
    assert isinstance(failed.exception, ConfigError)
    assert said in str(failed.exception)


# ── on screen and on paper ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; continuous integration installs it")
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_without_a_request_or_a_complaint(browser: Browser, document: str, tmp_path: Path, width: int) -> None:
    """From the disk: nothing else is loaded, the policy objects to nothing, nothing runs off the side, Arabic runs
    right to left."""
    file = tmp_path / "brief.html"
    file.write_text(document, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    arabic = page.locator("p.original[lang=ar]").first
    assert arabic.evaluate("node => getComputedStyle(node).direction + getComputedStyle(node).textAlign") == "rtlright"
    assert page.locator("h1").count() == 1
    page.close()


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_it_prints(browser: Browser, document: str, tmp_path: Path, size: str) -> None:
    """A PDF of some twenty pages for forty stories, small enough to mail; MONITOR_PICTURES keeps it to be looked at."""
    page = browser.new_page()
    page.set_content(document)
    made = page.pdf(format=size)
    page.close()
    if folder := os.environ.get("MONITOR_PICTURES"):
        (Path(folder) / f"brief-{size}.pdf").write_bytes(made)
    pages = len(re.findall(rb"/Type /Page\b", made))
    assert made.startswith(b"%PDF")
    assert 10 <= pages <= 25
    assert len(made) < 2_000_000
