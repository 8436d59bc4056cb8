from monitor.translate.checks.pair import Pair
def names(pair: Pair): return ()
def terms(pair: Pair): return ()
