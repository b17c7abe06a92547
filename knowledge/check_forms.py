"""House rules for report forms: danger is asked about first, and buttons are short."""

from collections.abc import Iterator

from knowledge.article import Form, Problem, Question
from knowledge.folder import Folder

DANGER = "danger"
"""The id and the kind of the question that comes first; its answer "yes" shows the 999 card."""
LONGEST_LABEL = 40
"""Characters that a button shows in one line on a phone."""


def check_forms(folder: Folder) -> Iterator[Problem]:
    """Every house rule for forms."""
    for form in folder.forms.values():
        source = folder.home(f"form:{form.id}")
        line = source.line_of_key("questions")
        for words, error in _order(form):
            yield Problem(source.file, line, words, error)
        for question in form.questions:
            yield from _question(form, question, folder)


def _order(form: Form) -> Iterator[tuple[str, bool]]:
    if form.instead:
        if form.questions:
            yield "a form that is only signposted (`instead`) asks no questions", False
    elif not form.questions:
        yield "the form asks nothing: name its `questions`", True
    elif form.questions[0].kind != DANGER:
        yield "the first question must be of the kind danger: is anyone in danger now?", True


def _question(form: Form, question: Question, folder: Folder) -> Iterator[Problem]:
    home = folder.question_home(form, question)
    if question.kind == DANGER:
        line = home.line_of_key("question", question.id)
        if question.id != DANGER:
            yield Problem(
                home.file, line, f"a question of the kind danger must be called `{DANGER}`"
            )
        if not {"yes", "no"} <= {option.id for option in question.options}:
            words = f"`{question.id}` must offer the options `yes` and `no`: yes shows the 999 card"
            yield Problem(home.file, line, words)
    options = home.line_of_key("question", question.id, "options")
    for option in question.options:
        if len(option.label) > LONGEST_LABEL:
            words = f"the button “{option.label}” is longer than {LONGEST_LABEL} characters"
            yield Problem(home.file, home.line_of(option.label, options), words, error=False)
