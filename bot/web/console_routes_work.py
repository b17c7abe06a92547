"""The routes of those who work on reports, and what each needs."""

from bot.live_chats import LiveChats
from bot.web.console_alarms import AlarmPages
from bot.web.console_bulk import BulkActions
from bot.web.console_conversation import ConversationPage
from bot.web.console_copy import CopyPage
from bot.web.console_exceptions import ExceptionPages
from bot.web.console_filing import FilingForms
from bot.web.console_findings import FindingForms
from bot.web.console_frame import ALARMS, LIVE, NOTICES, SHARES
from bot.web.console_here import Here
from bot.web.console_intake import IntakePage
from bot.web.console_live import ConsoleStreams
from bot.web.console_live_chat import ChatPages
from bot.web.console_live_list import LivePages
from bot.web.console_live_report import LiveReportPages
from bot.web.console_noticed import Beside
from bot.web.console_notices import NoticePages
from bot.web.console_photo import Photos
from bot.web.console_queue import QueuePages
from bot.web.console_redaction import RedactionForms
from bot.web.console_report import ReportForms
from bot.web.console_report_page import ReportPage
from bot.web.console_room import Room
from bot.web.console_search import SearchPage
from bot.web.console_shares import SharePages
from bot.web.console_shift import ShiftPage
from bot.web.console_views import SavedViews
from bot.web.permissions import Page, Permission


def queue_pages(room: Room) -> tuple[Page, ...]:
    """The queue, and what is done from it."""
    store, shelf, clock, frame = room.store, room.shelf, room.clock, room.frame
    queue = QueuePages(store, shelf, clock, frame)
    search, bulk = (
        SearchPage(store, shelf, clock, frame),
        BulkActions(store, room.counter, shelf, clock),
    )
    views, shift = SavedViews(store, shelf, clock), ShiftPage(store, shelf, clock, frame)
    intake = IntakePage(store, room.counter, shelf, clock, frame)
    return (
        Page("GET", "/", queue.show, Permission.SEE_QUEUE),
        Page("GET", "/shift", shift.show, Permission.OPEN_REPORT),
        Page("POST", "/shift", shift.hand_over, Permission.OPEN_REPORT),
        Page("GET", "/take", intake.show, Permission.TAKE_REPORT),
        Page("POST", "/take", intake.take, Permission.TAKE_REPORT),
        Page("GET", "/search", search.show, Permission.OPEN_REPORT),
        Page("POST", "/search", search.find, Permission.OPEN_REPORT),
        Page("POST", "/bulk", bulk.act, Permission.WORK_ON_REPORT),
        Page("POST", "/bulk/{id}/undo", bulk.undo, Permission.WORK_ON_REPORT),
        Page("POST", "/views", views.keep, Permission.SEE_QUEUE),
        Page("POST", "/views/{id}/delete", views.delete, Permission.SEE_QUEUE),
    )


