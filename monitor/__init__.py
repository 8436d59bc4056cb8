"""A media monitor: feeds in any language, alerts in yours, an archive you can cite.

    feed ──poll──▶ entry ──fetch──▶ page ──extract──▶ article ──identify──▶ language
         ──match──▶ match ──translate──▶ translation ──match──▶ match ──compose──▶ alert ──deliver──▶ message

An article is matched twice: in the original as soon as it is read, so that nothing waits for a slow or
missing translation, and once more when its translation is there. Whatever the two find is one match.

The folder listing is that drawing: `collect`, `extract`, `translate`, `topics`, `alerts`, with `archive`
(the one SQLite file), `run` (what wires the stages to the archive), `web` (Datasette and our pages), `wording`
(how things are put to people) and `demo`.

Words
    source       a publisher
    feed         a URL we poll
    poll         one visit to a feed
    entry        an item as the feed states it
    page         the fetched HTML
    article      what we keep: entry + extracted text
    translation  the article in the working language
    topic        a named standing query
    match        a topic met an article
    story        articles about one event, across languages
    alert        what one channel is told about a topic's matches
    channel      where alerts go
    message      the alert as worded for a channel
    outbox       messages owed
    coverage     what was and was not read
    notice       what is told that is no article: a feed in trouble, a spike, a silence
    verdict      what a person says of a match: accepted or rejected; kept as a label
    mute         a story or source that nobody wants to hear of; a snooze is one that ends
    note         what a person writes about an article
    order        something to record, left for the process that holds the archive
    brief        what a topic found in a span of time, in one file: `monitor report`

Who may import whom (tests/test_imports.py holds us to it)
    cli, demo → run → { collect extract translate topics alerts archive } → config, log, script, wording
    these → models, errors
    web → archive, topics, wording, models
    The rooms in braces never import one another; they meet in run/.
"""

__version__ = "0.1.0"
