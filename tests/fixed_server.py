"""`monitor serve` on an archive of the tests, at the tests' time: python tests/fixed_server.py ARCHIVE"""

from __future__ import annotations

import sys
from pathlib import Path

import web_archive
from newsrooms import FakeClock

from monitor.config import Account, WebSettings
from monitor.run.lab.backtest import back_tester
from monitor.topics.packs import load_packs
from monitor.web import server
from monitor.web.access.passwords import hashed

NAME, PASSWORD = "ada", "a long word for the tests"


def main() -> None:
    path, clock = Path(sys.argv[1]), FakeClock()
    config = web_archive.settings(
        path,
        accounts=(Account(name=NAME, password_hash=hashed(PASSWORD)),),
        web=WebSettings(write_without_sign_in=True),
    )
    back_test = back_tester(path, load_packs(config.packs), clock)
    datasette = server.application(config, clock=clock, back_test=back_test)
    with server.listen("127.0.0.1", 0) as sock:
        print(f"http://127.0.0.1:{sock.getsockname()[1]}", flush=True)
        server.serve(datasette, sock)


if __name__ == "__main__":
    main()
