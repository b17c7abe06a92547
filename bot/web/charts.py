"""Charts as SVG that is made on the server: no script, no inline style, a table beneath each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

_WIDE, _HIGH = 480, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 12, 30
_ROW = 48
"""Height of a horizontal bar with its name above."""
_LETTER, _LARGE_LETTER = 7.5, 10.5
"""About how wide a letter is, and on a small screen, where all but letters shrink."""

Cell = str | int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and the same numbers as a table."""

    id: str
    title: str
    svg: Markup
    """Empty where there is nothing to draw."""
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    """What is counted, in a sentence."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar and what it stands for."""

    name: str
    value: float
    shown: str = ""
    """The value in words; empty for the plain number."""

    @property
    def words(self) -> str:
        """The value as it is written beside the bar."""
        return self.shown or f"{self.value:,.0f}"


@dataclass(frozen=True, slots=True)
class Series:
    """Values along the same steps; None where there is none."""

    name: str
    values: tuple[float | None, ...]


def columns(id: str, title: str, bars: Sequence[Bar]) -> Markup:
    """Upright bars, such as one for each hour of the day."""
    step = (_WIDE - _LEFT - _RIGHT) / max(1, len(bars))
    scale = _Scale(max((bar.value for bar in bars), default=0))
    drawn = [
        _tag(
            "rect",
            "chart-bar",
            x=_LEFT + number * step + step * 0.12,
            y=scale.at(bar.value),
            width=step * 0.76,
            height=scale.at(0) - scale.at(bar.value),
        )
        for number, bar in enumerate(bars)
    ]
    middles = [_LEFT + (number + 0.5) * step for number in range(len(bars))]
    names = [bar.name for bar in bars]
    parts = (*scale.lines(), *drawn, *_along(names, middles))
    return _picture(id, title, _said(bars), _HIGH, parts)


def lines(
    id: str,
    title: str,
    names: Sequence[str],
    main: Series,
    other: Series | None = None,
    top: float = 0,
) -> Markup:
    """A line along the steps, and beneath it the one to compare it with.

    The scale reaches to `top` at least.
    """
    values = [*main.values, *(other.values if other else ())]
    scale = _Scale(max(top, *(value for value in values if value is not None), 0))
    at = _places(len(names))
    beneath = _line(other.values, at, scale, "chart-line--before") if other else ()
    parts = (
        *scale.lines(),
        *beneath,
        *_line(main.values, at, scale, "chart-line"),
        *_along(names, at),
    )
    return _picture(id, title, _told(names, main), _HIGH, parts)


def band(id: str, title: str, names: Sequence[str], low: Series, high: Series) -> Markup:
    """A line, and the band between it and a higher one."""
    scale = _Scale(max((value for value in high.values if value is not None), default=0))
    at = _places(len(names))
    whole = [
        (x, scale.at(a), scale.at(b))
        for x, a, b in zip(at, low.values, high.values, strict=True)
        if a is not None and b is not None
    ]
    outline = [(x, b) for x, _, b in whole] + [(x, a) for x, a, _ in reversed(whole)]
    area = _tag("path", "chart-band", d=_path(outline) + "Z") if len(whole) > 1 else Markup()
    parts = (*scale.lines(), area, *_line(low.values, at, scale, "chart-line"), *_along(names, at))
    return _picture(id, title, _told(names, low), _HIGH, parts)


def bars(id: str, title: str, rows: Sequence[Bar]) -> Markup:
    """Lying bars, each under its name: long names fit on a small screen."""
    most = max((row.value for row in rows), default=0)
    room = _WIDE - 70
    parts: list[Markup] = []
    for number, row in enumerate(rows):
        top = number * _ROW
        width = max(1.0, row.value / most * room) if row.value else 0.0
        parts.append(_text(row.name, "chart-text", 0, top + 16))
        parts.append(_tag("rect", "chart-bar", x=0, y=top + 24, width=width, height=13))
        parts.append(_text(row.words, "chart-text", width + 6, top + 35))
    return _picture(id, title, _said(rows), max(1, len(rows)) * _ROW, parts)


