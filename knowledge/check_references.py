"""Names that lead nowhere: placeholders, related articles, forms and wording that do not exist."""

from collections.abc import Collection, Iterator, Mapping

from knowledge.article import DATED, OUTDATED, UNVERIFIED, Article, Form, Problem, Question
from knowledge.fill import KINDS, Placeholder, placeholders, stray_brace
from knowledge.fill import WORDING as FILLING
from knowledge.folder import Folder, Text
from knowledge.library import WORDING as ANSWERING
from knowledge.load_desk import DESK, unknown_names
from knowledge.load_lists import CONTACTS, FORCE
from knowledge.source import Source
from knowledge.table import did_you_mean, nearest

_NAMES = {
    "phone": "phone number",
    "text": "text number",
    "email": "e-mail address",
    "link": "link",
}


def check_references(folder: Folder, shipped: Mapping[str, str] | None) -> Iterator[Problem]:
    """Everything that names something; `shipped` is the wording that the program came with."""
    for text in folder.texts():
        if around := stray_brace(text.text):
            words = f"a curly bracket stands alone at `{around}`: names look like {{phone:refuge}}"
            yield text.problem(words, around)
        for placeholder in dict.fromkeys(placeholders(text.text)):
            if words := _broken(placeholder, text, folder, shipped):
                yield text.problem(words, str(placeholder))
    for article in folder.articles.values():
        yield from _article(article, folder)
    for form in folder.forms.values():
        yield from _form(form, folder)
    for reply, name in unknown_names(folder.desk, folder.force.names, folder.contacts):
        source = folder.home(DESK)
        line = source.line_of(name, source.line_of_key("reply", reply))
        yield Problem(source.file, line, f"nothing is called {name}")
    if folder.is_whole("wording"):
        yield from _missing_wording(folder, shipped)


def _broken(
    placeholder: Placeholder, text: Text, folder: Folder, shipped: Mapping[str, str] | None
) -> str:
    """What is wrong with one placeholder, in words; empty where it can be filled."""
    kind, name = placeholder.kind, placeholder.name
    if not kind:
        known = {*folder.force.names, *_values(text, shipped)}
        own = text.wording and text.wording not in (shipped or {})
        if name in known or own or not folder.is_whole(FORCE):
            return ""
        return f"nothing is called {placeholder}{did_you_mean(name, known)}"
    if kind not in KINDS:
        return f"{placeholder}: there is no `{kind}`{did_you_mean(kind, KINDS)}"
    if kind == "article":
        return _unknown(name, folder.names("articles"), "article")
    if kind == "seen":
        return _seen(name, text.article)
    return _contact(placeholder, folder) if folder.is_whole(CONTACTS) else ""


def _contact(placeholder: Placeholder, folder: Folder) -> str:
    kind, name = placeholder.kind, placeholder.name
    if name not in folder.contacts:
        return _unknown(name, folder.contacts, "contact")
    contact = folder.contacts[name]
    if contact.status in {UNVERIFIED, OUTDATED}:
        return f"the contact `{name}` is {contact.status} and must not be shown"
    if kind != "contact" and not getattr(contact, kind):
        return f"the contact `{name}` has no {_NAMES[kind]}"
    return ""


def _values(text: Text, shipped: Mapping[str, str] | None) -> Collection[str]:
    """The values that the program hands in when it says this wording."""
    said = (shipped or {}).get(text.wording, "")
    return {found.name for found in placeholders(said) if not found.kind}


def _unknown(name: str, known: Collection[str], what: str) -> str:
    return "" if name in known else f"there is no {what} `{name}`{did_you_mean(name, known)}"


def _unknown_wording(key: str, folder: Folder) -> str:
    return _unknown(key, folder.wording, "wording") if folder.is_whole("wording") else ""


def _seen(name: str, article: Article | None) -> str:
    if article is None:
        return f"{{seen:{name}}} belongs in articles only"
    fact = article.fact(name)
    if fact is None:
        known = [fact.id for fact in article.facts]
        return f"this article has no fact `{name}`{did_you_mean(name, known)}"
    if fact.status in {UNVERIFIED, OUTDATED}:
        return f"the fact `{name}` is {fact.status} and must not be shown"
    if fact.status != DATED:
        return f"the fact `{name}` is {fact.status}: leave out {{seen:{name}}}"
    return ""


def _article(article: Article, folder: Folder) -> Iterator[Problem]:
    source = folder.home(f"article:{article.id}")
    line = source.line_of_key("related")
    for id in article.related:
        words = _unknown(id, folder.names("articles"), "article")
        if id == article.id:
            words = "an article is not related to itself"
        if words:
            yield Problem(source.file, source.line_of(f'"{id}"', line), words)
    if article.form and (words := _unknown(article.form, folder.names("forms"), "form")):
        yield Problem(source.file, source.line_of_key("form"), words)


def _form(form: Form, folder: Folder) -> Iterator[Problem]:
    source = folder.home(f"form:{form.id}")
    for key in ("instead", "next_steps"):
        name = getattr(form, key)
        if name and (words := _unknown_wording(name, folder)):
            yield Problem(source.file, source.line_of_key(key), words)
    if form.article and (words := _unknown(form.article, folder.names("articles"), "article")):
        yield Problem(source.file, source.line_of_key("article"), words)
    for at, question in enumerate(form.questions):
        home = folder.question_home(form, question)
        yield from _options(question, home, folder)
        if question.only_if and (words := _condition(question.only_if, form.questions[:at])):
            line = home.line_of_key("question", question.id, "only_if")
            yield Problem(home.file, line, f"{words} (in the form `{form.id}`)")


def _options(question: Question, home: Source, folder: Folder) -> Iterator[Problem]:
    line = home.line_of_key("question", question.id, "options")
    for option in question.options:
        if option.stop and (words := _unknown_wording(option.stop, folder)):
            yield Problem(home.file, home.line_of(f'"{option.stop}"', line), words)
        articles = folder.names("articles")
        if option.article and (words := _unknown(option.article, articles, "article")):
            yield Problem(home.file, home.line_of(f'"{option.article}"', line), words)


def _condition(only_if: str, before: Collection[Question]) -> str:
    """What is wrong with `question=option|option`, given the questions that are asked before."""
    name, equals, wanted = only_if.partition("=")
    if not equals or not wanted:
        return f"`{only_if}` must have the shape: question=option"
    asked = {question.id: question for question in before}
    if name not in asked:
        return f"`{name}` is not asked before this question{did_you_mean(name, asked)}"
    options = [option.id for option in asked[name].options]
    unknown = [option for option in wanted.split("|") if option not in options]
    if unknown:
        return f"`{name}` has no option `{unknown[0]}`{did_you_mean(unknown[0], options)}"
    return ""


def _missing_wording(folder: Folder, shipped: Mapping[str, str] | None) -> Iterator[Problem]:
    needed = {*FILLING, *ANSWERING, *(shipped or {})}
    spare = [key for key in folder.wording if key not in needed]
    for key in sorted(needed - folder.wording.keys()):
        near = nearest(key, [spelt for spelt in spare if spelt.split(".")[0] == key.split(".")[0]])
        if near:
            home = folder.home(f"wording:{near}")
            words = f"unknown wording `{near}`: did you mean `{key}`?"
            yield Problem(home.file, home.line_of_key(*near.split(".")), words)
            spare.remove(near)
        else:
            yield Problem("wording", 1, f"the wording `{key}` is missing: the counter says it")
