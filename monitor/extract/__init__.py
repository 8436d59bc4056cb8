"""From pages to articles: the text and what the page says about it, less furniture, and its language.

    article      HTML → Extracted: trafilatura, JSON-LD, the feed's own words, in that order
    page         bytes → tree, within bounds        metadata  title, authors, date, site, image
    outline      what the page marks as furniture   jsonld    what it tells search engines
    opening      title and standfirst               lines     short lines that are furniture by themselves
    boilerplate  what a site repeats on every page  pasted    plain text as pasted from a page
    language     text → Language

Pure functions: bytes and text in, values out. Pages are chosen by strangers, so `extract` and `from_text` run
in a child process with limits on CPU, time and memory.
"""

from monitor.extract.article import extract, from_entry
from monitor.extract.boilerplate import drop_repeated, fingerprints
from monitor.extract.language import identify
from monitor.extract.pasted import from_text

__all__ = ["drop_repeated", "extract", "fingerprints", "from_entry", "from_text", "identify"]
