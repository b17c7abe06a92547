"""What the API gives: its answers, as OpenAPI describes them."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from bot.web.api_taken import REFERENCE
from handlers.report import Disposition, Status
from storage.findings import NumberKind
from storage.story import Kind
from storage.tidings import Tiding
from storage.webhooks import DeliveryState


class _Given(BaseModel):
    # From our own dataclasses by the names of their fields.
    model_config = ConfigDict(frozen=True, from_attributes=True)


Flags = Annotated[list[str], BeforeValidator(sorted)]
"""In an order that does not change, so that two readings can be compared."""


class Summary(_Given):
    """A report in a list: nothing that its resident wrote."""

    reference: Annotated[str, Field(pattern=f"^{REFERENCE}$")]
    kind: str
    status: Status
    disposition: Disposition | None
    district: str = Field(description="Empty where it is not known.")
    urgent: bool
    flags: Flags
    channel: str
    team: str
    priority: int
    made_at: AwareDatetime
    changed_at: AwareDatetime
    due_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    version: int


class ReportList(_Given):
    """A page of reports."""

    reports: list[Summary]
    next: str | None = Field(description="The cursor of the next page; null for the last.")


class GivenAnswer(_Given):
    """An answered question, in the resident's own words or as they chose."""

    question: str
    summary: str
    value: str
    option: str


class GivenPlace(_Given):
    """Where it happened."""

    said: str
    district: str
    force: str
    latitude: float | None
    longitude: float | None


class GivenContact(_Given):
    """How its resident may be reached without putting them in danger. Obey it."""

    how: str
    safe: bool
    when: str


class GivenPhoto(_Given):
    """A picture, which stays here."""

    id: str
    media: str
    size: int
    sha256: str
    at: AwareDatetime


class GivenHappening(_Given):
    """An entry of a report's story."""

    at: AwareDatetime
    kind: Kind
    by: str = Field(description="Empty for the resident.")
    text: str
    before: Status | None
    after: Status | None
    disposition: Disposition | None


class GivenNumber(_Given):
    """What a report is called on a system of the force."""

    kind: NumberKind
    number: str
    at: AwareDatetime


class FullReport(_Given):
    """Everything about a report."""

    reference: Annotated[str, Field(pattern=f"^{REFERENCE}$")]
    kind: str
    status: Status
    disposition: Disposition | None
    district: str
    flags: Flags
    made_at: AwareDatetime
    changed_at: AwareDatetime
    version: int
    assignee: str
    answers: list[GivenAnswer]
    place: GivenPlace
    contact: GivenContact
    photos: list[GivenPhoto]
    numbers: list[GivenNumber]
    continues: str = Field(description="The earlier report about the same problem; often empty.")
    erasure_asked_at: AwareDatetime | None
    held_at: AwareDatetime | None
    story: list[GivenHappening]


class Changed(_Given):
    """A report was changed."""

    reference: str
    status: Status
    disposition: Disposition | None
    version: int


class Noted(_Given):
    """A note was written."""

    reference: str
    at: AwareDatetime


class FormKind(_Given):
    """A kind of report."""

    id: str
    title: str
    taken: bool = Field(description="False: residents are told whom to tell instead.")


class District(_Given):
    """A district of our area."""

    id: str
    name: str


class FormList(_Given):
    """What stands for what in reports."""

    kinds: list[FormKind]
    districts: list[District]
    transitions: dict[Status, list[Status]] = Field(
        description="What a report may become, by what it is."
    )


class GivenDelivery(_Given):
    """A message to a webhook, and what has become of it."""

    id: str = Field(description="The “webhook-id” of the message.")
    webhook: str
    event: Tiding
    at: AwareDatetime
    reference: str
    state: DeliveryState
    attempts: int
    due_at: AwareDatetime
    done_at: AwareDatetime | None
    answer: int | None
    why: str


class DeliveryLog(_Given):
    """A page of messages, the latest first."""

    deliveries: list[GivenDelivery]
    next: int | None = Field(description="The “before” of the next page; null for the last.")


class FieldError(_Given):
    """Something that is not as it should be."""

    where: str
    detail: str


class ProblemDetails(_Given):
    """What went wrong (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
