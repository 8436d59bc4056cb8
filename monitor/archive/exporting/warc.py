"""WARC 1.1 (ISO 28500): stored pages as evidence that other programs replay and check. Through warcio.

We keep a page's body, its transfer and content encodings undone, and its Content-Type, but no other header of the
answer. Hence `resource` records, which hold a body and its type, rather than `response` records with invented headers.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from io import BufferedIOBase, BytesIO

from warcio.warcwriter import WARCWriter

from monitor import __version__
from monitor.archive.exporting.lines import plain_record
from monitor.archive.exporting.record import Record
from monitor.archive.pages import Page, Pages
from monitor.archive.rows import to_text

_TEXTS = ("text", "translated_text")  # they are records of their own
_UNTYPED = "application/octet-stream"  # what RFC 9110, 8.3, lets one take an unstated type for


class Warc:
    """For each article with a stored page four records: page, text, translation (if there is one), and the rest.

    page         resource: its bytes as stored
    text         conversion, text/plain: title and text as extracted
    translation  conversion, text/plain: both in the working language
    the rest     metadata, application/json: the columns of `record.py` without the two texts

    The last three refer to the page. Ids follow from page and article: exported again, they are the same.
    """

    def __init__(
        self, out: BufferedIOBase, pages: Pages, asked: Mapping[str, object], *, name: str, gzip: bool
    ) -> None:
        self._warc = WARCWriter(out, gzip=gzip, warc_version="WARC/1.1")
        self._pages = pages
        self.without_page = 0
        self.damaged = 0  # pages that are no longer what they were when fetched; they are left out
        about = {
            "software": f"monitor/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "description": "Pages kept by a media monitor: bodies with transfer and content encodings undone",
            "monitor-selection": json.dumps(dict(asked), ensure_ascii=False),
        }
        self._warc.write_record(self._warc.create_warcinfo_record(name, about))

    def write(self, lot: Sequence[Record]) -> None:
        for record in lot:
            page = self._pages.get(record.id)
            if page is None:
                self.without_page += 1
            elif hashlib.sha256(page.body).hexdigest() != page.sha256:
                self.damaged += 1
            else:
                self._article(record, page)

    def close(self) -> None:
        """Nothing is owed."""

    def _article(self, record: Record, page: Page) -> None:
        mine = {"WARC-Record-ID": _id(page, record.id, "page"), "WARC-Payload-Digest": f"sha256:{page.sha256}"}
        self._put("resource", page, page.body, page.content_type or _UNTYPED, mine)
        about = {"WARC-Refers-To": mine["WARC-Record-ID"]}
        texts = {"text": (record.title, record.text), "translation": (record.translated_title, record.translated_text)}
        for kind, (title, text) in texts.items():
            if title or text:
                body = f"{title}\n\n{text}\n".encode()
                extra = {"WARC-Record-ID": _id(page, record.id, kind), **about}
                self._put("conversion", page, body, "text/plain; charset=utf-8", extra)
        rest = {name: value for name, value in plain_record(record).items() if name not in _TEXTS}
        extra = {"WARC-Record-ID": _id(page, record.id, "metadata"), **about}
        self._put("metadata", page, json.dumps(rest, ensure_ascii=False).encode(), "application/json", extra)

    def _put(self, kind: str, page: Page, body: bytes, content_type: str, headers: Mapping[str, str]) -> None:
        made = self._warc.create_warc_record(
            page.url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=" ".join(content_type.split()),  # a header is one line
            warc_headers_dict={**headers, "WARC-Date": to_text(page.fetched_at) or ""},
        )
        self._warc.write_record(made)


def _id(page: Page, article_id: int, kind: str) -> str:
    name = f"{page.url} {page.sha256} {to_text(page.fetched_at)} {article_id} {kind}"
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
