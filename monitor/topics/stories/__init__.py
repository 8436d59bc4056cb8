"""Stories: articles about one event, across languages, as they arrive."""
