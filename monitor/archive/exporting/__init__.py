"""Data out: articles of the archive as files that other programs read.

record      what an export says of an article: the columns, their types and meanings, in one place
selection   which articles are meant
reading     those articles as records, in short reads
lines       JSON Lines and CSV
parquet     Parquet, through pyarrow
warc        stored pages as WARC, through warcio
files       a file that gets its name only when it is whole
export      all of it together
"""