def report_pages(room: Room) -> tuple[Page, ...]:
    """One report, and all its forms."""
    store, shelf, clock, frame = room.store, room.shelf, room.clock, room.frame
    here, beside = Here(store, room.live, clock), Beside(store, shelf, clock)
    page = ReportPage(store, room.counter, shelf, clock, frame, beside=beside, here=here)
    photos, copy = Photos(store, clock), CopyPage(store, shelf, clock, frame)
    said = ConversationPage(store, clock, frame)
    forms, filing = ReportForms(page, room.counter), FilingForms(page)
    findings, redaction = FindingForms(page), RedactionForms(page)
    exceptions = ExceptionPages(store, room.counter, clock, frame, room.alerts)
    one, work = "/reports/{reference}", Permission.WORK_ON_REPORT
    return (
        Page("GET", one, forms.show, Permission.OPEN_REPORT),
        Page("GET", f"{one}/events", here.get, Permission.OPEN_REPORT),
        Page("GET", f"{one}/photos/{{id}}", photos.show, Permission.OPEN_REPORT),
        Page("POST", f"{one}/status", forms.change_status, Permission.CHANGE_STATUS),
        Page("POST", f"{one}/notes", forms.write_note, Permission.WRITE_NOTE),
        Page("POST", f"{one}/messages", forms.write_message, Permission.WRITE_TO_RESIDENT),
        Page("POST", f"{one}/assignee", filing.assign, work),
        Page("POST", f"{one}/team", filing.hand_on, work),
        Page("POST", f"{one}/filing", filing.file, work),
        Page("GET", f"{one}/conversation", said.show, Permission.WRITE_TO_RESIDENT),
        Page("POST", f"{one}/numbers", findings.number, work),
        Page("POST", f"{one}/links", findings.link, work),
        Page("POST", f"{one}/links/{{other}}/delete", findings.unlink, work),
        Page("POST", f"{one}/grade", findings.grade, work),
        Page("POST", f"{one}/redactions", redaction.redact, work),
        Page("POST", f"{one}/redactions/{{id}}/lift", redaction.lift, Permission.SHOW_REDACTED),
        Page("POST", f"{one}/photos/{{id}}/quarantine", redaction.quarantine, work),
        Page("GET", f"{one}/copy", copy.show, Permission.OPEN_REPORT),
        Page("GET", f"{one}/glass", exceptions.glass, Permission.BREAK_GLASS),
        Page("POST", f"{one}/glass", exceptions.break_glass, Permission.BREAK_GLASS),
        Page("POST", f"{one}/conflict", exceptions.declare, Permission.DECLARE_CONFLICT),
        Page("POST", f"{one}/conflict/lift", exceptions.lift, Permission.SEE_CONFLICTS),
        Page("POST", f"{one}/sensitive", exceptions.mark, Permission.MARK_SENSITIVE),
    )


def notice_pages(room: Room) -> tuple[Page, ...]:
    """What the machine noticed, and telling partners."""
    notices = NoticePages(room.store, room.shelf, room.clock, room.frame)
    shares = SharePages(room.store, room.shelf, room.clock, room.frame)
    of_one, share = "/reports/{reference}/shares", Permission.SHARE_REPORT
    return (
        Page("GET", NOTICES, notices.show, Permission.SEE_NOTICES),
        Page("POST", "/reports/{reference}/unlike", notices.not_same, Permission.SEE_NOTICES),
        Page("GET", SHARES, shares.list, share),
        Page("GET", of_one, shares.show, share),
        Page("POST", of_one, shares.add, share),
        Page("POST", f"{of_one}/{{id}}/done", shares.done, share),
    )


def alarm_pages(room: Room) -> tuple[Page, ...]:
    """Alarms of residents."""
    alarms = AlarmPages(room.store, room.live, room.shelf, room.clock, room.frame)
    one, needed = f"{ALARMS}/{{id}}", Permission.ANSWER_ALARMS
    return (
        Page("GET", ALARMS, alarms.show, needed),
        Page("GET", one, alarms.open, needed),
        Page("POST", f"{one}/take", alarms.take, needed),
        Page("POST", f"{one}/close", alarms.close, needed),
    )


def live_pages(room: Room, streams: ConsoleStreams) -> tuple[Page, ...]:
    """Live chats with residents."""
    store, counter, clock, frame = room.store, room.counter, room.clock, room.frame
    chats = LiveChats(lambda: room.shelf.library, clock)
    lists = LivePages(store, counter, chats, clock, frame)
    chat = ChatPages(store, counter, chats, room.live, clock, frame)
    report = LiveReportPages(store, counter, chats, room.shelf, clock, frame)
    one, needed = f"{LIVE}/{{id}}", Permission.TAKE_LIVE_CHATS
    return (
        Page("GET", LIVE, lists.show, needed),
        Page("POST", f"{LIVE}/ready", lists.switch, needed),
        Page("POST", f"{LIVE}/next", lists.take_next, needed),
        Page("POST", f"{one}/take", lists.take, needed),
        Page("GET", one, chat.show, needed),
        Page("GET", f"{one}/events", streams.chat, needed),
        Page("POST", f"{one}/say", chat.write, needed),
        Page("POST", f"{one}/typing", chat.typing, needed),
        Page("POST", f"{one}/hand-on", chat.hand_on, needed),
        Page("POST", f"{one}/end", chat.end, needed),
        Page("GET", f"{one}/report", report.show, needed),
        Page("POST", f"{one}/report", report.make, needed),
    )
