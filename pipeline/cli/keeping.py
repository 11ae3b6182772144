"""The commands that look after releases."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.options import AsJson, Processed, Raw, print_json, say
from pipeline.settings import Settings

ReleaseId = Annotated[str, typer.Argument(metavar="ID", help="A release id, as `pipeline releases` lists them.")]


def releases(as_json: AsJson = False, processed: Processed = None) -> None:
    """List the releases, and which is the latest.

    When each was made, of what differently, its size, its checks.
    """
    from pipeline.releases.listing import list_all, text

    listed = list_all(Settings.from_env(processed=processed))
    if as_json:
        print_json([one.to_json() for one in listed])
    elif listed:
        typer.echo(text(listed))
    else:
        say("No release yet; make one with `pipeline run`.")


def diff(
    a: Annotated[str | None, typer.Argument(metavar="A", help="The older release.")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B", help="The newer one. Default: the latest.")] = None,
    as_json: AsJson = False,
    processed: Processed = None,
) -> None:
    """Say what changed between two releases.

    Without ids, between the latest and the one before it. Inputs, assumptions, settings, code, libraries; claims that
    came, went or changed verdict; and per table the rows added, removed and changed by key, with the largest change of
    each column: relative, or in points of a percentage or share.
    """
    from pipeline.releases.changes import text
    from pipeline.releases.compare import compare, side, two_releases

    before, after = two_releases(Settings.from_env(processed=processed), a, b)
    changes = compare(side(before), side(after))
    if as_json:
        print_json(changes.to_json())
    else:
        typer.echo(text(changes))


def verify(
    release_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Default: the latest.")] = None,
    processed: Processed = None,
) -> None:
    """Prove that a release is what was published.

    Every hash, schema, key, row count and sum. Exit status 1 names what is damaged.
    """
    from pipeline.releases import database
    from pipeline.releases.catalog import find
    from pipeline.releases.verifying import verify

    settings = Settings.from_env(processed=processed)
    found = verify(find(settings, release_id))
    damage = found.damage + (database.damage(settings) if release_id is None else [])
    for line in damage:
        typer.echo(f"damaged: {line}")
    if damage:
        if found.damage:
            say(f"Release {found.release_id} is damaged: remove its folder and make it again with `pipeline run`")
            say("on the same inputs, or go to another with `pipeline rollback ID`.")
        else:
            say(f"Release {found.release_id} is whole; `pipeline run` builds market.duckdb anew.")
        raise typer.Exit(1)
    sums = f", {found.sums} sums" if found.sums else ""
    typer.echo(
        f"Release {found.release_id} is whole: {found.files} files, {found.bytes:,} bytes, {found.rows:,} rows{sums}"
    )


def reproduce(release_id: ReleaseId, raw: Raw = None, processed: Processed = None) -> None:
    """Make a release again from its inputs, and compare.

    In a scratch folder, from what its manifest names. Exit status 1 if it differs. Bytes are compared where code and
    libraries are those it was made with, else the content of its tables.
    """
    import tempfile
    from pathlib import Path

    from pipeline.releases.catalog import find
    from pipeline.releases.reproducing import reproduce

    settings = Settings.from_env(raw, processed)
    say(f"Making {find(settings, release_id).id} again")
    with tempfile.TemporaryDirectory(prefix="reproduce-") as scratch:
        found = reproduce(settings, release_id, Path(scratch))
    if found.unlike:
        say(f"Made with other {found.unlike} than the release: the content of tables is compared, not bytes.")
    if found.not_compared:
        say(f"Not compared, since the release they tell of is gone: {', '.join(found.not_compared)}")
    for line in found.differences:
        typer.echo(f"differs: {line}")
    if found.differences:
        raise typer.Exit(1)
    how = "tables with the same content" if found.unlike else "files with the same bytes"
    typer.echo(f"Release {release_id} is reproduced: {found.compared} {how}")


def prune(
    keep: Annotated[int, typer.Option("--keep", help="How many of the newest releases stay; the latest always does.")],
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; without it they are only listed.")] = False,
    processed: Processed = None,
) -> None:
    """Remove old releases, never the latest.

    Lists what would go unless --yes is given.
    """
    from pipeline.releases import retention

    settings = Settings.from_env(processed=processed)
    gone = retention.prune(settings, keep) if yes else retention.removable(settings, keep)
    for release in gone:
        typer.echo(f"{'removed' if yes else 'would be removed'}: {release.id}")
    if not gone:
        say("Nothing to remove.")
    elif not yes:
        say("Nothing was removed; add --yes to do it.")


def rollback(
    release_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Release to go back to.")] = None,
    off: Annotated[bool, typer.Option("--off", help="End the hold: latest is the newest release again.")] = False,
    processed: Processed = None,
) -> None:
    """Point `latest` at an older release and hold it there.

    Later runs publish, but do not move it, until --off.
    """
    from pipeline.releases.retention import hold, let_go

    if (release_id is None) is not off:
        raise typer.BadParameter("give either a release id or --off")
    settings = Settings.from_env(processed=processed)
    if release_id is None:
        typer.echo(f"latest is {let_go(settings).id} and follows new releases")
    else:
        typer.echo(f"latest is held at {hold(settings, release_id).id} (end with `pipeline rollback --off`)")


COMMANDS = (releases, diff, verify, reproduce, prune, rollback)
