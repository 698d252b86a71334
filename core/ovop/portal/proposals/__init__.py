"""The proposal (usulan) as its producer, or the office on the producer's behalf, writes it: one page a section, for any commodity.

figures.py   numbers and days as people type them
reading.py   from the inputs of a form to answers; pure
fields.py    from a form and its answers to what a page draws: inputs, hints, mistakes; pure
slots.py     the places for evidence files on a page; pure
progress.py  how far each section is; pure
merging.py   a form that was sent while somebody else had saved; pure
words.py     answers in words, for the printed copy and for what may not be changed; pure
sheet.py     a submission with all that its pages show
saving.py    what a section's form asks to be done: files, what is said about them, answers
lists.py, begin.py, tasks.py, section.py, check.py   the pages
"""

from __future__ import annotations

from ovop.portal.proposals.begin import BeginPages
from ovop.portal.proposals.check import CheckPages
from ovop.portal.proposals.lists import ListPages
from ovop.portal.proposals.section import SectionPages
from ovop.portal.proposals.tasks import TaskPages

PROPOSAL_PAGES = (ListPages, BeginPages, TaskPages, SectionPages, CheckPages)
"""The pages of this part."""
