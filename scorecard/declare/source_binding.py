"""Checking a source on its own: names, key, headings, dimensions, rules."""

from __future__ import annotations

import codecs
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from scorecard.declare.arguments import source_arguments
from scorecard.declare.metric_binding import row_of
from scorecard.declare.organisation import fold
from scorecard.declare.python_files import as_mistake
from scorecard.declare.python_lines import argument_line
from scorecard.declare.quality_check import quality_mistakes
from scorecard.declare.sources import ColumnContract, Rule, Source, SourceDeclaration
from scorecard.declare.suggest import hint
from scorecard.declare.vocabulary import Expression, KnownUntil, Node, Working
from scorecard.errors import DeclarationError, DeclarationErrors, ScorecardError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_Bound = tuple[tuple[str, Expression, str], ...]


def bind_source(declaration: SourceDeclaration) -> Source:
    """The source that `source()` declared, with its rules bound to its columns.

    Raises DeclarationErrors with every mistake found in it. What it looks up in other sources is
    checked by `scorecard.declare.lookups`.
    """
    return _Binding(declaration).bind()


@dataclass
class _Binding:
    declared: SourceDeclaration

    def __post_init__(self) -> None:
        self.mistakes: list[ScorecardError] = []

    def bind(self) -> Source:
        declared = self.declared
        self.mistakes += source_arguments(declared)
        if self.mistakes:
            raise DeclarationErrors(self.mistakes)
        if not _NAME.fullmatch(declared.name):
            self.refuse(
                "id-invalid",
                f"{declared.name!r} cannot be a source's name.",
                hint="Write lower-case letters, digits and underscores, as in case_files.",
            )
        self.check_columns()
        if self.mistakes:
            raise DeclarationErrors(self.mistakes)
        self.check_headings()
        self.check_key()
        self.check_splits()
        self.check_file_form()
        self.mistakes += quality_mistakes(declared)
        source = self.source((), ())
        refusing, counting = (
            tuple(
                bound
                for one in declared.rules
                if one.quarantine is refuses and (bound := self.rule(one, source))
            )
            for refuses in (True, False)
        )
        self.check_rule_codes()
        if self.mistakes:
            raise DeclarationErrors(self.mistakes)
        return self.source(refusing, counting)

    def source(self, rules: _Bound, expectations: _Bound) -> Source:
        declared = self.declared
        return Source(
            name=declared.name,
            title=declared.title or declared.name.replace("_", " ").capitalize(),
            columns=declared.columns,
            key=declared.key,
            department=declared.department,
            dimensions=declared.dimensions,
            rules=rules,
            encoding=declared.encoding,
            delimiter=declared.delimiter,
            url=declared.url,
            open311=declared.open311,
            mends=declared.mends,
            expectations=expectations,
            near_duplicates=declared.near_duplicates,
            steady=declared.steady,
            expected_every=declared.expected_every,
            strict=declared.strict,
            file=declared.file,
            line=declared.line,
        )

    def refuse(
        self,
        code: str,
        message: str,
        argument: str | None = None,
        text: str | None = None,
        hint: str | None = None,
    ) -> None:
        file, line = self.declared.file, self.declared.line
        if argument is not None:
            line = argument_line(file, line, argument, text)
        self.mistakes.append(DeclarationError(code, message, file=file, line=line, hint=hint))

    def check_columns(self) -> None:
        for name, column in self.declared.columns.items():
            if name.startswith("_"):
                self.refuse(
                    "column-reserved",
                    f"The column {name!r} begins with an underscore; such names are kept for us.",
                    "columns",
                    name,
                )
            elif not name.isidentifier() or keyword.iskeyword(name):
                self.refuse(
                    "column-name-invalid",
                    f"{name!r} cannot be a column's name, because r.{name} is not valid Python.",
                    "columns",
                    name,
                    hint=f"Name the column otherwise and give {name!r} as its heading.",
                )
            if not isinstance(column, ColumnContract):
                called = getattr(column, "__name__", None)
                self.refuse(
                    "not-a-column",
                    f"The column {name!r} is declared as {called or repr(column)}.",
                    "columns",
                    name,
                    hint=f"Write {called}() with brackets." if called else "Write text() or such.",
                )
                continue
            if column.parts > 1 and column.type != "timestamp":
                self.refuse(
                    "argument-invalid",
                    f"The column {name!r} is a {column.type}, and only a timestamp is put together "
                    "from several headings.",
                    "columns",
                    name,
                )
            if (
                column.minimum is not None
                and column.maximum is not None
                and column.minimum > column.maximum
            ):
                self.refuse(
                    "bounds-reversed",
                    f"The column {name!r} has a minimum of {column.minimum:g}, above its maximum "
                    f"of {column.maximum:g}.",
                    "columns",
                    name,
                )

    def check_headings(self) -> None:
        # A heading that tells a part of one column may well be another column: the day of a time.
        claimed: dict[tuple[str, ...], str] = {}
        for name, column in self.declared.columns.items():
            if column.lookup is not None:
                continue
            for spelling in (*column.names, name):
                headings = (spelling,) if isinstance(spelling, str) else spelling
                other = claimed.setdefault(tuple(map(fold, headings)), name)
                if other != name:
                    heading = " and ".join(map(repr, headings))
                    self.refuse(
                        "column-name-clash",
                        f"The columns {other!r} and {name!r} both claim the heading {heading}.",
                        "columns",
                        name,
                        hint="A column's own name is a heading too. Give the heading to one.",
                    )
                    break

    def check_key(self) -> None:
        declared = self.declared
        if not declared.key:
            self.refuse(
                "source-key-missing",
                f"The source {declared.name!r} has no key to tell its rows apart.",
                "key",
                hint="Name the column, or the columns, that no two rows share.",
            )
        for name in declared.key:
            if name not in declared.columns:
                self.refuse(
                    "key-column-unknown",
                    f"The key column {name!r} is not among the columns.",
                    "key",
                    name,
                    hint=hint(name, declared.columns, "There are"),
                )
            elif declared.columns[name].lookup is not None:
                self.refuse(
                    "key-column-looked-up",
                    f"The key column {name!r} is looked up in another source, so no file has it.",
                    "key",
                    name,
                    hint="Take a column that is in the file.",
                )

    def check_splits(self) -> None:
        declared = self.declared
        if declared.department is not None and declared.department not in declared.columns:
            self.refuse(
                "column-unknown",
                f"The department column {declared.department!r} is not among the columns.",
                "department",
                declared.department,
                hint=hint(declared.department, declared.columns, "There are"),
            )
        elif declared.department and declared.columns[declared.department].lookup is not None:
            self.refuse(
                "column-not-in-file",
                f"The department column {declared.department!r} is looked up in another source, "
                "and departments are found when a file is imported.",
                "department",
                declared.department,
                hint="Take a column that files bring, or leave department out.",
            )
        for name, column in declared.dimensions.items():
            if column not in declared.columns:
                self.refuse(
                    "column-unknown",
                    f"The dimension {name!r} is the column {column!r}, which is not there.",
                    "dimensions",
                    column,
                    hint=hint(column, declared.columns, "There are"),
                )
            elif name in declared.columns and name != column:
                self.refuse(
                    "dimension-clash",
                    f"The dimension {name!r} is the column {column!r}, but there is a column of "
                    "that name too.",
                    "dimensions",
                    name,
                    hint="Name the dimension otherwise.",
                )

    def check_file_form(self) -> None:
        declared = self.declared
        try:
            codecs.lookup(declared.encoding)
        except LookupError:
            self.refuse(
                "file-form-invalid",
                f"There is no encoding {declared.encoding!r}.",
                "encoding",
                hint=hint(declared.encoding, ("utf-8", "latin-1", "cp1252", "utf-16")),
            )
        if len(declared.delimiter) != 1:
            self.refuse(
                "file-form-invalid",
                f"The delimiter is one character, not {declared.delimiter!r}.",
                "delimiter",
            )

    def rule(self, rule: Rule, source: Source) -> tuple[str, Expression, str] | None:
        file, line = self.declared.file, self.declared.line
        line = argument_line(file, line, "rules", rule.code)
        try:
            test = rule.function(row_of(source))
        except Exception as error:
            self.mistakes.append(as_mistake(error, file, line))
            return None
        if not isinstance(test, Expression) or test.type != "boolean":
            self.refuse(
                "rule-not-a-condition",
                f"The rule {rule.code!r} is not true or false of a row.",
                "rules",
                rule.code,
                hint="Compare columns, as in lambda r: r.opened_at <= r.closed_at.",
            )
            return None
        away = sorted(name for name in test.columns() if source.columns[name].lookup is not None)
        beyond = [node for node in _nodes(test) if isinstance(node, KnownUntil | Working)]
        if away or beyond:
            what = f"the looked-up column {away[0]!r}" if away else "known_until()"
            if not away and isinstance(beyond[0], Working):
                what = "the working calendar"
            self.refuse(
                "rule-beyond-the-row",
                f"The rule {rule.code!r} reads {what}, which is not known when a file comes in.",
                "rules",
                rule.code,
                hint="Write the condition into the metric.",
            )
            return None
        return rule.code, test, rule.reason

    def check_rule_codes(self) -> None:
        for code in repeated(rule.code for rule in self.declared.rules):
            self.refuse("duplicate-id", f"Two rules have the code {code!r}.", "rules", code)


def repeated(names: Iterable[str]) -> list[str]:
    """The names that come more than once, each once."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    for name in names:
        if name in seen:
            found[name] = None
        seen.add(name)
    return list(found)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for field in fields(node):
        part = getattr(node, field.name)
        for item in part if isinstance(part, tuple) else (part,):
            if isinstance(item, Node):
                yield from _nodes(item)
