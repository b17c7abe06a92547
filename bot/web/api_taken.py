"""What the API takes: the parameters and bodies of its operations."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from bot.web.bodies import clean
from handlers.report import ALPHABET, Disposition, Status
from storage.findings import NumberKind
from storage.webhooks import DeliveryState

_LETTERS = f"[{ALPHABET}]"
REFERENCE = f"FC-{_LETTERS}{{3}}-{_LETTERS}{{4}}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_SLUG = r"^[a-z0-9-]{1,64}$"
MOST_LISTED = 200


def _written_as(pattern: re.Pattern[str], wanted: str) -> BeforeValidator:
    """Nothing but text of that shape: a library would take much more for a number or a moment."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"this has to be {wanted}")
        return value

    return BeforeValidator(check)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year < _LAST.year else _LAST


Moment = Annotated[
    AwareDatetime,
    _written_as(_MOMENT, "a moment with its time zone, such as 2027-01-31T09:00:00Z"),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
YesNo = Annotated[
    bool,
    _written_as(re.compile("true|false"), "true or false"),
    WithJsonSchema({"type": "boolean"}),
]


def _count(most: int) -> Any:
    return Annotated[
        int,
        Field(ge=1, le=most),
        _written_as(re.compile("[0-9]{1,18}"), "a whole number"),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": most}),
    ]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Filter(_Taken):
    """Which reports."""

    status: Status | None = Field(None, description="Only those that are so.")
    kind: Annotated[str, Field(pattern=_SLUG)] | None = Field(None, description="An id of /forms.")
    district: Annotated[str, Field(pattern=_SLUG)] | None = Field(
        None, description="An id of /forms; “outside” for what is outside of our area."
    )
    urgent: YesNo | None = Field(None, description="Only those marked urgent, or only the others.")
    changed_since: Moment | None = Field(None, description="Changed then or later.")


class ListQuery(Filter):
    """Which reports, and which page of them."""

    cursor: Annotated[str, Field(pattern=rf"^[0-9]{{1,17}}-{REFERENCE}$")] | None = Field(
        None, description="The “next” of the page before."
    )
    limit: _count(MOST_LISTED) = Field(50, description="How many at most.")  # type: ignore[valid-type] # mypy takes no computed types


class LogQuery(_Taken):
    """Which messages to webhooks."""

    state: DeliveryState | None = Field(None, description="Only those that are so.")
    before: _count(10**17) | None = Field(None, description="The “next” of the page before.")  # type: ignore[valid-type] # as above
    limit: _count(MOST_LISTED) = Field(50, description="How many at most.")  # type: ignore[valid-type] # as above


class NewStatus(_Taken):
    """What a report is to be."""

    status: Status
    disposition: Disposition | None = Field(
        None, description="What came of it; needed to close a report, and of no use otherwise."
    )


class NewNote(_Taken):
    """A note that only staff read."""

    text: Annotated[
        str,
        Field(min_length=1, max_length=4000, pattern=r"[^\s\x00-\x1f\x7f-\x9f]"),
        AfterValidator(clean),
    ]


class NewNumber(_Taken):
    """What a report is called on a system of the force."""

    kind: NumberKind
    number: Annotated[
        str, Field(pattern=r"^[A-Z0-9/.-]{0,16}[0-9][A-Z0-9/.-]{0,15}$", examples=["42/1234/26"])
    ]
