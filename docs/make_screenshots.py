"""The pictures of the README: run the demo, open its archive in Chromium, and take home, topic, article and search.

    uv run python docs/make_screenshots.py [FOLDER]

It needs Debian's `chromium` and fonts for Arabic and Chinese (`fonts-noto-core` and `fonts-wqy-zenhei`, or
`fonts-noto-cjk`). The demo's articles are dated by the clock of the machine, so the days in the pictures are those of
the run. FOLDER is this one unless another is named.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FloatRect, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1180, 900


@dataclass(frozen=True, slots=True)
class Picture:
    """`links`: names of the links that lead to the page from its address."""

    name: str
    path: str
    links: tuple[str, ...] = ()
    dark: bool = False
    height: int = HEIGHT  # at most: the page is cut there


TOPIC, STORY = "Libya–Russia relations", "Libya and Russia sign a military agreement in Moscow"
PICTURES = (
    Picture("home", "/"),
    Picture("topic", "/", (TOPIC,), height=1300),
    Picture("article", "/search?q=agreement+moscow", (STORY,)),
    Picture("search", "/search?q=%40libya"),
    Picture("article-dark", "/search?q=agreement+moscow", (STORY,), dark=True),
)


@contextmanager
def demo() -> Iterator[str]:
    """The address at which the demo serves its archive."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", "-m", "monitor", "demo", "--dir", folder, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if found := re.search(r"http://127\.0\.0\.1:\d+(?=/)", line):
                        yield found.group()
                        return
                raise SystemExit("The demo ended before it served its archive: run `monitor demo` and see why.")
            finally:
                process.terminate()


def take(page: Page, address: str, picture: Picture, folder: Path) -> Path:
    page.goto(address + picture.path)
    for name in picture.links:
        page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()
    target = folder / f"{picture.name}.png"
    length = page.evaluate("Math.ceil(document.querySelector('footer').getBoundingClientRect().bottom)")
    clip = FloatRect(x=0, y=0, width=WIDTH, height=min(length + 16, picture.height))
    page.screenshot(path=target, full_page=True, clip=clip)
    return target


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark" if picture.dark else "light"
            )
            target = take(page, address, picture, folder)
            print(f"{target}: {target.stat().st_size / 1000:.0f} kB")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
