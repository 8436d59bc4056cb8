"""On the way in: from a feed's address to entries, and from an entry to its page.

    http       the one way out: a GET with limits, redirects followed by hand
    guard      which addresses that way may lead to; `addresses` tells public from private
    hosts      whose turn it is at a host: delay, concurrency, pauses it asked for
    robots     what a site's robots.txt keeps from us
    headers    what an answer's headers tell us: validators, Retry-After, how long it stays fresh
    body       decoding under a cap
    rhythm     when a feed is asked next, what a failure costs, when a move is believed
    feeds      bytes → entries
    identity   canonical URL, and what is "the same"
    discover   finding feeds: pages, OPML, sitemaps

A poll, in five lines (the daemon keeps `FeedState` and writes down what comes back):

    request = Request(url=state.poll_url, validators=validators_to_send(state, now, settings), accept=...)
    fetched = await client.get(request)                                       # FetchError → after_failure
    parsed = None if fetched.not_modified else parse(fetched.body, ...)       # ParseError → after_failure
    state = after_success(state, feed, fetched, parsed, new_entries, body_hash, now, settings)
"""
