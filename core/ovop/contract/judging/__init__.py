"""What is wrong with answers that have been read, in words for people, and what changed between two sets of them."""
