"""Signing in and out, tokens, who may read and write, and that no other site can do either in somebody's name."""

from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import hostile
import pytest
import web_archive as sample
from click.testing import CliRunner
from datasette_auth_passwords.utils import hash_password
from newsrooms import FakeClock
from playwright.sync_api import sync_playwright
from web_visitor import Visitor

from monitor.archive.orders import Orders
from monitor.cli import monitor
from monitor.commands.archive import _to_serve
from monitor.config import Account, WebSettings
from monitor.config_file import ConfigProblems, check, load
from monitor.errors import ConfigError
from monitor.web import server
from monitor.web.access import Access, access
from monitor.web.passwords import hashed, verified
from monitor.web.signing_in import BUSY, FAILURES, WRONG

CHROMIUM = "/usr/bin/chromium"
PASSWORD, TOKEN = "correct horse battery", "0123456789abcdef0123456789abcdef"
ADA = Account(name="ada", password_hash=hash_password(PASSWORD, iterations=100_000))
BOT = Account(name="bot", token=TOKEN)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("web") / "archive.db")


def served(path: Path, *accounts: Account, clock: FakeClock | None = None, **web: Any) -> Any:
    config = sample.settings(path, accounts=accounts or (ADA, BOT), web=WebSettings(**web))
    return server.application(config, clock=clock)


@pytest.fixture
def visitor(path: Path) -> Visitor:
    return Visitor(served(path))


# ── signing in ───────────────────────────────────────────────────────────────────────────────────


def test_one_signs_in_and_out(visitor: Visitor) -> None:
    """Back where one was, greeted by name; signed out, the form to do so is gone."""
    assert 'href="/-/login?back=/%3Fa%3Db"' in visitor.get("/?a=b").text
    assert "Sign out" not in visitor.get("/").text
    answer = visitor.sign_in("ada", PASSWORD, back="/search?q=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=x")
    page = visitor.get("/").text
    assert "Sign out" in page
    assert ">ada<" in page
    visitor.post("/-/logout", token=visitor.form_token("/"))
    assert "ds_actor" not in visitor.cookies
    assert "Sign out" not in visitor.get("/").text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil.example", "/%2fevil.example"])
def test_signing_in_leads_nowhere_else(visitor: Visitor, back: str) -> None:
    """A link to the form cannot send people elsewhere once they have signed in."""
    assert "evil" not in visitor.get("/-/login", params={"back": back}).text
    assert visitor.sign_in("ada", PASSWORD, back=back).headers["location"] == "/"


def test_cookies_are_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    """HttpOnly and SameSite=Lax; Secure too where the request came by https."""
    for scheme in ("http", "https"):
        visitor.scheme = scheme
        visitor.get("/-/login", headers={"cookie": ""})
        token = visitor.form_token()
        fields = {"name": "ada", "password": PASSWORD, "csrftoken": token}
        visitor.ask("POST", "/-/login", data=fields)
        (cookie,) = [header.lower() for header in visitor.set_cookies if header.startswith("ds_actor=")]
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("secure" in cookie) == (scheme == "https")
        visitor.cookies.clear()
        visitor.get("/-/login")
        (cookie,) = [header.lower() for header in visitor.set_cookies if header.startswith("ds_csrftoken=")]
        assert "httponly" in cookie
        assert ("secure" in cookie) == (scheme == "https")


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("eve", PASSWORD), ("bot", ""), ("", ""), ("bot", TOKEN)]
)
def test_wrong_is_wrong(visitor: Visitor, name: str, password: str) -> None:
    """The same words for a wrong name, a wrong password and an account without one; nobody is signed in."""
    answer = visitor.sign_in(name, password)
    assert answer.status_code == 403
    assert WRONG in answer.text
    assert "ds_actor" not in visitor.cookies


