"""One Markdown, three renderers; and what residents type stays exactly what they typed."""

import html
import random
import re
from html.parser import HTMLParser

import pytest

from knowledge.markup import (
    escape,
    split_for_telegram,
    telegram_length,
    to_plain,
    to_telegram,
    to_web,
    utf16_length,
)

NASTY = [
    "<script>alert(1)</script>",
    "<b>bold</b> & <a href='javascript:alert(1)'>x</a>",
    "**bold** _it_ `code` ~~no~~ ***x***",
    "[click](https://evil.example) ![img](https://evil.example/x.png)",
    "<https://evil.example> https://evil.example www.evil.example a@b.example",
    "[a]: https://evil.example\n\n[a]",
    "# heading\n## two\ntitle\n===\nother\n---",
    "- item\n* item\n+ item\n1. one\n2) two",
    "> quote\n>> deeper",
    "    code\n\tcode\n```\nfence\n```\n~~~\nx\n~~~",
    "a\\b \\* \\\\ \\\n end\\",
    "&amp; &lt;b&gt; &#42;x&#42; &nbsp; &copy",
    "{phone:refuge} {force} {{x}} {",
    "first\n\n\nlast\n",
    "\n  leading and trailing   \n",
    "two  spaces   three",
    "a  \nb",
    "\u00a0no-break\u00a0 \u2028 \u3000",
    "👍🏽 👩‍👩‍👧 🇬🇧 e\u0301 ﷽",
    "שלום עולם مرحبا \u200fmark",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "***", "---", "===", "1.", "+", "\\", "`", "",
    "+++\nid = 1\n+++",
    "<!-- x --> <![CDATA[x]]> <?php ?>",
    "x](https://evil.example) [y",
    "**",
    '" onmouseover="alert(1)',
    "tel:999 mailto:x@y.example javascript:alert(1)",
]  # fmt: skip


