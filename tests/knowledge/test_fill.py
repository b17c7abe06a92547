"""Names in braces become numbers, links, titles and remarks."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.article import DATED, VERIFIED, Article, Contact, Fact
from knowledge.fill import Filler, Placeholder, markdown_link, placeholders, stray_brace
from knowledge.library import serve
from knowledge.markup import escape, to_plain

WORDING = {
    "answer.months": "January February March April May June July August September October "
    "November December",
    "answer.media": "Warning: {warning}",
    "answer.checked": "Last checked {date}.",
    "answer.overdue": "Not checked since {date}.",
    "answer.source": "Read more at {link}.",
    "answer.seen": "last seen {when}",
    "answer.seen_undated": "from an undated page",
    "answer.number_withheld": "(number left out)",
    "answer.text_to": "text {number}",
    "answer.or": "or",
}
COMPASS = Contact(
    id="compass",
    name="Compass",
    status=DATED,
    phone="01632 960001",
    link="https://compass.example",
    hours="24 hours a day",
    seen="2022",
)
CONTACTS = {
    "compass": COMPASS,
    "line": Contact("line", "The Line", VERIFIED, phone="0808 157 0100", vital=True),
    "rail": Contact("rail", "Rail Police", VERIFIED, text="61016", note="Not for emergencies."),
    "team": Contact("team", "The Team", VERIFIED, phone="01632 960002", email="t_m@team.example"),
    "post": Contact("post", "Records", VERIFIED, note="PO Box 2, Loamtown"),
    "old": Contact("old", "Old Line", DATED, phone="01632 960003", seen="undated"),
}
ARTICLE = Article(
    id="noise",
    title="Noise",
    category="not-a-police-matter",
    body="Ask {force}: call {phone:compass}. It is common {seen:count}.",
    examples=("noise",),
    owner="Comms",
    checked_on=date(2026, 11, 22),
    review_by=date(2027, 5, 31),
    urgent="In danger? Call 999, or {phone:line}.",
    source="https://www.police.example/noise?a=(b)",
    media_warning="It has flashing lights.",
    facts=(
        Fact("count", "Noise is common", DATED, seen="July 2023"),
        Fact("page", "Noise is loud", DATED, seen="undated"),
    ),
)


@pytest.fixture
def filler() -> Filler:
    names = {"force": "Loamshire Police", "area": "Loamshire"}
    return Filler(CONTACTS, {"noise": "Noise from neighbours"}, names, WORDING)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Call {phone:line}.", "Call 0808 157 0100."),
        ("Text {text:rail} now", "Text 61016 now"),
        ("{email:team}", "[t_m@team.example](mailto:t_m@team.example)"),
        ("{link:compass}", "[Compass](https://compass.example)"),
        ("See {article:noise}.", "See Noise from neighbours."),
        ("{force} in {area}", "Loamshire Police in Loamshire"),
        ("No braces", "No braces"),
    ],
)
def test_each_kind_of_name_is_filled(filler, text, filled):
    assert filler.fill(text) == filled


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("line", "The Line: 0808 157 0100"),
        ("team", "The Team: 01632 960002 or t_m@team.example"),
        ("rail", "Rail Police: text 61016. Not for emergencies."),
        ("post", "Records, PO Box 2, Loamtown"),
        ("old", "Old Line: 01632 960003 (from an undated page)"),
        (
            "compass",
            "Compass (https://compass.example): 01632 960001 (24 hours a day; last seen 2022)",
        ),
    ],
)
def test_a_contact_shows_its_name_ways_hours_age_and_note(filler, name, shown):
    assert to_plain(filler.fill(f"{{contact:{name}}}")) == shown


def test_a_contact_that_ends_in_a_sentence_is_not_followed_by_two_full_stops(filler):
    assert filler.fill("Ask {contact:rail}. Or wait.").endswith("emergencies. Or wait.")
    assert filler.fill("Ask {contact:line}.") == "Ask The Line: 0808 157 0100."


def test_a_phone_number_alone_carries_no_remark(filler):
    assert filler.fill("{phone:old}") == "01632 960003"


def test_a_dated_fact_says_when_it_was_seen(filler):
    assert filler.fill("It is {seen:count}", article=ARTICLE) == "It is (last seen July 2023)"
    assert filler.fill("{seen:page}", article=ARTICLE) == "(from an undated page)"


def test_past_its_review_numbers_are_withheld_except_vital_ones_and_links_stay(filler):
    text = "{phone:line} {phone:team} {text:rail} {link:compass} {contact:compass}"
    assert to_plain(filler.fill(text, withhold=True)) == (
        "0808 157 0100 (number left out) (number left out) Compass (https://compass.example) "
        "Compass (https://compass.example): (number left out) (24 hours a day; last seen 2022)"
    )


def test_a_withheld_contact_says_so_once(filler):
    both = replace(CONTACTS["rail"], phone="01632 960009")
    filler = replace(filler, contacts={"both": both})
    assert filler.fill("{contact:both}", withhold=True).count("left out") == 1


def test_values_are_put_in_as_they_are_and_never_filled_again(filler):
    assert filler.fill("You said {text}", {"text": "{phone:line}"}) == "You said {phone:line}"
    typed = "{phone:line} **x** [y](https://z.example)"
    assert (
        to_plain(filler.fill("You said {text}.", {"text": escape(typed)})) == f"You said {typed}."
    )


def test_a_value_goes_before_a_name_of_the_force(filler):
    assert filler.fill("{force} {count}", {"force": "Other", "count": 3}) == "Other 3"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{nobody}", "nobody"),
        ("{phone:nobody}", "nobody"),
        ("{article:nothing}", "nothing"),
        ("{seen:count}", "count"),
        ("{fax:line}", "fax"),
    ],
)
def test_a_name_that_is_not_known_is_a_key_error_that_names_it(filler, text, named):
    with pytest.raises(KeyError, match=named):
        filler.fill(text)


def test_names_in_braces_are_listed_in_order():
    found = placeholders("{phone:a-1} and {force}, {seen:x_y}")
    assert found == (
        Placeholder("phone", "a-1"),
        Placeholder("", "force"),
        Placeholder("seen", "x_y"),
    )
    assert [str(one) for one in found] == ["{phone:a-1}", "{force}", "{seen:x_y}"]


@pytest.mark.parametrize("text", ["{Phone:a}", "{ phone:a }", "{phone: a}", "{}", "a } b", "{a"])
def test_braces_that_hold_no_name_are_noticed(text):
    assert stray_brace(text)
    assert not stray_brace("{phone:a} {force}")


def test_an_address_cannot_end_its_link_early():
    assert markdown_link("x", "https://a.example/(b) c") == "[x](https://a.example/%28b%29%20c)"


def test_an_answer_leads_with_urgency_and_ends_with_its_age_and_source(filler):
    assert serve(ARTICLE, date(2027, 5, 31), filler) == (
        "**In danger? Call 999, or 0808 157 0100.**\n\n"
        "Warning: It has flashing lights.\n\n"
        "Ask Loamshire Police: call 01632 960001. It is common (last seen July 2023).\n\n"
        "Last checked 22 November 2026. "
        "Read more at [police.example](https://www.police.example/noise?a=%28b%29)."
    )


def test_an_overdue_answer_says_so_and_withholds_numbers(filler):
    shown = serve(ARTICLE, date(2027, 6, 1), filler)
    assert "01632 960001" not in shown
    assert "call (number left out)" in shown
    assert "0808 157 0100" in shown
    assert "Not checked since 22 November 2026." in shown


def test_an_answer_without_danger_warning_or_source_is_only_its_body(filler):
    plain = replace(ARTICLE, urgent="", media_warning="", source="", body="Ask the council.")
    assert serve(plain, date(2026, 12, 1), filler) == (
        "Ask the council.\n\nLast checked 22 November 2026."
    )
