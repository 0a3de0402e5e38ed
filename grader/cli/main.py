"""`zth`: the group of all commands, and how the program ends."""

import contextlib
import gc
import importlib
import os
import sys
from pathlib import Path

import click

from grader import __version__
from grader.cli import options
from grader.cli.statuses import NOT_PASSED, OUR_FAULT, PASSED, STOPPED, WRONG_USAGE

COMMANDS = (
    "init",
    "list",
    "show",
    "check",
    "hint",
    "watch",
    "replay",
    "solution",
    "reset",
    "undo",
    "update",
    "data",
    "demo",
    "verify",
    "stubs",
    "doctor",
)


class Commands(click.Group):
    """Loads a command's module when it is asked for, and names the nearest command when there is none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"grader.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1, cutoff=0.5)
            hint = f"Did you mean `zth {near[0]}`?" if near else "`zth --help` lists them."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zth")
@options.workspace
@options.looks
@click.pass_context
def app(ctx: click.Context, workspace: Path | None, color: bool | None, plain: bool) -> None:
    """Grades the exercises of "Neural Networks: Zero to Hero".

    Fill in the functions in exercises/, one file a lecture, then run `zth check`: it says what is right, and
    what a mistake means. `zth` alone says where you are and what is next.
    """
    if ctx.invoked_subcommand is None:
        from grader.cli.where import where_am_i

        ctx.exit(where_am_i(workspace, color, plain))
    command = app.get_command(ctx, ctx.invoked_subcommand)
    if workspace and command and all(param.name != "workspace" for param in command.params):
        name = ctx.invoked_subcommand
        raise click.UsageError(f"`zth {name}` takes no --workspace. `zth {name} -h` says what it takes.", ctx)


def run() -> None:
    """Run a command. Ends by os._exit: tearing torch down takes half a second that nobody needs."""
    gc.disable()  # a command is short, and importing torch makes a million objects that stay: an eighth of its time
    status = _run()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):
            stream.flush()
    os._exit(status)  # the sandbox was told to end while the report was written: it needs nobody for that


def _run() -> int:
    from grader.course.outline import OutlineError
    from grader.course.source import FileTrouble
    from grader.course.targets import UnknownTarget
    from grader.course.workspace import NoWorkspace

    try:
        result = app.main(prog_name="zth", standalone_mode=False)
        return result if isinstance(result, int) else PASSED
    except click.UsageError as error:
        command, words = error.ctx.command_path if error.ctx else "zth", error.format_message()
        end = "" if words.endswith((".", "?", "?)")) else "."
        _complain(words if "`zth" in words else f"{words}{end} `{command} -h` says what it takes.")
        return WRONG_USAGE
    except click.ClickException as error:
        _complain(error.format_message())
        return WRONG_USAGE
    except (UnknownTarget, NoWorkspace, FileTrouble) as error:
        _complain(str(error))
        return WRONG_USAGE
    except OutlineError as error:
        _complain(str(error))
        return OUR_FAULT
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nStopped. Nothing of yours is lost.", err=True)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return NOT_PASSED
    except Exception:
        import traceback

        click.echo("zth itself failed; this is no fault of yours. What happened:\n", err=True)
        click.echo(traceback.format_exc(), err=True)
        return OUR_FAULT


def _complain(words: str) -> None:
    from grader.reports.page import page

    click.echo("\n".join(page(False, False).wrap(f"zth: {words}")), err=True)
