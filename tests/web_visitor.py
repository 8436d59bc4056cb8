"""Somebody at the pages, through Datasette's own client: keeps cookies, fills in forms as a browser would."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from http.cookies import SimpleCookie
from typing import Any

import httpx
from datasette.app import Datasette


class Visitor:
    """`headers` go with every request."""

    def __init__(self, datasette: Datasette, **headers: str) -> None:
        self.datasette = datasette
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.scheme = "http"
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {**self.headers, **more.pop("headers", {})}
        if self.cookies:
            headers.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        answer = asyncio.run(self._ask(method, path, headers=headers, **more))
        self.set_cookies = answer.headers.get_list("set-cookie")
        for header in self.set_cookies:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0" or (name == "ds_actor" and not morsel.value):
                    del self.cookies[name]
        return answer

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        transport = httpx.ASGITransport(app=self.datasette.client.app)
        async with httpx.AsyncClient(transport=transport, base_url=f"{self.scheme}://localhost") as client:
            return await client.request(method, path, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def form_token(self, path: str = "/-/login") -> str:
        """The hidden field of the form on a page."""
        found = re.search(r'name="csrftoken" value="([^"]+)"', self.get(path).text)
        assert found is not None, path
        return unescape(found[1])

    def post(self, path: str, *, token: str | None = None, **fields: str) -> Any:
        """`token`: that of a form of ours, unless another is given."""
        fields["csrftoken"] = self.form_token() if token is None else token
        return self.ask("POST", path, data=fields)

    def sign_in(self, name: str, password: str, back: str = "/") -> Any:
        return self.post("/-/login", name=name, password=password, back=back)
