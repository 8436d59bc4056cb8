"""The archive in the browser: Datasette, with the data dictionary, ready-made queries and our search.

metadata   descriptions of tables and columns, facets, ready-made queries
search     the functions that SQL calls: a topic query as FTS5, the sentence that answers it
plugin     Datasette's hooks: search, links to articles, headers that guard
aligned    an article beside its translation; `marking`: terms in it; `differences`: what an edit changed
citation   an article cited, in the forms that papers and reference managers take
spreading  how a story spread; `newness`: what is new in each of its articles
atom       feeds for feed readers; `conditional` says when they have changed
outlook    topics against their usual week; `places` names countries
charts     stacked columns and sparklines; `axis` and `textures` beside it, `drawing` writes their SVG
templates  pages where Datasette's own speak of SQL, or lay an article out in one long row
server     Datasette on loopback, read-only
"""
