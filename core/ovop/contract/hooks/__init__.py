"""Asks a commodity's own code, in a process of its own: it cannot stop, slow down, read or change the platform.

`asking` is what the platform uses, and `terms` the limits that it sets and what it is told. `lane` is one commodity's queue; `pool` is its worker
as the host sees it (a pebble pool of one process), and `context` how workers come to be and what of theirs is read. `worker`, `inspecting`
and `guard` run on the other side; `breaker` and `answers` decide, without I/O. Questions are pickled, since they hold dates and Structs and
the host is trusted; answers are JSON, and nothing else is read of them.
"""