def picture(
    id: str, title: str, said: str, size: tuple[int, int], parts: Iterable[Markup]
) -> Markup:
    """Parts as one image with a name and a description for who does not see it."""
    wide, high = size
    return Markup(
        '<svg class="chart" id="{0}" role="img" aria-labelledby="{0}-title {0}-desc" '
        'viewBox="0 0 {1} {2}"><title id="{0}-title">{3}</title><desc id="{0}-desc">{4}</desc>'
        "{5}</svg>"
    ).format(id, wide, high, title, said, Markup().join(parts))


def _picture(id: str, title: str, said: str, high: int, parts: Iterable[Markup]) -> Markup:
    return picture(id, title, said, (_WIDE, high), parts)


class _Scale:
    """The way from a value to its height, with lines at round values."""

    def __init__(self, most: float) -> None:
        self._step = _round_step(most)
        self._top = max(self._step, ceil(most / self._step - 1e-9) * self._step)

    def at(self, value: float) -> float:
        return _HIGH - _BOTTOM - value / self._top * (_HIGH - _TOP - _BOTTOM)

    def lines(self) -> Iterable[Markup]:
        for number in range(round(self._top / self._step) + 1):
            value = number * self._step
            y = self.at(value)
            yield _tag("path", "chart-grid", d=f"M{_LEFT} {_number(y)}H{_WIDE - _RIGHT}")
            yield _text(f"{value:,g}", "chart-text chart-text--end", _LEFT - 6, y + 4.5)


def _round_step(most: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, at most five of which make `most`; 1 at least."""
    if most <= 5:
        return 1.0
    power: float = 10.0 ** floor(log10(most / 5))
    return next(each * power for each in (1, 2, 5, 10) if each * power * 5 >= most - 1e-9)


def _places(count: int) -> list[float]:
    room = _WIDE - _LEFT - _RIGHT
    return [_LEFT + room * (number / (count - 1) if count > 1 else 0.5) for number in range(count)]


def _line(
    values: Sequence[float | None], at: Sequence[float], scale: _Scale, kind: str
) -> Iterable[Markup]:
    """The line, broken where there is no value; a value that stands alone is a point."""
    run: list[tuple[float, float]] = []
    for x, value in [*zip(at, values, strict=True), (0.0, None)]:
        if value is not None:
            run.append((x, scale.at(value)))
        elif len(run) == 1:
            yield _tag("circle", f"{kind}-point", cx=run[0][0], cy=run[0][1], r=3.5)
            run = []
        elif run:
            yield _tag("path", kind, d=_path(run))
            run = []


def _along(names: Sequence[str], at: Sequence[float]) -> Iterable[Markup]:
    """Names under the steps, as many as fit."""
    longest = max(map(len, names), default=0)
    fitting = (_WIDE - _LEFT) // ((longest + 1) * _LARGE_LETTER)
    every = max(1, ceil(len(names) / fitting))
    for number in range(0, len(names), every):
        over = at[number] + len(names[number]) * _LETTER / 2 > _WIDE
        x, edge = (_WIDE, "end") if over else (at[number], "middle")
        yield _text(names[number], f"chart-text chart-text--{edge}", x, _HIGH - 9)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _said(rows: Sequence[Bar]) -> str:
    """The most and the least in a sentence."""
    if not any(row.value for row in rows):
        return "Nothing was counted."
    most = max(rows, key=lambda row: row.value)
    least = min(rows, key=lambda row: row.value)
    return f"Most: {most.name}, {most.words}. Least: {least.name}, {least.words}."


def _told(names: Sequence[str], series: Series) -> str:
    """The first and the last value of a line in a sentence."""
    there = [(n, v) for n, v in zip(names, series.values, strict=True) if v is not None]
    if not there:
        return "Nothing was counted."
    (first, was), (last, is_now) = there[0], there[-1]
    return f"{series.name}: {was:,.4g} at {first}, {is_now:,.4g} at {last}."


def _text(words: str, kind: str, x: float, y: float) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(
        kind, _number(x), _number(y), words
    )


def _tag(name: str, kind: str, **values: float | str) -> Markup:
    written = Markup().join(
        Markup(' {}="{}"').format(key, each if isinstance(each, str) else _number(each))
        for key, each in values.items()
    )
    return Markup('<{} class="{}"{}/>').format(name, kind, written)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