class _Text(HTMLParser):
    """What a browser would show of it, and which tags it would make."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shown, self.tags, self.open = "", [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "br":
            self.shown += "\n"
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.shown += data


def _web_shows(markdown: str) -> str:
    text = _Text(to_web(markdown).replace("<br />\n", "<br />"))
    assert set(text.tags) <= {"p", "br"}, text.tags
    return text.shown.removesuffix("\n")


def _random_text(seed: int) -> str:
    draw = random.Random(seed)  # noqa: S311 - invents test texts
    pieces = [
        *"abc 12.)\n\t\\`*_{}[]()#+-=!<>&|~:;\"'/",
        "  ",
        "\n\n",
        "&#42;",
        "🚓",
        "ي",
        "\u00a0",
    ]
    return "".join(draw.choices(pieces, k=draw.randrange(1, 40)))


@pytest.mark.parametrize("typed", NASTY)
def test_what_a_resident_typed_is_shown_as_typed_on_every_channel(typed):
    assert to_plain(escape(typed)) == typed
    assert html.unescape(to_telegram(escape(typed))) == typed
    assert _web_shows(escape(typed)) == typed


def test_random_text_is_shown_as_typed_on_every_channel():
    for seed in range(800):
        typed = _random_text(seed)
        assert to_plain(escape(typed)) == typed
        assert html.unescape(to_telegram(escape(typed))) == typed
        assert _web_shows(escape(typed)) == typed


@pytest.mark.parametrize("typed", [typed for typed in NASTY if typed])
def test_typed_text_cannot_break_out_of_the_sentence_it_is_put_into(typed):
    shown = f"You said: {typed}\n\nThank you."
    assert to_plain(f"You said: {escape(typed)}\n\nThank you.") == shown
    assert to_plain(f"- {escape(typed)}") == f"• {typed}"
    assert to_telegram(f"**Where**: {escape(typed)}").startswith("<b>Where</b>: ")


def test_characters_that_only_steer_what_follows_are_left_out():
    assert to_plain(escape("a\u202eb\u2066c\x00d\x1b[31me\ud800f\u0085g")) == "abcd[31mefg"


def test_line_breaks_of_every_system_are_kept():
    assert to_plain(escape("a\r\nb\rc\nd")) == "a\nb\nc\nd"


def test_a_page_gets_the_classes_of_the_design_system():
    made = to_web("# Title\n\nText with [a link](https://a.example).\n\n- one\n- two\n\n1. first")
    assert '<h3 class="govuk-heading-s">Title</h3>' in made
    assert '<p class="govuk-body">Text' in made
    assert (
        '<a href="https://a.example" class="govuk-link" rel="noopener noreferrer">a link</a>'
        in made
    )
    assert '<ul class="govuk-list govuk-list--bullet">' in made
    assert '<ol class="govuk-list govuk-list--number">' in made


def test_telegram_gets_only_the_tags_it_knows():
    made = to_telegram(
        '# Title\n\n**Bold** *it* `x<y` [go](https://a.example/?a=1&b="2)\n\n> quote\n\n'
        "```\npre & more\n```\n\n- one\n  - two\n- three\n\n3. a\n4. b"
    )
    assert made == (
        "<b>Title</b>\n\n<b>Bold</b> <i>it</i> <code>x&lt;y</code> "
        '<a href="https://a.example/?a=1&amp;b=%222">go</a>\n\n'
        "<blockquote>quote</blockquote>\n\n<pre>pre &amp; more</pre>\n\n"
        "• one\n   • two\n• three\n\n3. a\n4. b"
    )


def test_plain_text_writes_addresses_out():
    made = to_plain(
        "Go to [999 BSL](https://999bsl.co.uk) or **[a@b.example](mailto:a@b.example)**."
    )
    assert made == "Go to 999 BSL (https://999bsl.co.uk) or a@b.example."


def test_telegram_shows_addresses_it_cannot_link_to():
    assert to_telegram("[Ring us](tel:101)") == "Ring us (101)"
    assert to_telegram("[a@b.example](mailto:a@b.example)") == "a@b.example"


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,hi)",
        "[x](http://plain.example)",
        "[x](//evil.example)",
        "[x](/staff)",
        "[x](tg://user?id=1)",
        "<javascript:alert(1)>",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x](&#106;avascript:alert(1))",
    ],
)
def test_an_address_that_is_not_https_mail_or_phone_is_no_link(link):
    assert "<a" not in to_web(link)
    assert "<a" not in to_telegram(link)


def test_html_and_images_in_markdown_are_shown_as_text():
    source = "<img src=x onerror=alert(1)> ![alt](https://a.example/x.png)"
    assert "<img" not in to_web(source)
    assert "&lt;img src=x" in to_telegram(source)


def test_numbers_are_left_alone():
    assert "<a" not in to_web("Call **101** or 0800 555 111.")


def test_length_is_counted_as_telegram_counts():
    assert utf16_length("a🚓é") == 4
    assert telegram_length("**a🚓** &amp; [x](https://a.example)") == 7


@pytest.mark.parametrize("piece", ["*a ", ">", "[", "- ", "**", "`", "<", "![", "_*"])
def test_deep_nesting_stops_nothing(piece):
    source = piece * 2000 + "x"
    assert to_web(source)
    assert to_plain(source) == to_plain(source + "\n")
    assert all(utf16_length(_visible(part)) <= 4096 for part in split_for_telegram(source))


def _visible(part: str) -> str:
    text = _Text(part)
    assert not text.open, "every part closes what it opens"
    return text.shown


def test_a_short_text_is_one_part():
    assert split_for_telegram("**Hello** there.") == ["<b>Hello</b> there."]


def test_nothing_visible_gives_no_part():
    assert split_for_telegram("") == []
    assert split_for_telegram(escape(" \n ")) == []


def test_paragraphs_are_kept_together_where_they_fit():
    one, two = "One. " * 9 + "End.", "Two. " * 9 + "End."
    assert split_for_telegram(f"{one}\n\n{two}", limit=60) == [one, two]


def test_a_long_paragraph_is_cut_after_a_sentence():
    parts = split_for_telegram("First sentence here. Second one! Third one? Fourth.", limit=34)
    assert parts == ["First sentence here. Second one!", "Third one? Fourth."]


def test_a_long_sentence_is_cut_between_words():
    assert split_for_telegram("alpha beta gamma delta", limit=12) == ["alpha beta", "gamma delta"]


def test_an_endless_word_is_cut_anywhere_but_not_inside_a_character():
    parts = split_for_telegram("e\u0301" * 9, limit=5)
    assert "".join(parts) == "e\u0301" * 9
    assert all(not part.startswith("\u0301") for part in parts)
    assert split_for_telegram("🚓" * 5, limit=3) == ["🚓"] * 5


def test_formatting_that_spans_a_cut_goes_on_in_the_next_part():
    parts = split_for_telegram("[one two **three four** five](https://a.example)", limit=14)
    assert parts == [
        '<a href="https://a.example">one two <b>three</b></a>',
        '<a href="https://a.example"><b>four</b> five</a>',
    ]


def test_every_part_is_valid_within_the_limit_and_no_word_is_lost():
    for seed in range(150):
        draw = random.Random(seed)  # noqa: S311 - invents test texts
        words = [
            "**bold**",
            "🚓🚓",
            "a",
            "[x](https://a.example)",
            "end.",
            "\n\n",
            "\n- ",
            "`c`",
            "<",
        ]
        source = " ".join(draw.choices(words, k=60))
        limit = draw.randrange(2, 40)
        parts = split_for_telegram(source, limit)
        shown = [_visible(part) for part in parts]
        assert all(0 < utf16_length(text) <= limit for text in shown)
        squeezed = re.sub(r"\s", "", to_plain(source).replace(" (https://a.example)", ""))
        assert re.sub(r"\s", "", "".join(shown)) == squeezed


def test_a_part_must_be_able_to_hold_an_emoji():
    with pytest.raises(ValueError, match="at least 2"):
        split_for_telegram("x", limit=1)
