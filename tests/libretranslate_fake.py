"""A LibreTranslate server on loopback that answers as the real one does, within the limits a test gives it.

    with FakeLibreTranslate(batch_limit=3) as fake:
        ...  # ask fake.address
        assert fake.batches == [["Bonjour."]]

A translation is the text in upper case. `script` holds raw answers to give before the next translations.
"""

from __future__ import annotations

import json
from typing import Any

from servers import RawServer, Received, Reply, response

LANGUAGES: list[dict[str, Any]] = [
    {"code": "en", "name": "English", "targets": ["en", "fr", "pt-BR", "zh-Hans"]},
    {"code": "fr", "name": "French", "targets": ["en", "fr"]},
    {"code": "nb", "name": "Norwegian", "targets": ["en", "nb"]},
    {"code": "pt-BR", "name": "Portuguese (Brazil)", "targets": ["en", "pt-BR"]},
    {"code": "zh-Hans", "name": "Chinese", "targets": ["en", "zh-Hans"]},
    {"code": "eo", "name": "Esperanto", "targets": ["fr"]},
]
JSON = {"Content-Type": "application/json"}


def answer(status: int, content: object, **headers: str) -> bytes:
    """An answer in JSON."""
    return response(
        status, {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}, json.dumps(content)
    )


class FakeLibreTranslate(RawServer):
    """`char_limit` is stated by /frontend/settings, the real `true_char_limit` and `batch_limit` are not."""

    def __init__(
        self, *, char_limit: int = -1, true_char_limit: int = -1, batch_limit: int = -1, key: str = "", prefix: str = ""
    ) -> None:
        super().__init__()
        self._chars = true_char_limit if true_char_limit > 0 else char_limit
        self._texts, self._key, self._prefix = batch_limit, key, prefix
        self.batches: list[list[str]] = []  # what was translated
        self.asked: list[dict[str, Any]] = []  # every body of a POST
        self.script: list[bytes] = []
        self.route(f"{prefix}/languages", answer(200, LANGUAGES))
        self.route(f"{prefix}/frontend/settings", answer(200, {"charLimit": char_limit, "apiKeys": bool(key)}))
        self.route(f"{prefix}/translate", self._reply)

    @property
    def address(self) -> str:
        return self.url(self._prefix)

    def translate_with(self, reply: Reply) -> None:
        """Answers every POST with `reply`."""
        self.route(f"{self._prefix}/translate", reply)

    def _reply(self, request: Received) -> bytes:
        body = json.loads(request.body)
        self.asked.append(body)
        if self.script:
            return self.script.pop(0)
        if self._key and body.get("api_key") != self._key:
            return answer(403, {"error": "Invalid API key"})
        return self._refusal(body["q"]) or self._translated(body["q"])

    def _refusal(self, texts: list[str]) -> bytes | None:
        words = "Invalid request: request ({}) exceeds text limit ({})"
        if 0 < self._texts < len(texts):
            return answer(400, {"error": words.format(len(texts), self._texts)})
        long = [len(text) for text in texts if 0 < self._chars < len(text)]
        return answer(400, {"error": words.format(long[0], self._chars)}) if long else None

    def _translated(self, texts: list[str]) -> bytes:
        self.batches.append(texts)
        return answer(200, {"translatedText": [text.upper() for text in texts]})
