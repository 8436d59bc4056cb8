from monitor.translate.checks.pair import Pair
def dates(pair: Pair): return ()
def terms(pair: Pair): return ()
