"""What is "the same": canonical URLs, and the keys an entry is known by.

The archive keeps a table `aliases(key UNIQUE → article_id)`. For one feed document:

    keys = document_keys(feed_url, entries)     one tuple of keys for each entry, strongest first
    the first key that the archive knows leads to the article; no key known: a new article
    but a key that starts with GUID is passed over if is_another_story(entry, its article)
    then every key of the entry is written down for the article that was found or made, so that a feed
    which changes its habits keeps finding its articles; a new article takes over keys of an older one

Keys with a guid hold for one feed only; keys with a URL hold for all of them, so an article that two feeds
list is one article.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from yarl import URL

from monitor.models import Entry

_TRACKING = re.compile(  # of no use to the server that delivers the article
    r"utm_\w+|at_\w+|mtm_\w+|pk_\w+|piwik_\w+|hsa_\w+|guce\w*|ns_(?:source|mchannel|campaign|linkname|fee)|wt[._]\w+"
    r"|(?:fb|g|d|y|ys|tw|tt|yad)clid|msclkid|li_fat_id|rb_clickid|gclsrc|gbraid|wbraid|fb_(?:ref|source|action_\w+)"
    r"|igsh(?:id)?|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|vero_id|oly_\w+_id|_openstat|roistat|xtor|xtref|s_cid"
    r"|ncid|cmpid|icid|intcid|ito|smid|emc|maca|spm|ref_?src|ref_url|soc_(?:src|trk)|traffic_source|traffic_medium"
    r"|guccounter|__twitter_impression|(?:js|php)sess(?:ion)?id|sessionid|feedname|from_?rss|rss"
    r"|amp|amp_\w+|usqp|outputtype",
    re.IGNORECASE,
)
_FROM = {"ref", "source", "src", "from", "partner", "cmp", "mod", "cid", "medium", "via", "feature", "origin"}
_FROM_FEED = re.compile(
    r".*(?:rss|feed|twitter|facebook|telegram|newsletter|googlenews|yandex).*|share|amp", re.IGNORECASE
)
_SESSION = re.compile(r";(?:jsession|phpsess)id=[^/?#]*", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:[acv]/)?(?:s/)?(?P<target>[^/]+\.[^/]+/.*)", re.DOTALL)
_AMP_END = re.compile(r"(?P<path>/.*?[^/.])(?:/+amp(?:/|\.html)?|\.amp(?P<html>\.html)?)/*")
_AMP_START = re.compile(r"/amp(?P<path>/.+)")
_HOST_PREFIXES = {"www", "m", "mobile", "amp", "touch", "wap"}
_PAGE_NUMBER = re.compile(r"/(?:page/)?\d{1,3}")

# Where each subdomain is a site of its own.
_SHARED = {"blogspot.com", "wordpress.com", "substack.com", "github.io", "medium.com", "livejournal.com", "ucoz.ru"}
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "gob", "gouv", "edu", "ac", "or", "ne", "go", "asso", "info", "nom"}

_WORDS = re.compile(r"\w+")


GUID = "guid"
"""How the keys begin that rest on the feed's own identifier."""


def canonical_url(url: str, *, rel_canonical: str | None = None) -> str:
    """One address for one article: the key it is known by. Not meant for fetching.

    https and no `www.` throughout; tracking parameters, session ids, fragments, AMP and mobile forms,
    default ports and trailing slashes go; parameters are sorted. Nothing that could tell two articles
    apart goes: `id=`, `p=` and every parameter not known to be tracking stay, and so do `#!/…` fragments.

    A `rel_canonical` replaces `url` only if it is on the same site, is not a home page, and is not merely
    `url` with its query or the end of its path missing. A URL that cannot be read comes back unchanged.
    """
    own = _canonical(url)
    stated = _canonical(rel_canonical) if rel_canonical else None
    return str(stated) if stated and own and _believable(stated, own) else str(own or url)


def document_keys(feed_url: str, entries: Sequence[Entry]) -> tuple[tuple[str, ...], ...]:
    """The keys of each entry of one feed document.

    A link that leads to a home page, or that entries with different titles share (a live page), identifies
    none of them; they are then known by their content, beside their guid if they have one.
    """
    urls = [canonical_url(one.link) if one.link else "" for one in entries]
    titled = {(url, _normal(one.title)) for url, one in zip(urls, entries, strict=True)}
    shared = Counter(url for url, _ in titled)
    return tuple(
        _keys(feed_url, one, url if url and shared[url] == 1 and not _is_home(url) else "")
        for url, one in zip(urls, entries, strict=True)
    )


def entry_keys(feed_url: str, entry: Entry) -> tuple[str, ...]:
    """The keys of a single entry, strongest first.

    `guid:<feed>|<guid>`; `guid-alias:<feed>|<guid without scheme and host>` where the guid is a URL, since
    sites move to https and to new hosts; `url:<canonical>`; `content:<hash>` if there is neither guid nor
    a link that identifies it.
    """
    return document_keys(feed_url, (entry,))[0]