def test_a_wrong_name_takes_as_long_as_a_wrong_password() -> None:
    """Within a factor of two: a hash is computed either way. (Without, it would be a thousand times less.)"""
    known = hashed(PASSWORD)

    def seconds(hash_: str) -> float:
        started = time.process_time()
        assert not verified("guess", hash_)
        return time.process_time() - started

    assert 0.5 < seconds("") / seconds(known) < 2


def test_guesses_are_limited(path: Path) -> None:
    """After ten wrong ones 429, the right password included, until a minute has passed."""
    visitor = Visitor(served(path, clock=(clock := FakeClock())))
    token = visitor.form_token()
    for _ in range(FAILURES):
        assert visitor.post("/-/login", token=token, name="ada", password="wrong").status_code == 403
    answer = visitor.post("/-/login", token=token, name="ada", password=PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert BUSY in answer.text
    clock.advance(seconds=61)
    assert visitor.post("/-/login", token=token, name="ada", password=PASSWORD).status_code == 303


def test_right_passwords_are_not_counted(path: Path) -> None:
    """An office signs in within a minute, one after the other."""
    visitor = Visitor(served(path))
    assert [visitor.sign_in("ada", PASSWORD).status_code for _ in range(FAILURES + 2)] == [303] * (FAILURES + 2)


def test_a_restart_keeps_people_signed_in(tmp_path: Path) -> None:
    """The secret lies beside the archive, for its owner alone; a changed password signs everybody out."""
    path = sample.build(tmp_path / "archive.db")
    visitor = Visitor(served(path))
    visitor.sign_in("ada", PASSWORD)
    kept = path.with_name("archive.db.web-secret")
    assert (stat.S_IMODE(kept.stat().st_mode), kept.stat().st_size) == (0o600, 32)
    visitor.datasette = served(path)
    assert "Sign out" in visitor.get("/").text
    visitor.datasette = served(path, Account(name="ada", password_hash=hash_password("new", iterations=100_000)))
    assert "Sign out" not in visitor.get("/").text


def test_a_secret_that_cannot_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """People sign in again after a restart, and the log says so; the pages are served."""
    path = sample.build(tmp_path / "archive.db")
    path.with_name("archive.db.web-secret").mkdir()
    with caplog.at_level("WARNING", logger="monitor.web"):
        visitor = Visitor(served(path))
    assert "people must sign in again" in caplog.text
    assert visitor.sign_in("ada", PASSWORD).status_code == 303


def test_sign_in_without_accounts_says_how(path: Path) -> None:
    """The page names what to add."""
    assert "[[accounts]]" in Visitor(server.application(sample.settings(path))).get("/-/login").text


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, "", 202),
        ({"authorization": "Bearer wrong"}, "", 401),
        ({"authorization": f"bearer {TOKEN}"}, "", 403),
        ({"authorization": f"Basic {TOKEN}"}, "", 403),
        ({"authorization": "Bearer é"}, "", 400),
        ({}, f"?_auth_token={TOKEN}", 403),
        ({}, f"?token={TOKEN}", 403),
    ],
)
def test_tokens_stand_in_the_header_alone(
    path: Path, visitor: Visitor, headers: dict[str, str], query: str, status: int
) -> None:
    """Never in an address, which is logged, shared and sent on."""
    encoded = {name: value.encode() for name, value in headers.items()}
    answer = visitor.ask("POST", f"/act.json{query}", data={"do": "mute", "source": "x"}, headers=encoded)
    assert answer.status_code == status


def test_a_token_beside_a_cookie_is_all_that_counts(path: Path, visitor: Visitor) -> None:
    """Who sends a token is not asked for the form's; a wrong one must not let a cookie through that way."""
    visitor.sign_in("ada", PASSWORD)
    answer = visitor.ask("POST", "/act", data={"do": "mute", "source": "x"}, headers={"authorization": "Bearer wrong"})
    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Basic YWRhOg==", "Basic w6k=", "Digest x", ""])
