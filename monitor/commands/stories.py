"""`monitor stories`: what the articles of one event have been put together as, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import as_json, clock_time, counted, out, pass_path, print_json, read_config, shown
from monitor.errors import MonitorError
from monitor.models import Member, Story, StoryChange, SystemClock

if TYPE_CHECKING:
    from monitor.archive import Reader


@click.group(invoke_without_command=True)
@click.option("--days", type=int, help="Only stories with an article of the last so many days.")
@click.option("--limit", default=20, show_default=True, help="Most stories.")
@click.option("--all", "all_", is_flag=True, help="Also stories of a single article.")
@as_json
@click.pass_context
def stories(ctx: click.Context, days: int | None, limit: int, all_: bool, json_: bool) -> None:
    """List the latest stories: articles about one event, across languages. `show ID` tells one of them."""
    if ctx.invoked_subcommand is not None:
        return
    from monitor.archive import Reader

    config = read_config(ctx.obj)
    since = SystemClock().now() - timedelta(days=days) if days else None
    with Reader.open(config.archive.path) as reader:
        found = [Row.of(reader, story) for story in reader.stories.latest(limit, since, articles=1 if all_ else 2)]
    if json_:
        print_json([row.plain() for row in found])
        return
    for row in found:
        _show_row(row, config.alerts.zone)
    if not found:
        out.print("No stories yet." if all_ else "No story of several articles yet; `--all` lists the others too.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A story in the list: who had it first."""

    story: Story
    first: Member | None

    @classmethod
    def of(cls, reader: Reader, story: Story) -> Row:
        members = reader.stories.members(story.id)
        return cls(story=story, first=members[0] if members else None)

    def plain(self) -> Mapping[str, object]:
        """For machines."""
        return {
            "id": self.story.id,
            "headline": self.story.headline,
            "articles": self.story.articles,
            "outlets": self.story.outlets,
            "languages": self.story.languages,
            "first_seen": self.story.first_seen,
            "first_outlet": self.first.outlet if self.first else "",
            "first_language": self.first.language if self.first else "",
            "last_seen": self.story.last_seen,
        }


def _show_row(row: Row, zone: str) -> None:
    story = row.story
    out.print(f"{story.id}  {shown(story.headline)}", markup=False)
    parts = [counted(story.articles, "article"), counted(len(story.outlets), "outlet"), ", ".join(story.languages)]
    first = f"first: {row.first.outlet} ({row.first.language}), " if row.first else "first: "
    out.print(f"    {' · '.join(parts)} · {first}{clock_time(story.first_seen, zone)}", markup=False)


@stories.command("show")
@click.argument("story_id", metavar="ID", type=int)
@as_json
@pass_path
def show(path: Path, story_id: int, json_: bool) -> None:
    """Tell a story: its articles in order, why each belongs, copies under what they copy, merges and splits."""
    from monitor.archive import Reader

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        story = reader.stories.get(story_id)
        if story is None:
            raise MonitorError(
                f"Story {story_id}: there is none of that id. `monitor stories --all` lists them.", permanent=True
            )
        members, changes = reader.stories.members(story.id), reader.stories.changes(story.id)
    if json_:
        print_json({"story": story, "articles": members, "changes": changes})
        return
    if story.id != story_id:
        out.print(f"Story {story_id} went into story {story.id}.")
    _show_story(story, members, config.alerts.zone)
    _show_changes(story, changes, config.alerts.zone)


def _show_story(story: Story, members: Sequence[Member], zone: str) -> None:
    out.print(f"{story.id}  {shown(story.headline)}", markup=False)
    shown_here = {member.article_id for member in members if member.copy_of is None}
    for member in members:
        if member.copy_of is None or member.copy_of not in shown_here:
            _show_member(member, zone)
            for copy in (other for other in members if other.copy_of == member.article_id):
                when = clock_time(copy.first_seen, zone)
                out.print(f"      {when}  {copy.outlet} ({copy.language}): {copy.reason}", markup=False)


def _show_member(member: Member, zone: str) -> None:
    title = shown(member.translated_title or member.title)
    when = clock_time(member.first_seen, zone)
    out.print(f"  {when}  {member.outlet} ({member.language}): {title}", markup=False)
    if member.translated_title:
        out.print(f"      {shown(member.title)}", markup=False)
    out.print(f"      article {member.article_id}: {member.reason}", markup=False)


def _show_changes(story: Story, changes: Sequence[StoryChange], zone: str) -> None:
    for change in changes:
        other = change.other_story_id if change.story_id == story.id else change.story_id
        articles = counted(len(change.articles), "article")
        if change.kind == "merge":
            what = f"story {other} went into this one ({articles})"
        else:
            what = (
                f"{articles} went to story {other}" if change.story_id == story.id else f"{articles} of story {other}"
            )
        out.print(f"  {clock_time(change.at, zone)}  {what}: {change.reason}", markup=False)
