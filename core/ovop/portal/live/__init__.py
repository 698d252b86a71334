"""The form with scripts: what a browser is given so that it follows the same rules as the server, on a bad line and off line.

trees.py    a rule as a tree of JSON, which `static/live/rules.js` evaluates
plan.py     a form as the scripts need it: fields, rules, order; the same for every submission of a definition
around.py   what a section's page tells its scripts: answers, facts, files, words
saved.py    what is answered to a section's form that a script sends
pages.py    the addresses of plans and scripts, the service worker and the manifest
"""
