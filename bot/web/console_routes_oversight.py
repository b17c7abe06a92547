"""The routes of those who look after the service: erasure, figures, people, and the trail."""

from bot.web.console_audit import AuditPage
from bot.web.console_decide import DecisionPages
from bot.web.console_due import DuePage
from bot.web.console_figures import FiguresPage
from bot.web.console_figures_districts import DistrictsPage
from bot.web.console_figures_times import TimesPage
from bot.web.console_leave import LeavePages
from bot.web.console_oversight import KnowledgePage
from bot.web.console_quality import QualityPages
from bot.web.console_questions import QuestionsPage
from bot.web.console_room import Room
from bot.web.console_teams import TeamPages
from bot.web.console_workload import WorkloadPage
from bot.web.permissions import Page, Permission
from storage.retention import Retention


def decision_pages(room: Room, limits: Retention) -> tuple[Page, ...]:
    """Reports that are due for review; `limits` says when they are."""
    due = DuePage(room.store, room.shelf, room.clock, room.frame, limits)
    decide = DecisionPages(room.store, room.counter, room.shelf, room.clock, room.frame, limits)
    one, needed = "/due/{reference}", Permission.DECIDE_ERASURE
    return (
        Page("GET", "/due", due.show, needed),
        Page("GET", one, decide.show, needed),
        Page("POST", f"{one}/keep", decide.keep, needed),
        Page("POST", f"{one}/hold", decide.hold, needed),
        Page("POST", f"{one}/release", decide.release, needed),
        Page("GET", f"{one}/erase", decide.confirm, needed),
        Page("POST", f"{one}/erase", decide.erase, needed),
    )


def figures_pages(room: Room) -> tuple[Page, ...]:
    """Figures, and closed reports to review."""
    where = (room.store, room.shelf, room.clock, room.frame)
    figures, times, districts = FiguresPage(*where), TimesPage(*where), DistrictsPage(*where)
    quality, needed = QualityPages(*where), Permission.SEE_FIGURES
    return (
        Page("GET", "/figures", figures.show, needed),
        Page("GET", "/figures.csv", figures.save, needed),
        Page("GET", "/figures/times", times.show, needed),
        Page("GET", "/figures/times.csv", times.save, needed),
        Page("GET", "/figures/districts", districts.show, needed),
        Page("GET", "/figures/districts.csv", districts.save, needed),
        Page("GET", "/quality", quality.show, Permission.REVIEW_QUALITY),
        Page("GET", "/quality/{reference}", quality.open, Permission.REVIEW_QUALITY),
        Page("POST", "/quality/{reference}", quality.save, Permission.REVIEW_QUALITY),
    )


def people_pages(room: Room) -> tuple[Page, ...]:
    """Teams, leave and workload."""
    teams = TeamPages(room.store, room.shelf, room.clock, room.frame)
    leave = LeavePages(room.store, room.clock, room.frame)
    workload = WorkloadPage(room.store, room.clock, room.frame)
    needed = Permission.MANAGE_TEAMS
    return (
        Page("GET", "/workload", workload.show, Permission.SEE_WORKLOAD),
        Page("GET", "/teams", teams.show, needed),
        Page("POST", "/teams", teams.add, needed),
        Page("GET", "/teams/{id}", teams.open, needed),
        Page("POST", "/teams/{id}", teams.save, needed),
        Page("POST", "/teams/{id}/remove", teams.remove, needed),
        Page("GET", "/leave", leave.show, needed),
        Page("POST", "/leave", leave.add, needed),
        Page("POST", "/leave/{id}/remove", leave.remove, needed),
    )


def trail_pages(room: Room) -> tuple[Page, ...]:
    """The audit trail, the knowledge files, and what is asked in vain."""
    questions = QuestionsPage(room.store, room.shelf, room.clock, room.frame)
    knowledge = KnowledgePage(room.shelf, room.clock, room.frame)
    audit = AuditPage(room.store, room.clock, room.frame)
    return (
        Page("GET", "/questions", questions.show, Permission.SEE_QUESTIONS),
        Page("POST", "/questions/{id}/pass", questions.pass_on, Permission.HAND_ON_QUESTION),
        Page("GET", "/knowledge", knowledge.show, Permission.SEE_KNOWLEDGE),
        Page("GET", "/audit", audit.show, Permission.SEE_AUDIT),
        Page("GET", "/audit.csv", audit.save, Permission.SEE_AUDIT),
        Page("GET", "/audit/check", audit.check, Permission.SEE_AUDIT),
        Page("GET", "/audit/words/{id}", audit.words, Permission.SEE_AUDIT),
    )
