"""The sheets that compute: inputs, inputs by year, workings (a line of the page a row, one formula for all years), balances."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from kenes.appraise.trace import WEIGHT
from kenes.chance import policy
from kenes.engine.program import BOOLEAN, Key, Operation
from kenes.engine.writing import CALL, LEAVES, MINUS, Dialect, sure, written
from kenes.report.parents import Parent
from kenes.report.reading import AS_STATED, Reading
from kenes.report.sheet_cells import (
    ABOUT,
    CONSTANT,
    ENDLESS,
    FORMULA,
    LABEL,
    UNIT,
    Paper,
    Sheet,
    column,
)
from kenes.report.words import mark

__all__ = ["SCENARIOS", "Model", "described", "write_model"]

CALLS = {"min": "MIN", "max": "MAX", "where": "IF", "and": "AND", "or": "OR", "not": "NOT", "exp": "EXP", "log": "LN"}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "pow": "^"}
LONGEST = 160
"""Letters of a formula that is still written inside another: a row is one line of the page, which a reader can follow."""

ROW = re.compile(r"⟦(\d+)⟧")

SCENARIOS = (mark("as stated"), mark("all low"), mark("all high"), mark("worse end of each"), mark("better end of each"))
"""What the scenario cell chooses: which end of every number that states low and high."""

VALUE, UNITS, STATED, LOW, HIGH, WORSE = 1, 2, 3, 4, 5, 6
"""Columns of the sheet of inputs behind the label: what the model uses, its unit, and what it chooses from."""


@dataclass(slots=True)
class Model:
    """Where everything that computes stands.

    inputs  : cell of each input, as a formula says it, by name; scenario, policy : the switch cells
    yearly  : row of each yearly input on its sheet; opening, closing : rows of each state on the sheet of balances
    rows    : row of each operation on the sheet of workings; units : unit of each operation; varies : whether it differs by year
    """

    reading: Reading
    paper: Paper
    inputs: dict[str, str] = field(default_factory=dict)
    scenario: str = ""
    policy: str = ""
    yearly: dict[str, int] = field(default_factory=dict)
    opening: dict[Key, int] = field(default_factory=dict)
    closing: dict[Key, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    varies: list[bool] = field(default_factory=list)

    def values(self, k: int) -> list[Any]:
        """Value of an operation in each year."""
        return [row[k] for row in self.reading.values]

    def told(self, key: Key) -> tuple[str, list[Any]]:
        """An output of the page as a formula over the years for another sheet, with its values."""
        k = self.reading.program.outputs[key]
        return self.refer(k), self.values(k)

    def refer(self, k: int) -> str:
        """An operation that has a row, or is a leaf, as a formula on another sheet says it."""
        one = self.reading.program.operations[k]
        if one.op in LEAVES:
            return self.leaf(k, one)[0]
        sheet, row = self.paper.sheets["workings"], self.rows[k]
        return f"{sheet.at}{{c}}{row + 1}" if self.varies[k] else sheet.cell(row, CONSTANT)

    def leaf(self, _: int, one: Operation) -> tuple[str, int]:
        """A leaf as a formula says it, and how strongly that binds."""
        if one.op == "const":
            return _literal(one.word), CALL if sure(one.word) else MINUS
        if one.op == "input":
            return self.inputs[one.word], CALL
        if one.op == "yearly":
            return f"{self.paper.sheets['yearly'].at}{{c}}{self.yearly[one.word] + 1}", CALL
        balances = self.paper.sheets["balances"].at
        if one.op == "state":
            return f"{balances}{{c}}{self.opening[one.word] + 1}", CALL
        key, back = one.word
        return f"{balances}{{p{back + 1}}}{self.closing[key] + 1}", CALL


def _literal(word: float | bool) -> str:
    if isinstance(word, bool):
        return "TRUE" if word else "FALSE"
    if abs(word) > ENDLESS:
        return "1E+300" if word > 0 else "-1E+300"
    return repr(int(word)) if word == int(word) and abs(word) < 1e15 else repr(word).replace("e", "E")


def write_model(paper: Paper, reading: Reading, parents: list[Parent]) -> Model:
    """Writes the sheets that compute."""
    model = Model(reading, paper, varies=reading.program.yearwise())
    _inputs(model, parents)
    calendar = reading.plan.timeline.years
    say = paper.words.say
    heads = {LABEL: "", ABOUT: "", UNIT: say("unit"), FORMULA: say("as the page says it"), CONSTANT: say("constant")}
    yearly = paper.yearly("yearly", calendar, {**heads, FORMULA: say("source"), CONSTANT: ""})
    workings = paper.yearly("workings", calendar, heads)
    balances = paper.yearly("balances", calendar, {**heads, CONSTANT: ""})
    _by_year(model, yearly, parents)
    _place_balances(model)
    model.units = reading.units()
    _workings(model, workings)
    _write_balances(model, balances)
    return model


# --- inputs ----------------------------------------------------------------------------------------------------------------------


def _inputs(model: Model, parents: list[Parent]) -> None:
    """Every number of the file, blue where it may be changed, then what law and page set as constants."""
    paper, reading = model.paper, model.reading
    say, used = paper.words.say, set(reading.program.inputs)
    sheet = paper.sheet("inputs", (52, 18, 11, 18, 14, 14, 9, 12, 20, 60, 8, 40, 10, 40))
    sheet.text(
        sheet.row, LABEL, say("Blue cells are inputs: change them, everything follows. Numbers are in the unit of their row."), "dim"
    )
    sheet.row += 2
    _switches(model, sheet)
    heads = [say("number"), say("in use"), say("unit"), say("stated"), say("low"), say("high"), say("worse end"), say("low, high are")]
    heads += [say("as the file says it"), say("source"), say("page"), say("quote"), say("confidence"), say("note")]
    for col, head in enumerate(heads):
        sheet.text(sheet.row, col, head, "head")
    sheet.page.freeze_panes(sheet.row + 1, 1)
    sheet.row += 1
    by_path = {one.path: one for one in parents if one.kind == "project"}
    topic = ""
    for path, one in by_path.items():
        number = reading.numbers.get(path)
        if number is None:
            continue
        begin = ".".join(path.split(".")[:2]) if path.split(".")[0] in ("site", "entity") else path.split(".")[0]
        if begin != topic:
            topic = begin
            sheet.heading(topic.replace(".", " "))
        row = sheet.row
        sheet.row += 1
        style = "input share" if number.unit == "1" and abs(number.amount) <= 1 else "input"
        sheet.text(row, LABEL, path if path in used else say("{path} (moves nothing here)", path=path))
        sheet.number(row, STATED, number.amount, style)
        moves = one.low is not None and one.high is not None and path in reading.worse
        if moves:
            sheet.number(row, LOW, one.low or 0.0, style)
            sheet.number(row, HIGH, one.high or 0.0, style)
            sheet.text(row, WORSE, reading.worse[path], "dim")
        elif one.low is not None and one.high is not None:
            sheet.text(row, LOW, f"{one.low:g}", "dim")
            sheet.text(row, HIGH, f"{one.high:g}", "dim")
        _choose(model, sheet, row, number.amount, moves, "share" if style == "input share" else "number")
        _validate(model, sheet, row, path, one.stated)
        sheet.text(row, UNITS, one.unit, "unit")
        _parent_of(sheet, row, one, one.source or (say("assumed: {why}", why=one.why) if one.why else ""))
        model.inputs[path] = sheet.cell(row, VALUE)
        paper.name(path, sheet, row, STATED)
    _constants(model, sheet, parents)


def _switches(model: Model, sheet: Sheet) -> None:
    """The cells that choose which end of each number, and which state of policy, holds."""
    say, paper = model.paper.words.say, model.paper
    for what, names, key in (
        (say("Scenario: which end of each number"), [say(one) for one in SCENARIOS], "scenario"),
        (say("Policy: which state of the law"), [_state(model, one.name) for one in model.reading.scenarios], "policy_state"),
    ):
        row = sheet.row
        sheet.text(row, LABEL, what)
        sheet.number(row, VALUE, 1, "input")
        sheet.page.data_validation(
            row, VALUE, row, VALUE, {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": len(names)}
        )
        sheet.text(row, UNITS, ", ".join(f"{k} {one}" for k, one in enumerate(names, 1)), "dim")
        cell = sheet.cell(row, VALUE)
        if key == "scenario":
            model.scenario = cell
        else:
            model.policy = cell
        paper.name(key, sheet, row, VALUE)
        sheet.row += 1
    sheet.text(
        sheet.row,
        LABEL,
        say("All numbers at one end together are a bound, not a forecast: `kenes simulate` tells how likely what is."),
        "dim",
    )
    sheet.row += 2


def _state(model: Model, name: str) -> str:
    """A state of policy: the file's own name, or that of the file itself in the reader's language."""
    return model.paper.words.say(name) if name in (AS_STATED, policy.AS_STATED) else name


def _choose(model: Model, sheet: Sheet, row: int, amount: float, moves: bool, style: str) -> None:
    """What the model uses of one number: one formula for all rows that can move."""
    if not moves:
        sheet.formula(row, VALUE, f"{column(STATED)}{row + 1}", amount, style)
        return
    stated, low, high, worse = (f"{column(col)}{row + 1}" for col in (STATED, LOW, HIGH, WORSE))
    ends = f'IF({worse}="low",{low},{high}),IF({worse}="low",{high},{low})'
    sheet.formula(row, VALUE, f"CHOOSE({model.scenario.split('!')[1]},{stated},{low},{high},{ends})", amount, style)


def _validate(model: Model, sheet: Sheet, row: int, path: str, stated: str = "") -> None:
    """What a cell takes, and in which unit: the formulas of a number that is never negative hold for such numbers only."""
    say, unit = model.paper.words.say, model.paper.words.unit(model.reading.unit(path) or "")
    low, _ = model.reading.program.bounds.get(path, (-1.0, 0.0))
    rule: dict[str, Any] = {"validate": "any"}
    if low >= 0.0:
        rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "kenes", "error_message": say("0 or more")}
    if stated and unit not in ("", "1"):
        said = say("in {unit}; the file says {stated}", unit=unit, stated=stated)
        rule |= {"input_title": "kenes", "input_message": said[:250]}
    for col in (STATED, LOW, HIGH):
        sheet.page.data_validation(row, col, row, col, rule)


def _parent_of(sheet: Sheet, row: int, parent: Parent, says: str | None) -> None:
    """Who says a number, behind what is chosen from. says : the source in words, or why it is assumed."""
    texts = (parent.bounds, parent.stated, says, parent.page, parent.quote, parent.confidence, parent.note)
    for col, text in enumerate(texts, WORSE + 1):
        sheet.text(row, col, text)


def _constants(model: Model, sheet: Sheet, parents: list[Parent]) -> None:
    """Inputs that are no single number of the file: entries of schedules, rates of law, constants of chemistry and of the calendar."""
    say, paper, reading = model.paper.words.say, model.paper, model.reading
    left = [name for name in reading.program.inputs if name not in model.inputs]
    groups: dict[str, list[tuple[str, str, Parent | None]]] = {"file": [], "law": [], "page": []}
    for name in left:
        parent = _parent(model, name, parents)
        groups["page" if parent is None else parent.kind if parent.kind == "law" else "file"].append((name, labelled(model, name), parent))
    titles = {
        "file": say("Entries of schedules and shares"),
        "law": say("Law: rates and limits that hold in all years"),
        "page": say("Constants of the page: chemistry, calendar, and what the file's dates and choices make"),
    }
    for group, rows in groups.items():
        if rows:
            sheet.heading(titles[group])
        for name, label, parent in rows:
            row = sheet.row
            sheet.row += 1
            value = reading.inputs[name]
            look = "number" if group == "page" else "input"
            sheet.text(row, LABEL, label)
            sheet.number(row, STATED, value, look)
            _choose(model, sheet, row, value, False, "number" if abs(value) < ENDLESS else "plain")
            _validate(model, sheet, row, name)
            if parent is not None:
                sheet.text(row, UNITS, model.reading.unit(name) or "", "unit")
                _parent_of(sheet, row, parent, parent.source or parent.why)
            model.inputs[name] = sheet.cell(row, VALUE)
            if group != "page":
                paper.name(name, sheet, row, STATED)


CHARGE = re.compile(r"sites\.(.+?)\.regime\.charges\[(\d+)\]\.(.*)")
"""An input of a charge: its site, the number of the charge there, what of it."""

FIELDS = ("calendar", "amount", "number", "table", "operating", "scale")
"""Parts of such a name that say where the page keeps a number, not what it is."""


def _parent(model: Model, name: str, parents: list[Parent]) -> Parent | None:
    """Who says an input that is no single number of the file: the schedule it is an entry of, or the rule of law."""
    charge = CHARGE.match(name)
    if charge is not None:
        regime = model.reading.plan.page.sites[charge[1]].regime
        about = regime.charges[int(charge[2])]
        words = [word for word in re.split(r"[.\[\]]+", charge[3]) if word not in FIELDS]
        rules = [
            one for one in parents if one.path.startswith((f"{about.state} {about.name}.", f"site.{charge[1]}.regime.charge.{about.name}."))
        ]
        rules.sort(key=lambda one: -sum(word in re.split(r"[. ]", one.path) for word in words))
        return rules[0] if rules else None
    path = re.sub(r"^sites\.", "site.", name)
    path = re.sub(r"^entities\.(.+)\.owners\.", r"entity.\1.owner.", path)
    path = re.sub(r"(\[\d+\]|\.operating|\.calendar|\.amount|\.scale)+$", "", path)
    return next((one for one in parents if one.path == path), None)


def labelled(model: Model, name: str) -> str:
    """What an input is called: its path, with the charge by its name, or the formula of the page that it stands in."""
    charge = CHARGE.match(name)
    if charge is not None:
        about = model.reading.plan.page.sites[charge[1]].regime.charges[int(charge[2])]
        return f"{charge[1]}: {about.state} {about.name}.{charge[3].replace('number.', '').replace('.calendar', '')}"
    if not name.startswith("literal "):
        return name
    reading = model.reading
    k = next(k for k, one in enumerate(reading.program.operations) if one.word == name)
    place = reading.place(k)
    if place is None:
        return name
    about = " · ".join(reading.about(k))
    return f"{model.paper.words.line(place.name)}{f' ({about})' if about else ''}: {place.text}"


def described(model: Model, k: int) -> str:
    """An operation in words: the input that it is, or the line of the page that says it."""
    one, place = model.reading.program.operations[k], model.reading.place(k)
    if one.op in ("input", "yearly"):
        return labelled(model, one.word)
    about = " · ".join(model.reading.about(k))
    return f"{model.paper.words.line(place.name)}{f' ({about})' if about else ''}" if place is not None else ""


# --- inputs by year --------------------------------------------------------------------------------------------------------------


def _by_year(model: Model, sheet: Sheet, parents: list[Parent]) -> None:
    """What is given for each year: prices, rates of law, the calendar; and which state of policy holds."""
    say, reading, paper = model.paper.words.say, model.reading, model.paper
    weights = [name for name in reading.program.yearly if name.startswith(WEIGHT.format(""))]
    for name in reading.program.yearly:
        if name in weights:
            continue
        row = sheet.row
        sheet.row += 1
        model.yearly[name] = row
        parent = _parent(model, name, parents)
        sheet.text(row, LABEL, say("years from the valuation day") if name == "time" else labelled(model, name))
        sheet.text(row, UNIT, model.reading.unit(name) or "", "unit")
        if parent is not None:
            sheet.text(row, FORMULA, parent.source or parent.why)
        if name == "time":
            before = column(paper.begin - 1)
            sheet.number(row, paper.begin - 1, -1, "count")
            sheet.years(row, f"{{p1}}{row + 1}+1", reading.yearly[name], "count")
            sheet.text(row, FORMULA, say("year one begins on the valuation day ({before}: the year before)", before=before), "dim")
        elif name == "first":
            sheet.years(row, f"IF(COLUMN()={paper.begin + 1},1,0)", reading.yearly[name], "count")
        else:
            look = "input" if parent is not None else "figure"
            for t, value in enumerate(reading.yearly[name][: paper.count]):
                sheet.number(row, paper.begin + t, value, look)
    if weights:
        _policy(model, sheet)


def _policy(model: Model, sheet: Sheet) -> None:
    """The weight of each state of policy: 1 for the one that the switch chooses, from the first year in which it can be."""
    say, reading = model.paper.words.say, model.reading
    sheet.row += 1
    sheet.heading(say("State of policy that holds"))
    time = f"({{c}}{model.yearly['time'] + 1}+1)" if "time" in model.yearly else None
    count = len(reading.scenarios)
    begin = sheet.row
    for k in range(count):
        row = begin + k
        sheet.text(row, LABEL, _state(model, reading.scenarios[k].name))
        sheet.text(row, UNIT, "1", "unit")
        if reading.scenarios[k].begins > 0:
            sheet.text(row, FORMULA, say("year from which it can be"), "dim")
        sheet.number(row, CONSTANT, reading.scenarios[k].begins, "number")
        model.yearly[WEIGHT.format(k)] = row
        stated = [float(k == 0)] * model.paper.count
        year = time or f"(COLUMN()-{model.paper.begin})"
        if k == reading.home:  # what holds before another can be, and where none is chosen
            others = "+".join(f"{{c}}{begin + n + 1}" for n in range(count) if n != k)
            sheet.years(row, f"1-({others})", stated, "count")
        elif k == 0:
            sheet.years(row, f"IF({model.policy}=1,1,0)", stated, "count")
        else:
            sheet.years(row, f"IF(AND({model.policy}={k + 1},{year}>${column(CONSTANT)}{row + 1}),1,0)", stated, "count")
    sheet.row = begin + count


# --- workings --------------------------------------------------------------------------------------------------------------------


def _workings(model: Model, sheet: Sheet) -> None:
    """One row for each line of the page, in its order; a heading for each site, ring fence and entity."""
    reading, paper = model.reading, model.paper
    program, varies = reading.program, model.varies
    ends = {*program.outputs.values(), *program.carried.values(), *program.opening.values()}
    ends |= {k for past in program.history.values() for k in past}
    own = reading.named() | {k for k in ends if program.operations[k].args}
    dialect = Dialect(model.leaf, lambda k: f"⟦{k}⟧", SIGNS, CALLS, LONGEST)
    _, formulas = written(program, dialect, own)
    topic: str | None = None
    headings: dict[int, str] = {}
    for k in reading.order(formulas):
        about = reading.about(k)
        here = about[0] if about else ""
        if here != topic:
            topic = here
            sheet.row += 1
            headings[sheet.row] = here or paper.words.say("all together")
            sheet.row += 1
        model.rows[k] = sheet.row
        sheet.row += 1
    for row, text in headings.items():
        sheet.text(row, LABEL, text, "section")

    def refer(found: re.Match[str]) -> str:
        k = int(found[1])
        return f"{{c}}{model.rows[k] + 1}" if varies[k] else f"${column(CONSTANT)}${model.rows[k] + 1}"

    for k, formula in formulas.items():
        row, place = model.rows[k], reading.place(k)
        about = reading.about(k)
        label = paper.words.line(place.name) if place is not None else " / ".join(_outputs(model, k))
        if place is not None and not place.whole:
            label = paper.words.say("part of: {line}", line=label)
        sheet.text(row, LABEL, label)
        sheet.text(row, ABOUT, " · ".join(about), "dim")
        sheet.text(row, UNIT, model.units[k], "unit")
        if place is not None:
            sheet.text(row, FORMULA, f"{place.room}.{place.function}: {place.text}", "formula")
        look = "share" if model.units[k] == "1" else "number"
        look = "number" if program.operations[k].op in BOOLEAN else look
        said = ROW.sub(refer, formula)
        if varies[k]:
            sheet.years(row, said, model.values(k), look)
        else:
            sheet.formula(row, CONSTANT, said, reading.values[0][k], look)


def _outputs(model: Model, k: int) -> list[str]:
    """What the page tells with an operation that no line names."""
    key = next((key for key, at in model.reading.program.outputs.items() if at == k), ("",))
    return [model.paper.words.name(part) for part in key if part]


# --- balances --------------------------------------------------------------------------------------------------------------------


def _place_balances(model: Model) -> None:
    """Three rows for each state: what the year finds, what changes, what it leaves."""
    row = 3
    for key in model.reading.program.carried:
        model.opening[key], model.closing[key] = row + 1, row + 3
        row += 5


def _write_balances(model: Model, sheet: Sheet) -> None:
    """The states of the page: each year finds what the year before left. Before year one stands what the valuation day found."""
    say, line = model.paper.words.say, model.paper.words.line
    paper, reading = model.paper, model.reading
    program = reading.program
    for key, made in program.carried.items():
        opening, closing = model.opening[key], model.closing[key]
        sheet.text(opening - 1, LABEL, " · ".join(line(part) for part in key), "section")
        unit = model.units[made] or model.units[program.opening[key]]
        before = [reading.values[0][k] for k in (program.opening[key], *program.history.get(key, ()))]
        left = [float(value) for value in model.values(made)]
        found = [float(before[0]), *left[:-1]]
        for row, label in ((opening, say("at the beginning")), (opening + 1, say("change")), (closing, say("at the end"))):
            sheet.text(row, LABEL, label)
            sheet.text(row, UNIT, unit, "unit")
        sheet.years(opening, f"{{p1}}{closing + 1}", found)
        sheet.years(opening + 1, f"{{c}}{closing + 1}-{{c}}{opening + 1}", [b - a for a, b in zip(found, left, strict=True)])
        sheet.years(closing, model.refer(made), left)
        for back, k in enumerate((program.opening[key], *program.history.get(key, ())), 1):
            sheet.formula(closing, paper.begin - back, model.refer(k), float(before[back - 1]))
        for back in range(len(before) + 1, paper.before + 1):
            sheet.number(closing, paper.begin - back, 0.0)
    sheet.row = 3 + 5 * len(program.carried)
