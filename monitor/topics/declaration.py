"""A topic as it is declared in `config.toml`."""

from __future__ import annotations

import json

from monitor.models import Topic


def topic_table(topic: Topic) -> str:
    """A `[[topics]]` table."""
    lines = ["[[topics]]", f"name = {quoted(topic.name)}", f"query = {quoted(topic.query)}"]
    if topic.languages:
        lines.append(f"languages = [{', '.join(map(quoted, topic.languages))}]")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string. JSON's are that once DEL is out, which no query, URL or title needs, and lone surrogates."""
    text = text.replace("\x7f", "").encode("utf-8", "replace").decode("utf-8")
    return json.dumps(text, ensure_ascii=False)
