"""Pages that ask for proof of being human, served with status 200 in the place of the article.

Each mark is what the product itself puts into its page, so that an article about bot walls is none: they stand
in scripts and addresses, not in prose. From the products' documentation: Cloudflare (challenge-platform,
"cf-chl"), Imperva (_Incapsula_Resource), DataDome (captcha-delivery.com), HUMAN (px-captcha), AWS WAF
(awsWafCookieDomainList), Sucuri (sucuri_cloudproxy_js), Akamai (sec-if-cpt-container).
"""

from __future__ import annotations

import re

from monitor.errors import BotWallError
from monitor.models import Fetched

LARGEST = 100_000  # bytes; a challenge is a page of a few kilobytes, an article that loads such a script is not
_MARKS = re.compile(
    rb"window\._cf_chl_opt|/cdn-cgi/challenge-platform/h/[bg]/orchestrate|/_Incapsula_Resource\?[^\"']*xinfo|"
    rb"captcha-delivery\.com/(?:c|i)\.js|id=[\"']px-captcha[\"']|awsWafCookieDomainList|sucuri_cloudproxy_js|"
    rb"sec-if-cpt-container"
)


def refuse(fetched: Fetched) -> None:
    """Raises BotWallError when the answer is a challenge, not a page."""
    if len(fetched.body) <= LARGEST and _MARKS.search(fetched.body):
        raise BotWallError(
            f"{fetched.url}: the site asks for proof of being human instead of showing the page. The feed's own words "
            "are used; ask the site to let the monitor in, or look for a feed with full text."
        )
