"""Translation: articles in any language with an Argos package, sentence by sentence, without the network.

    Document ──split──▶ sentences ──encode──▶ tokens ──CTranslate2──▶ outputs ──examine──▶ Translation

Translating
    engine      `translate`: a batch of articles of one language, in a child process
    sentences   articles into sentences and back
    model       a package in memory: texts in, texts out
    checks      `examine`: what is wrong with this output?

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
