"""From an answer on the wire to a stored value, and from all answers to what is shown, computed and known."""
