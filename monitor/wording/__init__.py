"""How things are put to people, whatever the page or message: plain functions from values to words.

clean      text from strangers, made fit for a line, a header, a link
marks      a sentence cut to length, with the words that matched marked
languages  names of languages
times      moments on the reader's clock, lengths of time
ledger     what became of articles, step by step
health     how a feed does, and what can be done about it
counts     numbers with their nouns
coverage   what was not read, in one line
facts      names, figures and dates in a text that can be news, and whether they were told
figures    the figures and dates among them
"""
