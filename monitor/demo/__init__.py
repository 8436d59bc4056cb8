"""The sample newsroom: invented outlets on loopback, for `monitor demo` and for tests.

    newsroom/            the data: `sites.toml`, one file per article in `articles/`, markup in `styles/`
    sites.py             data → Site and SampleArticle, dated from the moment the demo starts
    pages.py             SampleArticle → the HTML page as a site would serve it, furniture included
    feeds.py             Site → RSS 2.0, RSS 1.0, Atom and JSON Feed documents
    markup.py            fills the pieces of markup
    resources.py         Site → what each of its paths answers
    server.py            everything above on 127.0.0.2, 127.0.0.3, …, one address per site

What it is made to show
    one event in three languages      deuxrives (fr), polyarny (ru) and sirte (ar) on an agreement signed in Moscow
    about Libya and Russia            six more articles, one of them too old to alert
    named only in passing             football, a quiz, the weather, chess, oil prices; teasers and comments
    kept from the feed alone          an article below a path that robots.txt forbids
    feeds in trouble                  one is an error page, one is slow, one answers 429
    encodings                         one site in windows-1251, one feed that states none

The outlets, persons and events are invented; the texts were written for this program.
"""
