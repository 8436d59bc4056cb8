"""The archive in the browser: pages for people, and Datasette on the same file for those who want tables and SQL.

The way of a request: `server` (Datasette on loopback, read-only) → `guard` → `plugin` (Datasette's hooks, which know
our addresses) → one file of `pages` → `reading` (the archive, with a limit of time) → `page` (one frozen value, shown
as HTML, JSON or CSV). What pages know besides the archive is on the `desk`.

pages      one file each: what it reads, the values that its template and its data are made from
articles   an article beside its translation, its marks, what an edit changed, how it is cited; how a story spread
topics     what is asked for of a topic, what it found, how it stands against its usual week
finding    search: what an address asks for, answers, facets, advice
report     a brief as one file, for `monitor report`; no request leads there
charts     columns and sparklines as SVG, without script or style
atom       feeds for feed readers; `conditional` says when they have changed
acting     what people ask to have recorded; `pending`: what waits to be
access     who may read and write, and how they sign in
guard      what is refused, how many pages are made at once, what each answer carries, what a fault says
paths      addresses that come from a visitor; `periods`: days on his clock; `places`: names of countries
metadata   Datasette's own pages: descriptions and facets; `queries`: ready-made ones; `search`: what their SQL calls
templates  ours in `pages`, the brief's in `report`, and those of Datasette's that speak of SQL or show an article's row
static     one sheet of style, one script that every page works without

What reads is in the archive (`monitor/archive`), how things are put into words in `monitor/wording`.
"""
