"""The topic lab: what a topic would find in the archive, how two topics differ, and how good one is.

    Bench        an archive, open for reading, and the means to judge articles by the thousand
    trial.try_topic      hits, how many are relevant, on which days, alerts to expect
    diff.compare         gained and lost articles
    quality.measure      precision and recall on the labels
    proposals.propose    words that stand mostly in rejected articles

All of them only read, and return frozen values that the command line prints and pages can show.
"""