def is_another_story(entry: Entry, canonical: str, title: str) -> bool:
    """Whether a feed has used a guid again: neither the link nor the title are those of the article the guid
    leads to, whose canonical URL and title are given. An edited title stays alike."""
    if not entry.link or not canonical or canonical_url(entry.link) == canonical:
        return False
    return not _alike(entry.title, title)


def content_hash(title: str, text: str) -> str:
    """32 hex digits of SHA-256 over title and text, blind to case, spacing and Unicode form."""
    return hashlib.sha256(f"{_normal(title)}\n{_normal(text)}".encode("utf-8", "replace")).hexdigest()[:32]


def _keys(feed_url: str, entry: Entry, url: str) -> tuple[str, ...]:
    feed = canonical_url(feed_url)
    keys: list[str] = []
    if entry.guid:
        keys.append(f"{GUID}:{feed}|{entry.guid}")
        alias = _without_host(entry.guid)
        if alias:
            keys.append(f"{GUID}-alias:{feed}|{alias}")
    if url:
        keys.append(f"url:{url}")
    elif entry.link or not entry.guid:
        keys.append(f"content:{content_hash(entry.title, entry.content or entry.summary)}")
    return tuple(keys)


def _without_host(guid: str) -> str | None:
    if not guid.lower().startswith(("http://", "https://")):
        return None
    _, slash, path = guid.split("://", 1)[1].partition("/")
    return slash + path if path else None


def _alike(one: str, other: str) -> bool:
    """Whether two titles share half of their three-letter sequences, which works in every script."""
    first, second = _sequences(one), _sequences(other)
    return 2 * len(first & second) >= max(len(first), len(second))


def _sequences(title: str) -> set[str]:
    letters = "".join(_WORDS.findall(_normal(title)))
    return {letters[i : i + 3] for i in range(max(1, len(letters) - 2))}


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


# ── canonical URLs ───────────────────────────────────────────────────────────────────────────────


def _canonical(text: str) -> URL | None:
    try:
        url = _out_of_cache(URL(_SESSION.sub("", text.strip())))
        if url.scheme not in ("http", "https") or not url.host or "%" in url.host:
            return None
        return _rebuilt(url)
    except ValueError:
        return None


def _rebuilt(url: URL) -> URL:
    host = (url.raw_host or "").rstrip(".")
    path = _path(url.raw_path)
    query = sorted((name, value) for name, value in url.query.items() if not _is_tracking(name, value))
    port = None if url.port in (80, 443) else url.port
    fragment = url.fragment if url.fragment.startswith(("!", "/")) else ""
    built = URL.build(scheme="https", host=_host(host), port=port, path=path, encoded=True)
    return built.with_query(query).with_fragment(fragment or None)


def _host(host: str) -> str:
    """The host without www., m. and the like, in front or second (`fr.m.wikipedia.org`)."""
    if ":" in host:
        return f"[{host}]"
    labels = host.split(".")
    while labels[0] in _HOST_PREFIXES and len(labels) > len(_site(host).split(".")):
        del labels[0]
    if len(labels) > 3 and labels[1] == "m":
        del labels[1]
    return ".".join(labels)


def _out_of_cache(url: URL) -> URL:
    """The publisher's address inside one of an AMP cache (cdn.ampproject.org, google.*/amp/)."""
    host, path = url.host or "", url.raw_path
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]+", host) and path.startswith("/amp/"):
        path = path.removeprefix("/amp")
    elif not host.endswith("cdn.ampproject.org"):
        return url
    target = _AMP_CACHE.fullmatch(path)
    return URL(f"https://{target['target']}").with_query(url.query) if target else url


def _path(path: str) -> str:
    while ending := _AMP_END.fullmatch(path):
        path = ending["path"] + (ending["html"] or "")
    while start := _AMP_START.fullmatch(path):
        path = start["path"]
    return path.rstrip("/") or "/"


def _is_tracking(name: str, value: str) -> bool:
    if _TRACKING.fullmatch(name):
        return name.lower() != "outputtype" or value == "amp"
    return name.lower() in _FROM and _FROM_FEED.fullmatch(value) is not None


def _believable(stated: URL, own: URL) -> bool:
    """Whether a page's rel=canonical may stand for it."""
    if _is_home(str(stated)) or _site(stated.host or "") != _site(own.host or ""):
        return False
    if stated.raw_path == own.raw_path:
        return stated.query_string == own.query_string or bool(stated.query_string)
    if not own.raw_path.startswith(stated.raw_path + "/"):
        return True
    return _PAGE_NUMBER.fullmatch(own.raw_path.removeprefix(stated.raw_path)) is not None


def _is_home(url: str) -> bool:
    return url.endswith("/") and url.count("/") == 3


def _site(host: str) -> str:
    """The registrable part of a host, near enough to tell whether two hosts are one publisher's."""
    labels = host.split(".")
    if ".".join(labels[-2:]) in _SHARED or (len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL):
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])