def test_http_basic_tells_nothing(visitor: Visitor, header: str) -> None:
    """It is neither taken nor tripped over, and no password is hashed for it."""
    assert visitor.get("/", headers={"authorization": header}).status_code == 200


def test_the_password_tool_is_closed(visitor: Visitor) -> None:
    """datasette-auth-passwords has a page that hashes for anybody, as often as they like."""
    assert visitor.get("/-/password-tool").status_code == 404


# ── other sites ──────────────────────────────────────────────────────────────────────────────────

FORGED = [
    ({}, "", "no token"),
    ({}, "wrong", "a wrong token"),
    ({}, "é", "a token that is no ASCII"),
    ({"origin": "https://evil.example"}, None, "a foreign origin"),
    ({"origin": "http://localhost.evil.example"}, None, "a foreign origin that begins like ours"),
    ({"origin": "http://localhost:81"}, None, "another port"),
    ({"origin": "null"}, None, "an origin that is hidden"),
    ({"sec-fetch-site": "cross-site"}, None, "a browser that says so"),
    ({"sec-fetch-site": "same-site"}, None, "another server on this machine"),
    ({"sec-fetch-site": "none"}, None, "no page at all"),
    ({"cookie": ""}, None, "no cookie"),
    ({"cookie": "other=1"}, None, "a cookie of somebody else"),
]


@pytest.mark.parametrize(("headers", "token", "what"), FORGED, ids=[what for *_, what in FORGED])
@pytest.mark.parametrize("open_", [False, True], ids=["signed in", "without sign-in"])
def test_forged_forms_are_refused(
    path: Path, headers: dict[str, str], token: str | None, what: str, open_: bool
) -> None:
    """Signed in, or where nobody need be: a form from elsewhere changes nothing."""
    visitor = Visitor(served(path, write_without_sign_in=open_))
    if not open_:
        visitor.sign_in("ada", PASSWORD)
    fields = {"do": "mute", "source": "x", "csrftoken": visitor.form_token("/-/login") if token is None else token}
    before = len(Orders(path).pending())
    assert visitor.ask("POST", "/act", data=fields, headers=headers).status_code == 403
    assert len(Orders(path).pending()) == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://localhost"}, {"origin": "null", "sec-fetch-site": "same-origin"}],
    ids=["an old browser", "Firefox", "a page without referrer"],
)
def test_our_own_forms_are_taken(visitor: Visitor, headers: dict[str, str]) -> None:
    """What browsers send with a form of this server."""
    visitor.sign_in("ada", PASSWORD)
    token = visitor.form_token("/")
    answer = visitor.ask("POST", "/act", data={"do": "mute", "source": "x", "csrftoken": token}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data"]
)
def test_other_kinds_of_bodies_are_refused(visitor: Visitor, kind: str) -> None:
    """What another site may send without asking first is no form of ours."""
    answer = visitor.ask("POST", "/act", content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415


HOSTS = [
    ("localhost:8001", True),
    ("LOCALHOST", True),
    ("127.0.0.1:8001", True),
    ("127.8.9.1", True),
    ("[::1]:8001", True),
    ("10.0.0.5", True),
    ("news.example.org", True),
    ("news.example.org:443", True),
    ("evil.example:8001", False),
    ("localhost.evil.example", False),
    ("127.0.0.1.evil.example", False),
    ("news.example.org.evil.example", False),
    ("", False),
    ("localhost@evil.example", False),
]


@pytest.mark.parametrize(("host", "fine"), HOSTS)
def test_a_name_made_to_lead_here_is_refused(path: Path, host: str, fine: bool) -> None:
    """DNS rebinding: a page of evil.example, whose name then leads to this machine, can neither read nor write."""
    visitor = Visitor(served(path, hosts=("news.example.org",), write_without_sign_in=True), host=host)
    for method, address in (("GET", "/"), ("GET", "/archive/articles.json"), ("POST", "/act")):
        status = visitor.ask(method, address).status_code
        assert (status != 421) == fine, (method, address, status)


# ── who may what ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    ["/", "/home.json", "/archive", "/archive.json", "/archive/articles", "/archive/articles.csv",
     "/archive/articles/1", "/archive/articles/1.json", "/archive/search?q=accord", "/archive.db",
     "/-/databases.json", "/-/logout", "/nothing"],
)  # fmt: skip
def test_private_pages_are_for_accounts(path: Path, address: str) -> None:
    """Without sign-in nothing is told, not even what there is; signed in, everything is, and no proxy keeps it."""
    guest = Visitor(served(path, private=True))
    answer = guest.get(address)
    if address != "/-/logout":
        assert answer.status_code in (303, 401, 404)
        assert sample.FRENCH_TITLE not in answer.text
        assert "French" not in answer.text
    if address == "/archive/articles":
        assert answer.headers["location"] == "/-/login?back=%2Farchive%2Farticles"
        member = Visitor(guest.datasette)
        member.sign_in("ada", PASSWORD)
        answer = member.get(address)
        assert sample.FRENCH_TITLE in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
    if address.endswith(".json") and answer.status_code != 404:
        assert (answer.status_code, answer.json()["ok"]) == (401, False)
        bot = Visitor(guest.datasette, authorization=f"Bearer {TOKEN}")
        assert bot.get(address).status_code == 200


