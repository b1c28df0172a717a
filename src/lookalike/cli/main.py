"""The command line: ``lookalike VERB``. Verbs are loaded when used, errors become one line and exit 2."""

from __future__ import annotations

import importlib
import json
from typing import Any

import click

from lookalike import __version__, settings
from lookalike.cli.exits import EXIT_BUG, EXIT_REFUSED, EXIT_STOPPED
from lookalike.errors import LookalikeError

_ARGUMENTS = "lookalike.arguments"

_VERBS = (
    "create",
    "add",
    "sync",
    "remove",
    "list",
    "product",
    "similar",
    "search",
    "info",
    "verify",
    "export",
    "demo",
)


class _Verbs(click.Group):
    """The verbs, each in the file of its name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _VERBS:
            return None
        command: click.Command = getattr(importlib.import_module(f"lookalike.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LookalikeError as error:
            _explain(error, ctx)
            ctx.exit(EXIT_REFUSED)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(EXIT_STOPPED)
        except BrokenPipeError:
            raise  # whoever read the output has had enough
        except Exception as error:
            if settings.debug() or isinstance(
                error, click.ClickException | click.exceptions.Exit | click.Abort
            ):
                raise
            click.echo(
                f"lookalike: this should not have happened: {type(error).__name__}: {error}. "
                "Set LOOKALIKE_DEBUG=1 to see where, and report it.",
                err=True,
            )
            ctx.exit(EXIT_BUG)


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lookalike")
def main() -> None:
    """Which products in this catalogue look like this one, or like this photo?

    Start with: lookalike add MY_FOLDER, then: lookalike similar ID
    """


def _explain(error: LookalikeError, ctx: click.Context) -> None:
    if "--json" in ctx.meta.get(_ARGUMENTS, ()):
        click.echo(json.dumps({"error": error.to_dict()}, ensure_ascii=False))
    click.echo(f"lookalike: {error.message} {error.next_step}", err=True)
