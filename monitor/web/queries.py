"""Ready-made queries: the questions people bring to the archive, each one click in Datasette."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyQuery:
    """A named SELECT; `:name` parameters become form fields."""

    name: str
    title: str
    description: str
    sql: str


READY: tuple[ReadyQuery, ...] = (
    ReadyQuery(
        name="search",
        title="Search articles",
        description=(
            "Originals and translations in every script at once; the best hundred. "
            'The same language as topics: AND, OR, NOT, "phrases", prefix*, '
            "NEAR(a b, 10), title:word, and term packs such as @libya."
        ),
        sql="""
            select articles.id as article_id, coalesce(nullif(translated_title, ''), title) as title,
                monitor_snippet(:q, text, translated_text) as passage, outlet, language, first_seen, url
            from articles join (
                select rowid as hit, rank as place from articles_fts
                where articles_fts match monitor_query(:q) order by rank limit 100
            ) on hit = articles.id order by place""",
    ),
    ReadyQuery(
        name="latest_matches",
        title="Latest matches",
        description="What topics found, newest first, with the sentence each match rests on.",
        sql="""
            select matches.article_id, matched_at, topic, score, coalesce(nullif(translated_title, ''), title) as title,
                sentence, translation, coalesce('unverified: ' || unverified, '') as doubt, outlet, language, story_id,
                url
            from matches join articles on articles.id = matches.article_id
                left join story_articles on story_articles.article_id = matches.article_id
            where relevant = 1 order by matches.id desc limit 200""",
    ),
    ReadyQuery(
        name="passed_over",
        title="Passed over",
        description="Articles that met a topic's query but scored too low to alert anybody, and why.",
        sql="""
            select article_id, topic, score, coalesce(nullif(translated_title, ''), title) as title, sentence,
                translation, (select group_concat(printf('%+d ', value ->> 'points') || (value ->> 'words'), '; ')
                    from json_each(reasons)) as reasons, outlet, language, url
            from matches join articles on articles.id = article_id
            where relevant = 0 order by matches.id desc limit 200""",
    ),
    ReadyQuery(
        name="latest_stories",
        title="Stories",
        description="Articles about one event, across languages: the latest stories, who had them first.",
        sql="""
            select stories.id as story_id, headline, stories.articles, json_array_length(outlets) as outlets,
                (select group_concat(value, ', ') from json_each(languages)) as languages,
                first.outlet as first_outlet, first.language as first_language, stories.first_seen, last_seen,
                (select group_concat(distinct topic) from matches join story_articles using (article_id)
                    where story_id = stories.id and relevant = 1) as topics
            from stories left join articles as first on first.id = first_article_id
            where merged_into is null order by last_seen desc limit 200""",
    ),
    ReadyQuery(
        name="story_timeline",
        title="A story, article by article",
        description="Its timeline: who reported it when, in which language, and why it belongs. Give the story's id.",
        sql="""
            select articles.first_seen, outlet, language, coalesce(nullif(translated_title, ''), title) as title,
                coalesce('copy of ' || copy_of, '') as copy, reason, article_id, url
            from story_articles join articles on articles.id = article_id
            where story_id = :story_id order by articles.first_seen, article_id""",
    ),
    ReadyQuery(
        name="latest_notices",
        title="Notices",
        description="Feeds that fell silent or broke, spikes and silences of topics; those still open first.",
        sql="""
            select raised_at, coalesce(healed_at, 'open') as healed, kind, title, text from notices
            order by healed_at is not null, id desc limit 200""",
    ),
    ReadyQuery(
        name="side_by_side",
        title="An article, sentence by sentence",
        description=(
            "Original and translation beside each other; what cannot be trusted says so. Score: the model's own "
            "probability per word, 0 to 100. Give the article's id."
        ),
        sql="""
            select source as original, coalesce(nullif(target, ''), 'not translated yet') as translation,
                coalesce('unverified: ' || unverified, '') as doubt,
                coalesce(cast(round(100 * score) as integer), '') as score,
                (select group_concat(value, '; ') from json_each(glossary)) as glossary
            from sentences where article_id = :article_id order by position""",
    ),
    ReadyQuery(
        name="doubtful_translations",
        title="Doubtful translations",
        description="Sentences whose translation failed a check, newest articles first, with what is wrong.",
        sql="""
            select article_id, 'unverified: ' || unverified as doubt, source as original, target as translation,
                language, outlet
            from sentences join articles on articles.id = article_id
            where unverified is not null order by article_id desc, position limit 200""",
    ),
    ReadyQuery(
        name="articles_per_day",
        title="Articles by day and language",
        description="How much was collected.",
        sql="""
            select substr(first_seen, 1, 10) as day, language, count(*) as articles
            from articles where duplicate_of is null group by day, language order by day desc, articles desc""",
    ),
    ReadyQuery(
        name="feed_health",
        title="Feeds and their health",
        description="Troubled feeds first: what failed, since when, when it is asked again.",
        sql="""
            select title, status, failures, error, last_success_at, last_entry_at, next_poll_at, url
            from feeds join feed_states on feed_id = id where declared = 1 order by failures desc, title""",
    ),
    ReadyQuery(
        name="messages",
        title="Messages",
        description="What was sent, what is owed, what was refused for good.",
        sql="""
            select created_at, channel, topic, state, attempts, sent_at, subject, error
            from outbox order by rowid desc limit 200""",
    ),
    ReadyQuery(
        name="waiting_for_a_model",
        title="Articles waiting for a model",
        description="Languages without a translation package, and how many articles wait for it.",
        sql="""
            select language, count(*) as articles, min(first_seen) as since from articles
            where translation_state = 'waiting for a model' group by language order by articles desc""",
    ),
)
