"""Accounts: auditors, second factors, clearances, districts, conflicts, broken glass, searches."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_ROLES = "role IN ('handler', 'supervisor', 'comms', 'auditor', 'admin')"
_KEPT = "id, username, name, role, password, made_at, disabled_at"
_MOMENT = sa.DateTime(timezone=True)

_QUEUE = [
    "status", "made_at", "urgent", "restricted", "sensitive", "district", "kind", "assignee_id",
    "team", "channel", "priority", "due_at", "answer_by", "changed_at", "reference",
]  # fmt: skip

# What was disclosed in earlier reports was not told apart: it is the last of the five kinds.
# Supervisors could read all of it, and go on to until somebody narrows that.
_SENSITIVE = "UPDATE reports SET sensitive = 16 WHERE restricted"
_CLEARED = "UPDATE staff SET clearances = 31 WHERE role = 'supervisor'"


def upgrade() -> None:
    """Add all of it; everybody is signed out, since sessions say more from now on."""
    op.drop_table("sessions")
    _staff()
    _sessions()
    op.add_column(
        "reports", sa.Column("sensitive", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    # The index by which the queue is listed holds all that decides who sees what.
    op.drop_index(op.f("ix_reports_queue"), "reports")
    op.create_index(op.f("ix_reports_queue"), "reports", _QUEUE)
    op.execute(_SENSITIVE)
    op.execute(_CLEARED)
    _second_factors()
    _looks()


def _new_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("districts", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("clearances", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("team", sa.String(64), nullable=False, server_default=sa.text("''")),
        sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("subject", sa.LargeBinary(16)),
    )


def _staff() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_staff_role"), "staff", type_="check")
        op.create_check_constraint(op.f("ck_staff_role"), "staff", _ROLES)
        for column in _new_columns():
            op.add_column("staff", column)
        op.create_unique_constraint(op.f("uq_staff_subject"), "staff", ["subject"])
        return
    # SQLite changes no constraint. The rows are put back under their own ids before the commit,
    # which is when it looks whether every key still points at one.
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE staff_before AS SELECT {_KEPT} FROM staff")  # noqa: S608 - ours
    op.drop_table("staff")
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        *_new_columns(),
        sa.UniqueConstraint("username"),
        sa.UniqueConstraint("subject"),
        sa.CheckConstraint(_ROLES, name="role"),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO staff ({_KEPT}) SELECT {_KEPT} FROM staff_before")  # noqa: S608 - ours
    op.execute("DROP TABLE staff_before")


def _staff_key(**options: Any) -> sa.Column[Any]:
    return sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False, **options)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column(
            "staff_id",
            sa.Integer,
            sa.ForeignKey("staff.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("browser", sa.String(32), nullable=False),
        sa.Column("address", sa.LargeBinary),
        sa.CheckConstraint("stage IN ('in', 'code')", name="stage"),
    )
    op.create_index(op.f("ix_sessions_made_at"), "sessions", ["made_at"])
    op.create_index(op.f("ix_sessions_staff_id"), "sessions", ["staff_id"])


def _second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff_key(unique=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        _staff_key(primary_key=True),
        sa.Column("code", sa.LargeBinary(16), primary_key=True),
        sa.Column("used_at", _MOMENT),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff_key(),
        sa.Column("credential", sa.Text, nullable=False, unique=True),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
    )
    op.create_index(op.f("ix_passkeys_staff_id"), "passkeys", ["staff_id"])


def _looks() -> None:
    key = sa.ForeignKey("reports.reference", ondelete="CASCADE")
    op.create_table(
        "report_conflicts",
        _staff_key(primary_key=True),
        sa.Column("reference", sa.String(11), key, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index(op.f("ix_report_conflicts_reference"), "report_conflicts", ["reference"])
    op.create_table(
        "openings",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff_key(),
        sa.Column("reference", sa.String(11), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
    )
    op.create_index(op.f("ix_openings_staff_id_until"), "openings", ["staff_id", "until"])
    op.create_index(op.f("ix_openings_at"), "openings", ["at"])
    op.create_table(
        "searches",
        sa.Column("id", sa.String(32), primary_key=True),
        _staff_key(),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
    )
    op.create_index(op.f("ix_searches_at"), "searches", ["at"])
