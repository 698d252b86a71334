"""Pages for who decides, is copied, or watches over a territory: regency offices, provinces, governors and the ministry.

listing.py       submissions in a list, with the names and deadlines that people read
answers.py       answers in words, section by section; pure
changes.py       what differs between two revisions, in words; pure
history.py       decisions and events in words
reading.py       all that the review page shows of a submission
queue.py, review.py, actions.py, copies.py, delegations.py, territory.py   the pages
overview.py      the numbers of a territory
"""
