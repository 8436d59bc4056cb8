"""Topics: standing queries, what they ask for in every script, and what a match rests on.

    query ──lexer, query──▶ tree ──compile──▶ plan ──plan.expression──▶ FTS5 expression ──▶ (archive runs it)
                              packs ──┘                                                          │
          match ◀──matcher── relevance, evidence ◀──readings────────────────────── article found ┘

lexer, query    the syntax; a mistake carries its position
packs           what a country or actor is called, language by language: pack, pack_file; territories has CLDR's
                names, world every state by them, cases their cases, nearest what a mistyped name meant
pack_check      what is wrong with a pack: common words, letters (of each language), terms that stand twice
clitics         the Arabic and Hebrew words that are written together with the next; Persian plurals
inflections     case endings in Russian, Ukrainian, Polish and Turkish, by rule
importing/      queries of Google Alerts, Meltwater, Talkwalker and FreshRSS read into ours
compile, plan   packs filled in, words as the index holds them, then FTS5's language
occurrences     the same search on one text without an index: for evidence and explanations
readings        an article sentence by sentence, original and translation, with the terms found
evidence        the sentence a match rests on; near_miss says what was met and what was missing
relevance       a score and its reasons: standing (where the sides stand), reasons (what that is worth),
                countries (lists of them are no meeting), noise (sport, markets, quizzes: packs with `noise = true`)
matcher         the topics of a configuration, compiled; a match from what the index found

No SQL here: the archive runs the expression against its index, or one in memory of a new batch.
"""
