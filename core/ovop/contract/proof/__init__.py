"""The fast way: one Python function for each form, written when the form is first used, that proves a set of answers to be without fault.

Most forms that are handed in are right. The function reads every answer once, in the order in which fields need each other, with the rules
of the form in their places as Python. It has no words and no paths: at the first thing that is not plainly right it gives up, and the
careful way (`reading`, then `judging`) takes the answers from the beginning. So what the function does not know costs time and nothing else;
what it must never do is to pass something that the careful way would speak about. A property test holds it to that.
"""
