"""`zth watch`: what is saved is graded. The loop knows no front end; the two front ends grade nothing.

saves      which files were saved: told by the system's events, or by looking where those do not come
desk       what waits to be graded: the newest save first, and what runs gives way to it
giving_way a sandbox whose workers are given up when a save comes
session    the loop: a save in, verdicts out, step by step
board      what is known of a lecture so far
words      an exercise's part of the screen: verdict, hints, what is asked, the solution
plain      the linear front end, for screen readers, pipes and logs
app        the front end on a terminal, with Textual
"""
