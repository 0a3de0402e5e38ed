"""What variants replied is kept for the next wrong answer, and not without end."""

from grader.judging.replies import Replies
from grader.sandbox import wire
from grader.sandbox.session import Dead, Late, Lost


def answer(number: int) -> wire.Answer:
    return wire.Answer(number, {}, [], [], 0.0)


def test_a_reply_that_would_come_again_is_kept_and_a_crash_is_not() -> None:
    kept = Replies()
    for name, reply in {"answer": answer(1), "late": Late(1, 0.5, None)}.items():
        kept.keep(name, reply)
        assert kept.of(name) == reply
    for name, reply in {"dead": Dead(1, "", None), "lost": Lost(1)}.items():
        kept.keep(name, reply)
        assert kept.of(name) is None


def test_when_they_are_too_many_the_one_that_nobody_asked_for_is_dropped() -> None:
    kept = Replies(most=2)
    kept.keep("first", answer(1))
    kept.keep("second", answer(2))
    assert kept.of("first")
    kept.keep("third", answer(3))
    assert [kept.of(name) is not None for name in ("first", "second", "third")] == [True, False, True]
