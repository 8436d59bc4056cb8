"""Articles for tests of stories: short news of our own, in several languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.models import Article, TranslationState
from monitor.topics.packs import load_packs
from monitor.topics.stories.fingerprint import Fingerprint, fingerprint
from monitor.topics.stories.names import gazetteer

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
NAMES = gazetteer(load_packs().values())

DEAL = (
    "Libya and Russia sign deal on 24 aircraft",
    "General Karim Mansour signed an agreement on the repair of 24 aircraft in Moscow on Tuesday. "
    "The contract with Viktor Markov's ministry is worth 85 million dollars and lasts three years. "
    "Engineers will work at the base of Benina, where 140 technicians are to be trained.",
)
DEAL_AGAIN = (
    "Moscow to repair aircraft of Libyan army for 85 million dollars",
    "Russian engineers are to repair 24 aircraft at the Benina base near Benghazi, General Mansour said. "
    "Viktor Markov called the contract of 85 million dollars a first step. 140 technicians will be trained.",
)
DEAL_RUSSIAN = (
    "Ливийская военная делегация подписала в Москве соглашение об обслуживании 24 самолётов",
    "Генерал Карим Мансур встретился с Виктором Марковым. Стоимость соглашения 85 миллионов долларов. "
    "На базе Бенина под Бенгази будут обучены 140 техников, говорит Мансур.",
)
DEAL_RUSSIAN_IN_ENGLISH = (
    "Libyan military delegation signed agreement on maintenance of 24 aircraft in Moscow",
    "General Karim Mansour met Viktor Markov. The cost of the agreement is 85 million dollars. "
    "140 technicians will be trained at the Benina base near Benghazi, says Mansour.",
)
GRAIN = (
    "Russia sells 200,000 tonnes of wheat to Libya",
    "The first ship with Russian wheat is expected in the port of Misrata next month. "
    "The Libyan bakers' union welcomed the purchase; flour had become scarce after a poor harvest.",
)
FERRY = (
    "Night ferry returns after six years",
    "The ferry Santa Katarina will sail between Valletta and Catania again from Friday. "
    "The crossing takes seven hours, and a cabin costs 65 euros, Captain Joseph Vella said.",
)


def article(number: int, words: tuple[str, str], *, hours: float = 0, language: str = "en", **more: object) -> Article:
    """`hours`: after START. `english`: its translation (title, text)."""
    english = more.pop("english", None)
    fields: dict[str, object] = {
        "id": number,
        "feed_id": None,
        "url": f"https://a.example/{number}",
        "canonical_url": f"a.example/{number}",
        "outlet": f"Outlet {number}",
        "title": words[0],
        "text": words[1],
        "first_seen": START + timedelta(hours=hours),
        "language": language,
        "translation_state": TranslationState.NOT_NEEDED,
    }
    if isinstance(english, tuple):
        fields |= {
            "translated_title": english[0],
            "translated_text": english[1],
            "translation_state": TranslationState.TRANSLATED,
        }
    return Article(**(fields | more))  # type: ignore[arg-type]


def print_of(number: int, words: tuple[str, str], **more: object) -> Fingerprint:
    return fingerprint(article(number, words, **more), NAMES)  # type: ignore[arg-type]
