"""The one interpreter of effects: each is carried out in the turn's own transaction."""

from datetime import datetime

from bot.pictures import NotAPicture, check_picture
from handlers.effects import (
    AddToReport,
    AskErasure,
    AtTheCounter,
    CountAnswer,
    Done,
    DraftFound,
    DraftParked,
    DropPhotos,
    Effect,
    EndHandOver,
    ExportMine,
    FindReport,
    FollowHere,
    ForgetMe,
    KeepAlarm,
    KeepFeedback,
    KeepPhoto,
    KeepReport,
    KeepUnanswered,
    LookForPerson,
    ParkDraft,
    PassOn,
    PhotoKept,
    PhotoRefused,
    ReportFound,
    ReportKept,
    ReportNotFound,
    TowardsAPerson,
    WaitForPerson,
)
from handlers.report import URGENT
from handlers.working_time import WorkingTime
from knowledge.desk import Desk
from storage.conversations import Kept
from storage.erasure import CHAT
from storage.work import Work

MOST_WRONG_CODES = 10
"""Wrong access codes from one chat within an hour before it has to wait."""

MOST_LOOSE_PHOTOS = 10
"""Pictures of one chat that belong to no report yet."""


async def perform(effect: Effect, work: Work, kept: Kept, desk: Desk, now: datetime) -> Done | None:
    """Carry out one effect for the conversation `kept`; its answer, where it has one."""
    if isinstance(effect, TowardsAPerson):
        return await _hand_over(work, kept, effect, now)
    return await _at_the_counter(work, kept, effect, desk, now)


async def _at_the_counter(
    work: Work, kept: Kept, effect: AtTheCounter, desk: Desk, now: datetime
) -> Done | None:
    match effect:
        case KeepReport(report=report):
            due_at = WorkingTime(desk).due(report.kind, now, urgent=URGENT in report.flags)
            reference, code = work.reports.keep(
                report, kept.id, now, channel=kept.address.channel, due_at=due_at
            )
            return ReportKept(reference, code)
        case FindReport():
            return await _find(work, kept, effect, now)
        case ParkDraft(draft=draft):
            return DraftParked(work.parked.keep(draft, now))
        case AddToReport(reference=reference, text=text, urgent=urgent, recovered=recovered):
            await work.reports.add(reference, text, now, urgent=urgent, recovered=recovered)
        case FollowHere(reference=reference, follow=follow):
            await work.reports.follow(reference, kept.id, follow)
        case AskErasure(reference=reference):
            await work.reports.ask_erasure(reference, now)
        case KeepPhoto():
            return await _keep_photo(work, kept, effect, now)
        case DropPhotos(files=files):
            await work.files.drop(files)
        case KeepAlarm(text=text, category=category, level=level):
            work.alarms.keep(text, level, category, (kept.id, kept.address.channel), now)
        case KeepFeedback(helpful=helpful, article=article, comment=comment):
            work.feedback.keep(helpful, article, comment, now)
        case KeepUnanswered(text=text, nearest=nearest):
            work.feedback.keep_unanswered(text, nearest, kept.id, now)
        case CountAnswer(article=article, outcome=outcome):
            work.feedback.count(article, outcome, now)
        case ExportMine():
            return await work.conversations.gather(kept.id)
        case ForgetMe():
            await work.hand_overs.forget(kept.id, now)
            await work.conversations.forget(kept.id)
            await work.erasure.bury(CHAT, kept.id, now)
            await work.audit.append("resident", "chat erased", "", {}, now)
    return None


async def _hand_over(work: Work, kept: Kept, effect: TowardsAPerson, now: datetime) -> Done | None:
    match effect:
        case LookForPerson(wish=wish):
            return await work.hand_overs.look(now, wish=wish)
        case WaitForPerson(said=said):
            return await work.hand_overs.join(kept, said, now)
        case PassOn(urgent=urgent):
            return await work.hand_overs.pass_on(kept.id, now, urgent=urgent)
        case EndHandOver(ending=ending):
            await work.hand_overs.finish(kept.id, ending, now)
    return None


async def _find(work: Work, kept: Kept, wanted: FindReport, now: datetime) -> Done:
    if await work.reports.wrong_codes(kept.id, now) >= MOST_WRONG_CODES:
        return ReportNotFound(too_many=True)
    # Where another draft is in the way, the parked one stays parked.
    used_up = kept.conversation.draft is None
    draft = await work.parked.take(wanted.code, used_up=used_up)
    if draft is not None:
        return DraftFound(draft)
    report = await work.reports.by_code(wanted.code, kept.id, now)
    return ReportNotFound() if report is None else ReportFound(report, wanted.remembered)


async def _keep_photo(work: Work, kept: Kept, photo: KeepPhoto, now: datetime) -> Done:
    try:
        check_picture(photo.data)
    except NotAPicture:
        return PhotoRefused("not-a-picture")
    if await work.files.loose(kept.id) >= MOST_LOOSE_PHOTOS:
        return PhotoRefused("too-many")
    id = await work.files.keep(photo.data, photo.media, kept.id, now)
    return PhotoKept(id, photo.words)
