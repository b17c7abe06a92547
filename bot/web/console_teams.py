"""Teams: which districts each looks after, and who is in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import web

from bot.shelf import Shelf
from bot.web.console_door import FORM
from bot.web.console_form import Filled, Slip, by_of, first_time
from bot.web.console_frame import Frame, who
from bot.web.console_queue import districts_of
from storage.staff import Staff
from storage.teams import HasReports, Team
from storage.work import Store

PATH = "/teams"
DONE = {"added": "The team is added. Say who is in it.", "saved": "The team is saved."}
_DISTRICT, _MEMBER = "district-", "member-"
"""How the names of the boxes begin that say which districts and who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFilled(Filled):
    """The forms about a team."""

    name: str = ""
    districts: frozenset[str] = frozenset()
    members: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Row:
    """A team as the list shows it."""

    team: Team
    districts: tuple[str, ...]
    members: tuple[str, ...]


class TeamPages:
    """The list of teams, one of them, and the forms about them."""

    def __init__(
        self, store: Store, shelf: Shelf, clock: Callable[[], datetime], frame: Frame
    ) -> None:
        self._store, self._shelf, self._clock, self._frame = store, shelf, clock, frame

    async def show(self, request: web.Request) -> web.Response:
        """GET /teams."""
        return await self._list(request, TeamFilled(csrf=who(request).csrf))

    async def add(self, request: web.Request) -> web.Response:
        """POST /teams: a new team, and on to its page."""
        form, signed_in = request[FORM], who(request)
        name, by, now = form.get("name", "").strip(), by_of(signed_in), self._clock()
        try:
            async with self._store.work() as work:
                if not await first_time(work, form, by, now):
                    raise web.HTTPSeeOther(PATH)
                id = await work.teams.add(name, by.staff.username, now)
        except ValueError as error:
            slips = (Slip("name", str(error)),)
            filled = TeamFilled(csrf=signed_in.csrf, name=name, problems=slips)
            return await self._list(request, filled, status=422)
        raise web.HTTPSeeOther(f"{PATH}/{id}?done=added")

    async def open(self, request: web.Request) -> web.Response:
        """GET /teams/{id}."""
        team, people = await self._find(request)
        filled = TeamFilled(
            csrf=who(request).csrf,
            name=team.name,
            districts=team.districts,
            members=team.members,
        )
        return self._one(request, team, people, filled)

    async def save(self, request: web.Request) -> web.Response:
        """POST /teams/{id}: its name, districts and members as the form has them."""
        form, signed_in = request[FORM], who(request)
        team, people = await self._find(request)
        chosen = TeamFilled(
            csrf=signed_in.csrf,
            name=form.get("name", "").strip(),
            districts=frozenset(_ticked(form, _DISTRICT, self._districts())),
            members=frozenset(
                map(int, _ticked(form, _MEMBER, {str(one.id): one.name for one in people}))
            ),
        )
        # Who cannot be ticked is left as it is: accounts that are closed, districts of before.
        kept_members = team.members - {one.id for one in people}
        kept_districts = team.districts - set(self._districts())
        changed = Team(
            team.id, chosen.name, chosen.districts | kept_districts, chosen.members | kept_members
        )
        try:
            async with self._store.work() as work:
                await work.teams.change(changed, signed_in.staff.username, self._clock())
        except ValueError as error:
            filled = replace(chosen, problems=(Slip("name", str(error)),))
            return self._one(request, team, people, filled, status=422)
        except LookupError:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(f"{PATH}/{team.id}?done=saved")

    async def remove(self, request: web.Request) -> web.Response:
        """POST /teams/{id}/remove; one that has open reports stays."""
        team, people = await self._find(request)
        username = who(request).staff.username
        try:
            async with self._store.work() as work:
                await work.teams.remove(team.id, username, self._clock())
        except HasReports as error:
            text = f"The team has {error.count:,} open reports. Hand them on first."
            filled = TeamFilled(
                csrf=who(request).csrf,
                name=team.name,
                districts=team.districts,
                members=team.members,
                problems=(Slip("remove", text),),
            )
            return self._one(request, team, people, filled, status=422)
        except LookupError:
            raise web.HTTPNotFound from None
        raise web.HTTPSeeOther(PATH)

    async def _find(self, request: web.Request) -> tuple[Team, tuple[Staff, ...]]:
        """The team in the address, and who can be in one; raises 404 where there is none."""
        async with self._store.work() as work:
            teams, people = await work.teams.list(), await work.teams.people()
        team = next((team for team in teams if team.id == request.match_info["id"]), None)
        if team is None:
            raise web.HTTPNotFound
        return team, people

    async def _list(
        self, request: web.Request, filled: TeamFilled, status: int = 200
    ) -> web.Response:
        async with self._store.work() as work:
            teams, people = await work.teams.list(), await work.teams.people()
        names = self._districts()
        rows = tuple(
            Row(
                team,
                tuple(sorted(names.get(id, id) for id in team.districts)),
                tuple(one.name for one in people if one.id in team.members),
            )
            for team in teams
        )
        return self._frame.page(request, "teams.html", status=status, rows=rows, form=filled)

    def _one(
        self,
        request: web.Request,
        team: Team,
        people: tuple[Staff, ...],
        filled: TeamFilled,
        status: int = 200,
    ) -> web.Response:
        return self._frame.page(
            request,
            "team.html",
            status=status,
            team=team,
            people=people,
            districts=self._districts(),
            form=filled,
            done=DONE.get(request.query.get("done", ""), ""),
        )

    def _districts(self) -> Mapping[str, str]:
        """Id and name of each district that a team may look after."""
        return districts_of(self._shelf.library)


def _ticked(form: Mapping[str, str], start: str, known: Mapping[str, str]) -> list[str]:
    """The ids whose boxes are ticked."""
    return [id for id in known if f"{start}{id}" in form]
