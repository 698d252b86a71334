"""How two definitions of a commodity differ: what differs (`walk`), how much that matters (`impacts`), and in which words to say so."""
