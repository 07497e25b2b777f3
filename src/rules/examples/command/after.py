from typing import Annotated

import typer
from typer.testing import CliRunner

app = typer.Typer()


def sold(item: str, dry_run: bool) -> str:
    """The body of `handle`: code that called `call_command` calls this."""
    if not item:
        raise ValueError("no item")
    return f"{'would sell' if dry_run else 'sold'} {item}"


@app.command()
def sell(item: str, dry_run: Annotated[bool, typer.Option("--dry-run")] = False) -> None:
    try:
        typer.echo(sold(item, dry_run))
    except ValueError as error:  # CommandError: one line on stderr, status 1
        typer.echo(f"CommandError: {error}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    run = CliRunner()
    assert run.invoke(app, ["chair", "--dry-run"]).output == "would sell chair\n"
    assert run.invoke(app, [""]).exit_code == 1
