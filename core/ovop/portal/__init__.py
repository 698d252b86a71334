"""The portal: pages over the kernel, rendered on the server, in Bahasa Indonesia first and English second.

    router.py       joins the pages of every part, and what they share: session, reader, errors
    page.py         who reads, and how a page is rendered, redirected and told that something is done
    language.py     texts in the reader's language (gettext; the msgids are the Indonesian texts)
    filling.py      what a submitted form says, and how a refusal is shown beside its fields
    templates/      one file a page; `base.html` is the frame, `parts/ui.html` the building blocks
    static/         the one style sheet, the scripts, and the assets of others with their licences

Every page works as plain links and forms; scripts only make it quicker and kinder. A page calls the same services as the API and adds no
rule of its own.
"""
