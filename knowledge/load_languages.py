"""Reads the 999 guidance in other languages, which must name its numbers in each of them."""

from pathlib import Path

from knowledge.article import Language, Problem
from knowledge.source import Source, read_toml
from knowledge.table import Table

LANGUAGES = "languages.toml"

_MUST_NAME = {
    "alarm": ("999",),
    "crisis": ("999", "116 123"),
    "safety_net": ("999",),
    "not_english": ("101",),
}
"""The texts of a language, and the numbers that each must name."""


def load_languages(
    root: Path, problems: list[Problem]
) -> tuple[Source | None, dict[str, Language]]:
    """languages.toml: 999 guidance in other languages, by their codes; a folder may do without."""
    if not (root / LANGUAGES).exists():
        return None, {}
    read = read_toml(root, root / LANGUAGES)
    if isinstance(read, Problem):
        problems.append(read)
        return None, {}
    source, data = read
    found: dict[str, Language] = {}
    top = Table(source, data, (), problems)
    for table in top.tables("language"):
        language = _language(table)
        if language.code in found:
            table.wrong("code", f"`{language.code}` stands twice", needle=f'"{language.code}"')
        found[language.code] = language
    top.finish()
    return source, found


def _language(table: Table) -> Language:
    texts = {key: table.text(key, required=True).strip() for key in _MUST_NAME}
    language = Language(
        code=table.text("code", required=True),
        name=table.text("name", required=True),
        checked_by=table.text("checked_by"),
        **texts,
    )
    table.known("own")
    table.finish()
    for key, numbers in _MUST_NAME.items():
        missing = [number for number in numbers if number not in texts[key]]
        if texts[key] and missing:
            text = f"`{key}` of {language.name} must name {' and '.join(missing)}"
            table.wrong(key, text, needle=f'"{language.code}"')
    return language
