"""A knowledge folder as it was read, before anyone has said that it is fit to be served."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Article, Contact, Force, Form, Language, Problem, Question
from knowledge.desk import Desk
from knowledge.fill import Filler
from knowledge.load_articles import body_line, load_articles
from knowledge.load_desk import load_desk
from knowledge.load_forms import COMMON, load_forms
from knowledge.load_languages import load_languages
from knowledge.load_lists import load_contacts, load_force, load_wording
from knowledge.source import Source


@dataclass(frozen=True, slots=True)
class Text:
    """One text that residents may be shown, and where it stands."""

    text: str
    source: Source
    key: tuple[str, ...] = ()
    """Its key below its tables; empty for the body of an article."""
    article: Article | None = None
    """Whose text it is; None for wording and forms."""
    wording: str = ""
    """Its key, where it is wording: then whoever says it hands values in."""

    def problem(self, text: str, needle: str = "", *, error: bool = True) -> Problem:
        """Something wrong here, at the line that holds `needle`."""
        line = self.source.line_of_key(*self.key) if self.key else body_line(self.source)
        line = self.source.line_of(needle, line) if needle else line
        return Problem(self.source.file, line, text, error)


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything that could be read, and the files it came from."""

    articles: Mapping[str, Article]
    contacts: Mapping[str, Contact]
    forms: Mapping[str, Form]
    force: Force
    wording: Mapping[str, str]
    languages: Mapping[str, Language]
    desk: Desk
    homes: Mapping[str, Source]
    """Where things stand: `article:<id>`, `form:<id>`, `wording:<key>`, or a list's file name."""

    unread: frozenset[str] = frozenset()
    """Files that could not be read at all; what they hold may well exist."""

    def names(self, what: str) -> frozenset[str]:
        """The ids of "articles" or "forms", with those of files that could not be read."""
        known: Mapping[str, object] = self.articles if what == "articles" else self.forms
        unread = (Path(file) for file in self.unread)
        return frozenset(known) | {path.stem for path in unread if path.parent.name == what}

    def is_whole(self, what: str) -> bool:
        """Whether every file of the folder or list `what` could be read."""
        return not any(file.split("/")[0] == what for file in self.unread)

    def home(self, what: str) -> Source:
        """The file of `what`; an empty one of that name where it could not be read."""
        return self.homes.get(what) or Source(what, "")

    def question_home(self, form: Form, question: Question) -> Source:
        """The form's own file, or the one its shared questions stand in."""
        own, shared = self.home(f"form:{form.id}"), self.home(f"forms/{COMMON}")
        heading = f"[question.{question.id}]"
        return own if heading in own.text or heading not in shared.text else shared

    def filler(self) -> Filler:
        """Fills texts with what this folder holds."""
        titles = {id: article.title for id, article in self.articles.items()}
        return Filler(self.contacts, titles, self.force.names, self.wording)

    def texts(self) -> Iterator[Text]:
        """Every text that residents may be shown, each once."""
        for article in self.articles.values():
            source = self.home(f"article:{article.id}")
            for key in ("title", "urgent", "media_warning"):
                yield Text(getattr(article, key), source, (key,), article)
            yield Text(article.body, source, article=article)
        for key, text in self.wording.items():
            home = self.home(f"wording:{key}")
            yield Text(text, home, tuple(key.split(".")), wording=key)
        seen = set()
        for form in self.forms.values():
            for found in self._form_texts(form):
                place = (found.source.file, found.key, found.text)
                if place not in seen:
                    yield found
                seen.add(place)

    def _form_texts(self, form: Form) -> Iterator[Text]:
        source = self.home(f"form:{form.id}")
        for key in ("title", "button", "intro"):
            yield Text(getattr(form, key), source, (key,))
        for question in form.questions:
            source = self.question_home(form, question)
            for key in ("ask", "summary", "hint", "warning"):
                yield Text(getattr(question, key), source, ("question", question.id, key))
            for option in question.options:
                yield Text(option.label, source, ("question", question.id, "options"))


def read_folder(root: Path, problems: list[Problem]) -> Folder:
    """Read articles, contacts, forms, force and wording; whatever is wrong goes to `problems`."""
    homes: dict[str, Source] = {}
    articles: dict[str, Article] = {}
    for source, article in load_articles(root, problems):
        if article.id in articles:
            text = f"the id `{article.id}` is taken by {articles[article.id].file}"
            problems.append(Problem(source.file, source.line_of_key("id"), text))
            continue
        articles[article.id] = article
        homes[f"article:{article.id}"] = source
    forms: dict[str, Form] = {}
    common, read_forms = load_forms(root, problems)
    for source, form in read_forms:
        if form.id in forms:
            text = f"the id `{form.id}` is taken by {homes[f'form:{form.id}'].file}"
            problems.append(Problem(source.file, source.line_of_key("id"), text))
            continue
        forms[form.id] = form
        homes[f"form:{form.id}"] = source
    contacts_source, contacts = load_contacts(root, problems)
    force_source, force = load_force(root, problems)
    wording, wording_homes = load_wording(root, problems)
    languages_source, languages = load_languages(root, problems)
    desk_source, desk = load_desk(root, forms, problems)
    homes |= {f"wording:{key}": source for key, source in wording_homes.items()}
    lists = (contacts_source, force_source, common, languages_source, desk_source)
    homes |= {source.file: source for source in lists if source}
    read = {source.file for source in homes.values()}
    unread = {problem.file for problem in problems if problem.error} - read
    return Folder(
        articles, contacts, forms, force, wording, languages, desk, homes, frozenset(unread)
    )
