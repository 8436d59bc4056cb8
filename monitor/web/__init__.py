"""The archive in the browser: Datasette, with the data dictionary, ready-made queries and our search.

metadata   descriptions of tables and columns, facets, ready-made queries
plugin     what each of Datasette's connections learns: the topic language, any script
server     Datasette on loopback, read-only
"""
