"""What systems need besides reports: what stands for what, and what webhooks were told."""

from collections.abc import Callable

from aiohttp import web

from bot.web.api_given import DeliveryLog, District, FormKind, FormList, GivenDelivery
from bot.web.api_operation import Call, Terms, operation
from bot.web.api_reports import answer
from bot.web.api_taken import LogQuery
from bot.webhook_message import id_of
from handlers.report import TRANSITIONS
from knowledge.library import Library
from storage.api_tokens import Scope
from storage.webhooks import Delivery
from storage.work import Store


class Lists:
    """Kinds of report, and the log of webhooks."""

    def __init__(self, store: Store, library: Callable[[], Library]) -> None:
        self._store, self._library = store, library

    @operation(Terms("GET", "/forms", Scope.FORMS, {200: FormList}))
    async def list_forms(self, _: Call) -> web.Response:
        """List the kinds of report, the districts, and what a report may become."""
        library = self._library()
        forms = sorted(library.forms.values(), key=lambda form: form.order)
        districts = library.places.districts.values()
        return answer(
            FormList(
                kinds=[
                    FormKind(id=form.id, title=library.fill(form.title), taken=not form.instead)
                    for form in forms
                ],
                districts=[District(id=each.id, name=each.name) for each in districts],
                transitions={status: list(after) for status, after in TRANSITIONS.items()},
            )
        )

    @operation(
        Terms("GET", "/webhooks/deliveries", Scope.WEBHOOKS, {200: DeliveryLog}, query=LogQuery)
    )
    async def list_deliveries(self, call: Call) -> web.Response:
        """List what webhooks were told, the latest first, and what has become of each message."""
        query: LogQuery = call.query
        limit: int = query.limit
        async with self._store.work() as work:
            found = await work.webhooks.log(
                call.token.by, limit + 1, before=query.before, state=query.state or ""
            )
        shown = found[:limit]
        more = shown[-1].id if len(found) > limit else None
        return answer(DeliveryLog(deliveries=[_given(each) for each in shown], next=more))


def _given(delivery: Delivery) -> GivenDelivery:
    return GivenDelivery(
        id=id_of(delivery),
        webhook=delivery.webhook_id,
        event=delivery.event,
        at=delivery.at,
        reference=delivery.reference,
        state=delivery.state,
        attempts=delivery.attempts,
        due_at=delivery.due_at,
        done_at=delivery.done_at,
        answer=delivery.answer,
        why=delivery.why,
    )
