"""How far the translation of an article can be trusted, or why there is none, in one sentence for its page."""

from __future__ import annotations

from monitor.archive.translations import Worth
from monitor.models import Article, TranslationState
from monitor.wording import languages


def trust(worth: Worth) -> str:
    """ "Translation score 62 of 100; 3 of 24 sentences are unverified." """
    if not worth.sentences:
        return ""
    score = "" if worth.score is None else f"Translation score {worth.score:.0f} of 100; "
    if not worth.unverified:
        return f"{score}every sentence passed the checks.".capitalize()
    return f"{score}{worth.unverified} of {worth.sentences} sentences are unverified.".capitalize()


def missing(article: Article, *, sentences: bool) -> str:
    """Why an article is shown without its translation, or without all of it; "" when nothing is missing.

    `sentences`: the archive holds it sentence by sentence.
    """
    name = languages.name(article.language or "und") or "its language"
    match article.translation_state:
        case TranslationState.NOT_NEEDED:
            return ""
        case TranslationState.UNKNOWN:
            return "Not translated yet: its language has not been identified yet."
        case TranslationState.PENDING if article.lead_translated:
            return "Headline and first paragraph are translated; the rest is waiting its turn."
        case TranslationState.PENDING:
            return "Not translated yet: it is waiting its turn. Until then the original stands alone."
        case TranslationState.WAITING:
            return (
                f"Not translated: no translation package for {name} is installed. "
                f"“monitor models install {languages.tag(article.language)}” gets one; the article is then translated."
            )
        case TranslationState.FAILED:
            why = f" {article.error}" if article.error else ""
            return f"The translation from {name} failed, so the original stands alone.{why}"
    if sentences:
        return ""
    if article.text.count("\n") == article.translated_text.count("\n"):
        return "This translation was kept without its sentences: paragraphs stand side by side, and none is checked."
    return "This translation was kept without its sentences, so the original stands alone; the data has both texts."
