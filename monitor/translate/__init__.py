"""Translation: articles in any language with an Argos package, sentence by sentence, without the network.

    Document ──split──▶ sentences ──find terms──▶ Wanted ──model──▶ rendering ──judge──▶ Output
             ──assemble──▶ Translation

Sentences
    sentences   articles into sentences and back
    assembly    which sentences are asked for, and the article put together; score is what it is worth
    memory      the key under which a sentence's translation is remembered

Translating, in a child process
    engine      `outputs`: sentences of many articles at once; what fails is tried again in other ways
    model       a package in memory: texts in, renderings out, in batches of like length
    machine     how a package is run on this machine
    judging     `judge`: terms settled, every check asked
    checks      `examine`: what is wrong with this output?
    remote      what a LibreTranslate server is asked, and what it says

Names and terms
    glossary    `Glossary.find`: the terms in a sentence; joined serves Arabic and Hebrew
    pins        `pin`: the sentence for the model; `settle`: what became of the terms
    glossary_file  `read_glossary`: the user's own terms

Packages
    packages    `installed`, `remove`, `verify`, `manifest_of`, `differences`
    foreign     `found`, `adopt`: what Argos Translate and LibreTranslate installed, used in place
    refusals    what was refused when it was to be loaded, until it changes
    routes      `route`, `translatable`: directly or by way of a third language
    install     `install`: checked, staged, renamed into place; argosmodel, metadata, manifest and lock serve it
    index       `parse`: what an index of packages offers
    mirror      `read`: what a folder of package files offers
    argos       Argos's own package reader, kept away from the home directory
"""
