"""``python -m lookalike`` is the command line."""

from lookalike.cli.main import main

main(prog_name="lookalike")
