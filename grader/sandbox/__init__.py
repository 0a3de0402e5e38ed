"""Plays checks beside somebody's code, and sends raw answers back. Judges nothing, and knows no answer.

interface what every way of starting workers offers
opening   which way this system has
session   the judge's side: jobs out, replies in, deadlines, a fresh worker after a crash
forked    how a worker is started where `fork` is safe (Linux): by the zygote
zygote    a process that has torch and the checks, runs nothing, and forks workers
worker    loads a file and plays checks beside it
wire      what may cross between judge and worker
"""
