"""Watching on a terminal: the lecture's exercises at the left (above, where it is narrow), the verdict beside them."""

import time
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from grader.course.outline import lecture as read_lecture
from grader.reports.page import Page
from grader.watching import session as said
from grader.watching import words
from grader.watching.board import Board, to_do_next, to_show_first, where_one_is, with_verdicts
from grader.watching.session import Session

WIDE = 70  # columns from which the list stands at the left
ANSWERED = 5.0  # seconds that what is said to a key stays
COLORS = {"passed": "green", "todo": None, "blocked": "yellow", "forbidden": "yellow"}
AFTER = "`s` shows the course's own answer, `n` goes to what is next."


def run(session: Session, lecture: str, exercise: str, color: bool) -> int:
    """Watch until the learner quits; the exit status."""
    Watching(session, lecture, exercise, color).run()
    return 0


class News(Message):
    """The session said something."""

    def __init__(self, item: said.Message) -> None:
        self.item = item
        super().__init__()


class Verdict(VerticalScroll):
    """What is known of one exercise; it is folded anew when its place gets another width."""

    class Resized(Message): ...

    def on_resize(self, event: events.Resize) -> None:
        self.post_message(self.Resized())


class Watching(App[None]):
    """The application. It shows, and asks the session; it grades nothing and goes nowhere unasked."""

    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    CSS = """
    OptionList, Verdict { scrollbar-color: ansi_bright_black; scrollbar-background: ansi_default; }
    #head { height: auto; padding: 0 1; }
    #body { layout: horizontal; height: 1fr; }
    #list { width: 28; height: 1fr; border: none; padding: 0; scrollbar-size-vertical: 1; }
    #verdict { width: 1fr; height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; border-left: solid $primary;
               scrollbar-gutter: stable; }
    #verdict:focus { border-left: thick $accent; }
    #state { height: auto; padding: 0 1; }
    .-narrow #body { layout: vertical; }
    .-narrow #list { width: 1fr; height: 6; }
    .-narrow #verdict { border-left: none; border-top: solid $primary; }
    .-narrow #verdict:focus { border-top: thick $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "hint", "hint", tooltip="The next of three hints"),
        Binding("a", "asked", "asked", tooltip="What the exercise asks for"),
        Binding("s", "solution", "solution", tooltip="The course's own answer, after passing"),
        Binding("n", "next", "next", tooltip="The next exercise that has not passed"),
        Binding("v", "verbose", "all", tooltip="All the evidence"),
        Binding("q", "quit", "quit"),
        Binding("l", "lecture", "lecture", tooltip="The next lecture"),
        Binding("r", "again", "again", tooltip="Grade the file again"),  # last: a save does it, and it may be cut
        Binding("ctrl+c", "quit", show=False, priority=True),
        Binding("pageup,b", "page(-1)", show=False, priority=True),
        Binding("pagedown,space", "page(1)", show=False, priority=True),
        Binding("k", "move(-1)", show=False),
        Binding("j", "move(1)", show=False),
    ]

    def __init__(self, session: Session, lecture: str, exercise: str, color: bool = True) -> None:
        super().__init__()
        self.theme = "ansi-dark"  # the terminal's own colours: light stays light
        self.title = "zth watch"
        self._session, self._lecture, self._color = session, lecture, color
        self._boards = {name: Board(read_lecture(name), s.shown) for name, s in session.submissions.items()}
        self._texts: dict[str, str] = {}
        self._records = session.hands.records()
        self._exercise = exercise or where_one_is(self._board, self._records)
        self._looks = words.Looks()
        self._busy: tuple[float, str] | None = None
        self._state, self._lasting = "", ""
        self._answer = ("", 0.0)  # what is said to the last key, and until when
        self._drawn_state: list[str] = []

    @property
    def _board(self) -> Board:
        return self._boards[self._lecture]

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        with Container(id="body"):
            yield OptionList(id="list", markup=False)
            with Verdict(id="verdict"):
                yield Static(id="text")
        yield Static(id="state")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        self._fill_list()
        self._show()
        self.query_one("#list").focus()
        self.set_interval(0.25, self._show_state)
        self._end = self._session.start(self._lecture, lambda item: self.post_message(News(item)))

    def on_unmount(self) -> None:
        self._end()

    def on_verdict_resized(self) -> None:
        if not self._is_drawn():
            return
        self._show()
        self.query_one("#list", OptionList).scroll_to_highlight()

    # ---- what the session says ----

    def _is_drawn(self) -> bool:
        """False while the application is being taken down, when news and clock may still come."""
        return bool(self.query("#state")) and bool(self.query("#text"))

    def on_news(self, news: News) -> None:
        item = news.item
        if not self._is_drawn():
            return
        match item:
            case said.Began():
                what = item.exercises[0] if len(item.exercises) == 1 else f"{len(item.exercises)} exercises"
                self._busy = time.monotonic(), f"grading {what} of {item.lecture}"
                return  # it is said by the clock, if it takes longer than a glance
            case said.Told():
                self._told(item)
            case said.Done():
                self._busy = None
                name = self._boards[item.lecture].path.rpartition("/")[2]
                self._state = f"{name}: verdict {time.strftime('%H:%M:%S')}, after {item.seconds:.2f} s"
            case said.Said():
                self._state, self._lasting = ("", item.words) if item.lasting else (item.words, self._lasting)
        self._show_state()

    def _told(self, item: said.Told) -> None:
        self._boards[item.lecture] = with_verdicts(self._boards[item.lecture], item.file)
        self._texts[item.lecture] = item.text
        self._records = self._session.hands.records()
        if item.lecture != self._lecture and item.first and item.changed:
            self._go_to(item.lecture)
        if item.lecture != self._lecture:
            return
        shown = to_show_first(item.changed, self._exercise, self._board) if item.first else self._exercise
        place = self.query_one("#verdict", Verdict)
        at_the_end = place.max_scroll_y > 0 and place.scroll_y >= place.max_scroll_y  # a hint was read
        if shown != self._exercise:
            self._choose(shown)
        self._relabel([verdict.exercise.partition(".")[2] for verdict in item.file.verdicts])
        self._show()
        if item.first and item.changed:
            place.scroll_home(animate=False)
        elif at_the_end:
            self.call_after_refresh(place.scroll_end, animate=False)

    # ---- what is shown ----

    def _page(self, width: int) -> Page:
        return Page(max(20, width), self._color, plain=False, calls=words.KEYS)

    def _fill_list(self) -> None:
        options = self.query_one("#list", OptionList)
        options.set_options([Option(self._label(name), id=name) for name in self._board.lecture.exercises])
        options.highlighted = options.get_option_index(self._exercise)

    def _relabel(self, names: list[str]) -> None:
        options = self.query_one("#list", OptionList)
        for name in names:
            label = self._label(name)
            if options.get_option(name).prompt != label:
                options.replace_option_prompt(name, label)

    def _label(self, name: str) -> Text:
        status = self._board.status(name, self._records)
        page = self._page(self.size.width)
        label = _text([page.style(f"{page.symbol(status)} {name}", fg=COLORS.get(status, "red"))])
        label.no_wrap, label.overflow = True, "ellipsis"
        return label

    def _show(self) -> None:
        """Draw the head and the verdict anew."""
        board, records = self._board, self._records
        page = self._page(self.size.width - 2)
        passed, total = board.passed(records), len(board.lecture.exercises)
        bar = page.bar(passed, total, 20 if page.width > WIDE - 2 else 10)
        head = page.edges(
            f"{board.lecture.name}  {board.lecture.words.title}", f"{bar}  {passed}/{total}", {"bold": True}
        )
        self.query_one("#head", Static).update(_text(head))
        room = self.query_one("#verdict").scrollable_content_region.width
        page = self._page(room or self.size.width - 4)
        text = self._texts.get(self._lecture, "")
        lines = words.panel(board, self._exercise, records, self._looks, text, page)
        if board.status(self._exercise, records) == "passed" and not self._looks.solution:
            lines += ["", *page.wrap(words.after_passing(board, self._exercise, records, AFTER))]
        self.query_one("#text", Static).update(_text(lines))

    def _show_state(self) -> None:
        if not self._is_drawn():
            return
        shown = self._state or f"watching {self._board.path}"
        if self._busy:
            since, what = self._busy
            seconds = int(time.monotonic() - since)
            shown = f"{what} ..." + (f" {seconds} s; save again to begin anew" if seconds else "")
        if self._answer[1] > time.monotonic():
            shown = self._answer[0]
        page = self._page(self.size.width - 2)
        lines = [line for part in (shown, self._lasting) if part for line in page.wrap(part)]
        if lines != self._drawn_state:
            self._drawn_state = lines
            self.query_one("#state", Static).update(_text([page.style(line, dim=True) for line in lines]))

    # ---- what the learner does ----

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = event.option.id
        if name and name != self._exercise and name in self._board.lecture.exercises:
            self._exercise = name
            self._looks = replace(self._looks, asked=None, solution=False)
            self.query_one("#verdict").scroll_home(animate=False)
            self._show()

    def _choose(self, name: str) -> None:
        self._exercise = name
        self._looks = replace(self._looks, asked=None, solution=False)
        options = self.query_one("#list", OptionList)
        options.highlighted = options.get_option_index(name)
        self.query_one("#verdict").scroll_home(animate=False)

    def _go_to(self, lecture: str) -> None:
        self._lecture = lecture
        self._records = self._session.hands.records()
        self._exercise = where_one_is(self._board, self._records)
        self._looks = words.Looks()
        self._fill_list()
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "lecture" or len(self._boards) > 1

    def action_hint(self) -> None:
        exercise = self._board.lecture.exercises[self._exercise]
        status = self._board.status(self._exercise, self._records)
        if status == "passed":
            self._say(f"{exercise.name} has passed; there is no hint to read.")
            return
        read = self._records[exercise.slug].hints if exercise.slug in self._records else 0
        trouble = self._session.hint(exercise, status)
        self._records = self._session.hands.records()
        self._show()
        self._say(trouble or (words.LAST_HINT if read >= len(exercise.words.hints) else ""))
        self.call_after_refresh(self.query_one("#verdict", VerticalScroll).scroll_end, animate=False)

    def action_asked(self) -> None:
        status = self._board.status(self._exercise, self._records)
        now = self._looks.asked if self._looks.asked is not None else status == "todo"
        self._looks = replace(self._looks, asked=not now)
        self._show()

    def action_solution(self) -> None:
        if self._board.status(self._exercise, self._records) != "passed":
            self._say(words.ONLY_AFTER)
            return
        self._looks = replace(self._looks, solution=not self._looks.solution)
        self._show()

    def action_verbose(self) -> None:
        self._looks = replace(self._looks, verbose=not self._looks.verbose)
        self._show()

    def action_next(self) -> None:
        if following := to_do_next(self._board, self._records, self._exercise):
            self._choose(following)
            self._show()
        else:
            self._say(f"Everything in {self._lecture} has passed.")

    def action_again(self) -> None:
        self._session.again(self._lecture)

    def action_lecture(self) -> None:
        names = list(self._boards)
        lecture = names[(names.index(self._lecture) + 1) % len(names)]
        self._go_to(lecture)
        if not self._board.last:
            self._session.again(lecture)

    def action_page(self, pages: int) -> None:
        verdict = self.query_one("#verdict", VerticalScroll)
        verdict.scroll_relative(y=pages * max(1, verdict.size.height - 2), animate=False)

    def action_move(self, by: int) -> None:
        options = self.query_one("#list", OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def _say(self, text: str) -> None:
        if text:
            self._answer = text, time.monotonic() + ANSWERED
            self._show_state()


def _text(lines: list[str]) -> Text:
    """Lines as the reports write them, with their colours."""
    return Text.from_ansi("\n".join(lines)) if lines else Text("")