def test_the_sign_in_page_is_open_in_private(path: Path) -> None:
    """With its style, or nobody could get in."""
    guest = Visitor(served(path, private=True))
    for address in ("/-/login", "/static/site.css", "/static/site.js"):
        assert guest.get(address).status_code == 200


def test_a_forged_or_stale_actor_is_nobody(path: Path) -> None:
    """A cookie signed by another server, or for an account that is no more."""
    application = served(path, private=True)
    for cookie in (
        "x",
        application.sign({"a": {"id": "eve"}}, "actor"),
        application.sign({"a": {"id": "ada"}}, "other"),
    ):
        guest = Visitor(application)
        guest.cookies["ds_actor"] = cookie
        assert guest.get("/home.json").status_code == 401


def test_nobody_signed_in_writes_on_loopback_by_choice(path: Path) -> None:
    """Only where the configuration says so, and never where others reach the server."""
    for web, status in ((WebSettings(write_without_sign_in=True), 303), (WebSettings(), 401)):
        visitor = Visitor(server.application(sample.settings(path, accounts=(ADA,), web=web)))
        assert visitor.post("/act", do="mute", source="x").status_code == status
    for host, anybody in (("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("news", False)):
        assert access((), WebSettings(host=host, write_without_sign_in=True)).may_write(None) == anybody
    assert not Access(web=WebSettings(write_without_sign_in=False)).may_write(None)
    assert not access((ADA,), WebSettings()).may_write({"id": "eve"})
    assert access((ADA,), WebSettings()).may_write({"id": "ada"})


# ── configuration and command ────────────────────────────────────────────────────────────────────


def test_secrets_of_accounts(tmp_path: Path) -> None:
    """From the environment or a file; the daemon needs none of them, the pages need none of the channels'."""
    (tmp_path / "ada").write_text(hashed(PASSWORD) + "\n")
    (tmp_path / "ada").chmod(0o600)
    text = f"""
        [[channels]]
        name = "chat"
        kind = "webhook"
        url = "https://hooks.example.org/"
        secret_env = "MONITOR_HOOK"
        [[accounts]]
        name = "ada"
        password_hash_file = "{tmp_path / "ada"}"
        [[accounts]]
        name = "bot"
        token_env = "MONITOR_BOT"
    """
    path = tmp_path / "config.toml"
    path.write_text(text)
    both = {"MONITOR_BOT": TOKEN, "MONITOR_HOOK": "secret secret"}
    pages = load(path, {"MONITOR_BOT": TOKEN}, pages=True)
    assert verified(PASSWORD, pages.accounts[0].password_hash)
    assert pages.accounts[1].token == TOKEN
    assert TOKEN not in repr(pages)
    assert pages.accounts[0].password_hash not in repr(pages)
    assert load(path, {"MONITOR_HOOK": "secret secret"}).channels[0].secret == "secret secret"
    for pages_, missing in ((True, "MONITOR_BOT"), (False, "MONITOR_HOOK")):
        with pytest.raises(ConfigProblems, match=missing):
            load(path, {name: value for name, value in both.items() if name != missing}, pages=pages_)
    _, problems = check(text, path, {"MONITOR_BOT": "short", "MONITOR_HOOK": "x"})
    assert [problem.key for problem in problems] == ["accounts[2].token_env"]
    assert "short" not in str(problems)


def test_serving_to_others_and_writing_without_sign_in_do_not_go_together(tmp_path: Path) -> None:
    """Neither in the file (see accounts.toml) nor with --host."""
    path = tmp_path / "config.toml"
    path.write_text("[web]\nwrite_without_sign_in = true\n")
    assert _to_serve(path, None).web.write_without_sign_in
    with pytest.raises(ConfigError, match=r"0\.0\.0\.0.*loopback only"):
        _to_serve(path, "0.0.0.0")


@pytest.mark.parametrize(("typed", "code"), [(PASSWORD + "\n", 0), ("pässwörd 密码\n", 0), ("short\n", 2), ("", 2)])
def test_monitor_password(typed: str, code: int) -> None:
    """One line of input becomes a hash that verifies; the password is not printed. A short one is refused."""
    result = CliRunner().invoke(monitor, ["password"], input=typed)
    if code:
        assert "Choose one of 8 to 1000" in str(result.exception)
    else:
        assert result.exit_code == 0, result.output
        assert verified(typed.strip(), result.output.strip())
        assert typed.strip() not in result.output


# ── in a browser ─────────────────────────────────────────────────────────────────────────────────

ACT = """([token]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = "/act";
    for (const [name, value] of Object.entries({csrftoken: token, do: "mute", source: "Le Phare", back: "/"})) {
        const field = document.createElement("input");
        field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form); form.submit();
}"""


def test_chromium_signs_in_acts_and_signs_out(tmp_path: Path) -> None:
    """With the headers that a browser sends of its own: a form of ours is taken, the same one from elsewhere is not."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; continuous integration installs it")
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium")
    path = sample.build(tmp_path / "archive.db")
    (tmp_path / "ada").write_text(ADA.password_hash)
    (tmp_path / "ada").chmod(0o600)
    more = f'[[accounts]]\nname = "ada"\npassword_hash_file = "{tmp_path / "ada"}"\n'
    with hostile.serving(path, more) as served, sync_playwright() as playwright:
        here = f"http://127.0.0.1:{served.port}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{here}/?from=home")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("wrong wrong")
        page.keyboard.press("Enter")
        assert page.get_by_role("alert").inner_text() == WRONG
        assert page.get_by_label("Name").input_value() == "ada"
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{here}/?from=home")
        token = page.locator("form.who input[name=csrftoken]").get_attribute("value")
        page.evaluate(ACT, [token])
        page.get_by_text("it is applied when `monitor run` next starts").wait_for()
        assert [order.author for order in Orders(path).pending()] == ["ada"]
        elsewhere = browser.new_page()
        elsewhere.goto("about:blank")  # another site: its origin is null, and the browser says that it is cross-site
        elsewhere.set_content(f'<form method=post action="{here}/act"><input name=csrftoken value="{token}"></form>')
        elsewhere.evaluate("document.forms[0].submit()")
        elsewhere.get_by_text("was sent from elsewhere").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").wait_for()
        browser.close()
    assert len(Orders(path).pending()) == 1
