"""What the workbook comes to: cash flow by year, worth, rates of return, payback, what each state takes, all checks together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kenes.appraise.lens import LEVELS
from kenes.appraise.trace import DISCOUNT, RATE
from kenes.report import terminal
from kenes.report.sheet_books import Checks, Rows
from kenes.report.sheet_cells import ABOUT, CONSTANT, LABEL, UNIT, Paper, Sheet, column, literal
from kenes.report.sheet_model import Model, described

__all__ = ["Flow", "write_chart", "write_flow", "write_results"]

GROUPS = {**terminal.GROUPS, "outlay": ("capital:", "exploration", "permits")}
"""Lines of the money book that a row of the cash flow adds up, by how they begin."""

NOTHING = 1e-12
"""Share of the money moved below which a rest is zero."""

WHAT, LIVE, MADE, DIFFERENCE, SAID = 0, 1, 2, 3, 4
"""Columns of the results: what, live, as kenes computed it, the difference, a remark."""


@dataclass(slots=True)
class Flow:
    """Rows of the sheet of the cash flow that results read, by name, with their values."""

    sheet: Sheet
    rows: dict[str, int]
    values: dict[str, list[float]]

    def add(self, name: str, label: str, unit: str, formula: str, values: Sequence[Any], style: str = "money", about: str = "") -> int:
        """A row, which other rows and the results find by its name."""
        sheet, row = self.sheet, self.sheet.row
        sheet.text(row, LABEL, label)
        sheet.text(row, ABOUT, about, "dim")
        sheet.text(row, UNIT, unit, "unit")
        sheet.years(row, formula, values, style)
        sheet.row += 1
        self.rows[name], self.values[name] = row, [float(value) for value in values]
        return row

    def cell(self, name: str, place: str = "c") -> str:
        """A row as a formula of the same sheet says it: this year's, or that of an earlier year ("p1")."""
        return f"{{{place}}}{self.rows[name] + 1}"

    def span(self, name: str) -> str:
        """The years of a row, for a formula on another sheet."""
        return self.sheet.at + self.sheet.span(self.rows[name])


def write_flow(model: Model, money: Sheet, entries: Rows) -> Flow:
    """Cash flow by year: production, sums of the money book, charges, the levels of worth, and what the metrics need."""
    paper, reading = model.paper, model.reading
    say, name, currency = paper.words.say, paper.words.name, paper.currency
    heads = {LABEL: say("row"), ABOUT: "", UNIT: say("unit"), CONSTANT: say("total")}
    sheet = paper.yearly("flow", reading.plan.timeline.years, heads)
    flow = Flow(sheet, {}, {})
    years = [float(t) for t in range(paper.count)]
    sheet.number(sheet.row, paper.begin - 1, -1.0, "count")
    flow.add("t", say("years from the valuation day"), "year", f"{{p1}}{sheet.row + 1}+1", years, "count")
    for key in [key for key in reading.program.outputs if key[0] in ("ore", "made")]:
        formula, values = model.told(key)
        flow.add(" ".join(key), name(key[-1]), "t", formula, values, "number", " · ".join(key[1:2]))
    sheet.heading(say("Nominal {currency} of the year", currency=currency))
    for group, begins in GROUPS.items():
        rows = [(row, values) for key, (row, values) in entries.items() if key[0].startswith(begins)]
        formula = "+".join(f"{money.at}{{c}}{row + 1}" for row, _ in rows) or "0"
        summed = [sum(values[t] for _, values in rows) for t in range(paper.count)]
        label = say("initial capital, exploration and permits") if group == "outlay" else name(group)
        flow.add(group, label, currency, formula, summed)
    for key in [key for key in reading.program.outputs if key[0] == "borne"]:
        formula, values = model.told(key)
        flow.add(" ".join(key), name(key[1]), currency, formula, values, about=key[2])
    for level in LEVELS:
        formula, values = model.told(("level", level))
        flow.add(level, name(level), currency, formula, values, "total")
    sheet.heading(say("Worth on the valuation day"))
    formula, values = model.told(DISCOUNT)
    flow.add("discount", say("discount factor, deflated where the rate is real"), "1", formula, values, "figure")
    for level in LEVELS:
        formula, values = model.told(("real", level))
        flow.add(f"real {level}", say("{level}, in the money of the rate", level=name(level)), currency, formula, values)
    _payback_rows(flow, say)
    for level in LEVELS[1:]:
        _sign_rows(flow, level, say("{level}, in the money of the rate", level=name(level)), say)
    _mirr_rows(model, flow, say)
    for label, row in flow.rows.items():
        if label in (*GROUPS, *LEVELS) or label.startswith("borne"):
            sheet.formula(row, CONSTANT, f"SUM({sheet.span(row)})", sum(flow.values[label]), "money")
    return flow


def _payback_rows(flow: Flow, say: Any) -> None:
    """The after-tax flow added up, as it is and discounted, and the years after whose end something is still missing."""
    worth = [a * b for a, b in zip(flow.values["after_tax"], flow.values["discount"], strict=True)]
    flow.add("present", say("present value, after tax"), "", f"{flow.cell('after_tax')}*{flow.cell('discount')}", worth)
    for name, of, said in (
        ("cumulative", "real after_tax", say("cumulative, after tax, in the money of the rate")),
        ("cumulative present", "present", say("cumulative present value, after tax")),
    ):
        summed: list[float] = []
        for value in flow.values[of]:
            summed.append((summed[-1] if summed else 0.0) + value)
        row = flow.sheet.row
        flow.add(name, said, "", f"{{p1}}{row + 1}+{flow.cell(of)}", summed)
        span = flow.sheet.span(flow.rows[of])
        moved = sum(abs(value) for value in flow.values[of])
        below = [t + 1.0 if value < -NOTHING * moved else 0.0 for t, value in enumerate(summed)]
        formula = f'IF({flow.cell(name)}<-{NOTHING:.0E}*(SUMIF({span},">0")-SUMIF({span},"<0")),{flow.cell("t")}+1,0)'
        flow.add(f"below {name}", say("year after whose end it is below zero"), "", formula, below, "count")


def _sign_rows(flow: Flow, level: str, label: str, say: Any) -> None:
    """How often a flow turns from out to in or back: it has at most as many rates of return."""
    span = flow.sheet.span(flow.rows[f"real {level}"])
    values = flow.values[f"real {level}"]
    least = 1e-9 * max((abs(value) for value in values), default=0.0)
    signs, turns = [0.0], list[float]()
    for value in values:
        sign = signs[-1] if abs(value) <= least else 1.0 if value > 0 else -1.0
        turns.append(float(sign != signs[-1] and signs[-1] != 0.0))
        signs.append(sign)
    here = flow.cell(f"real {level}")
    row = flow.sheet.row
    formula = f"IF(ABS({here})<=0.000000001*MAX(MAX({span}),-MIN({span})),{{p1}}{row + 1},SIGN({here}))"
    flow.sheet.number(row, flow.sheet.paper.begin - 1, 0.0, "count")
    flow.add(f"sign {level}", say("sign so far"), "", formula, signs[1:], "count", label)
    now, then = flow.cell(f"sign {level}"), flow.cell(f"sign {level}", "p1")
    flow.add(f"turns {level}", say("turns"), "", f"IF(AND({now}<>{then},{then}<>0),1,0)", turns, "count", label)


def _mirr_rows(model: Model, flow: Flow, say: Any) -> None:
    """The after-tax flow, out and in, brought to the first year at the rate (the results carry what came in to the last)."""
    rate = model.inputs.get(RATE, "0")
    number = model.reading.inputs.get(RATE, 0.0)
    real, t = flow.cell("real after_tax"), flow.cell("t")
    values = flow.values["real after_tax"]
    for name, label, sign in (("spent", say("outflows at the rate"), -1.0), ("earned", say("inflows at the rate"), 1.0)):
        worth = [max(sign * value, 0.0) / (1.0 + number) ** k for k, value in enumerate(values)]
        flow.add(name, label, "", f"MAX({'-' if sign < 0 else ''}{real},0)/(1+{rate})^{t}", worth)
    last = [float(k) if value != 0.0 else 0.0 for k, value in enumerate(values)]
    flow.add("last", say("years with a flow"), "", f"IF({real}=0,0,{t})", last, "count")


# --- results ---------------------------------------------------------------------------------------------------------------------


def write_results(model: Model, flow: Flow, checks: Checks, parties: tuple[Sheet, Rows], report: Mapping[str, Any]) -> Sheet:
    """The headline, live, beside what kenes computed for the values of the file."""
    paper = model.paper
    say, name = paper.words.say, paper.words.name
    search = write_rates(paper, flow)
    sheet = paper.sheet("results", (58, 20, 20, 16, 60))
    sheet.page.freeze_panes(3, 1)
    for col, head in enumerate((say("result"), say("live"), say("as kenes computed it"), say("difference"), say("remark"))):
        sheet.text(2, col, head, "head")
    sheet.row = 3
    sheet.heading(say("Net present value, {currency}", currency=paper.currency))
    for level in LEVELS:
        value = report["npv"][level]
        formula = f"SUMPRODUCT({flow.span(level)},{flow.span('discount')})"
        _told(sheet, name(level), formula, value, "money", f"npv_{level}")
    sheet.heading(say("Rates of return, {money}", money=name(report["discount"]["money"])))
    for level in LEVELS[1:]:
        _rate(sheet, flow, search, level, report["irr"][level], report["sign_changes"][level])
    _measures(model, sheet, flow, report)
    _take(model, sheet, flow, report)
    sheet.heading(say("Parties: net present value, {currency}", currency=paper.currency))
    money, net = parties
    for party, (row, _) in net.items():
        if party[0] in report["parties"]:
            formula = f"SUMPRODUCT({money.at}{money.span(row)},{flow.span('discount')})"
            _told(sheet, paper.words.party(party[0]), formula, report["parties"][party[0]]["npv"], "money", f"npv_of_{party[0]}")
    _checks(model, sheet, checks)
    sheet.page.print_area(0, WHAT, sheet.row, SAID)
    return sheet


def _told(sheet: Sheet, label: str, formula: str, value: float | None, style: str, defined: str | None = None, remark: str = "") -> int:
    """A result: live, as kenes computed it, and the difference. A result that is none is a word."""
    say, row = sheet.paper.words.say, sheet.row
    static = "static share" if style == "share" else "static"
    sheet.text(row, WHAT, label)
    sheet.formula(row, LIVE, formula, say("none") if value is None else value, style)
    if value is None:
        sheet.text(row, MADE, say("none"), "dim")
    else:
        sheet.number(row, MADE, value, static)
    live, made = f"{column(LIVE)}{row + 1}", f"{column(MADE)}{row + 1}"
    sheet.formula(row, DIFFERENCE, f'IF(AND(ISNUMBER({live}),ISNUMBER({made})),{live}-{made},"")', "" if value is None else 0.0, static)
    sheet.text(row, SAID, remark, "dim")
    if defined is not None:
        sheet.paper.name(defined, sheet, row, LIVE)
    sheet.row += 1
    return row


def _rate(sheet: Sheet, flow: Flow, search: Mapping[str, tuple[str, str]], level: str, rates: Sequence[float], turns: int) -> None:
    """The internal rate of return of a level, the highest where there are several; none where the flow never turns.

    search : by level, the cells of a rate near the highest, and of how many were found (`write_rates`)
    """
    words = sheet.paper.words
    say, name = words.say, words.name
    near, found = search[level]
    frozen = repr(float(rates[-1])).replace("e", "E") if rates else "0.1"
    none, lost = say("none"), say("not found")
    whole = flow.span(f"real {level}")
    rate = f"IFERROR(IRR({whole},IF({near}>-1,{near},{frozen})),{literal(lost)})"
    formula = f"IF(SUM({flow.span(f'turns {level}')})=0,{literal(none)},{rate})"
    row = _told(sheet, name(level), formula, rates[-1] if rates else None, "share", f"irr_{level}")
    if not rates and turns:  # the flow turns and yet has no rate: the spreadsheet's search finds none
        sheet.formula(row, LIVE, formula, lost, "share")
    several = say("several rates: this is the highest of those found (sheet {sheet})", sheet=sheet.paper.sheets["rates"].name)
    at_file = say("as kenes computed them: {rates}", rates=", ".join(words.percent(one, 2) for one in rates))
    remark = f"{several}; {at_file}" if len(rates) > 1 else several
    sheet.formula(row, SAID, f'IF({found}>1,{literal(remark)},"")', remark if flow.values[f"found {level}"][0] > 1 else "", "dim")
    label = say("{level}: changes of sign", level=name(level))
    _told(sheet, label, f"SUM({flow.span(f'turns {level}')})", sum(flow.values[f"turns {level}"]), "count")


STEPS = [round(0.1 * k, 1) for k in range(-23, 31)]
"""Logarithms of one plus the rates between which rates of return are looked for: from -90 % to 1,900 % a year."""


def write_rates(paper: Paper, flow: Flow) -> dict[str, tuple[str, str]]:
    """Where the present value turns, for each level: a rate near the highest rate of return, and how many are seen. Returns their cells."""
    say, name = paper.words.say, paper.words.name
    sheet = paper.sheet("rates", (24, 20, 16, 20, 16, 20, 16))
    sheet.text(1, 0, say("Present value by rate; beside it, where it turns from the rate above: a spreadsheet's IRR starts there."), "dim")
    begin, end = 4, 4 + len(STEPS)
    rates = [math.exp(step) - 1.0 for step in STEPS]
    sheet.text(begin - 1, 0, say("rate"), "head")
    for k, rate in enumerate(rates):
        sheet.number(begin + k, 0, rate, "share")
    sheet.text(end + 1, 0, say("near the highest"))
    sheet.text(end + 2, 0, say("how many"))
    found: dict[str, tuple[str, str]] = {}
    for n, level in enumerate(LEVELS[1:]):
        worth, turn = 1 + 2 * n, 2 + 2 * n
        values = [sum(amount / (1.0 + rate) ** (t + 1) for t, amount in enumerate(flow.values[f"real {level}"])) for rate in rates]
        sheet.text(begin - 1, worth, name(level), "head")
        sheet.text(begin - 1, turn, say("turns near"), "head")
        turns = []
        for k, value in enumerate(values):
            here, above = f"{column(worth)}{begin + k + 1}", f"{column(worth)}{begin + k}"
            sheet.formula(begin + k, worth, f"NPV($A{begin + k + 1},{flow.span(f'real {level}')})", value, "money")
            if k:
                turns.append((rates[k] + rates[k - 1]) / 2 if value * values[k - 1] < 0.0 else -1.0)
                middle = f"($A{begin + k + 1}+$A{begin + k})/2"
                sheet.formula(begin + k, turn, f"IF(SIGN({here})*SIGN({above})<0,{middle},-1)", turns[-1], "share")
        span = f"{column(turn)}{begin + 2}:{column(turn)}{end}"
        count = sum(one > -1.0 for one in turns)
        sheet.formula(end + 1, turn, f"MAX({span})", max(turns), "share")
        sheet.formula(end + 2, turn, f'COUNTIF({span},">-1")', count, "count")
        found[level] = (sheet.cell(end + 1, turn), sheet.cell(end + 2, turn))
        flow.values[f"found {level}"] = [float(count)]
    return found


def _measures(model: Model, sheet: Sheet, flow: Flow, report: Mapping[str, Any]) -> None:
    """Payback, discounted payback, MIRR, profitability index."""
    say = sheet.paper.words.say
    sheet.heading(say("Measures, after tax"))
    ready = [model.told(key) for key in model.reading.program.outputs if key[0] == "ready"]
    first = min(float(values[0]) for _, values in ready)
    formula = ",".join(formula for formula, _ in ready).format_map(sheet.paper.places[0])
    row = _told(sheet, say("years to first production"), f"MIN({formula})", first, "number")
    start, never = f"{column(LIVE)}{row + 1}", say("never")
    for label, of, name, value, defined in (
        (say("payback from first production, years"), "real after_tax", "cumulative", report["payback_years"], "payback"),
        (
            say("discounted payback from first production, years"),
            "present",
            "cumulative present",
            report["discounted_payback_years"],
            "discounted_payback",
        ),
    ):
        last = f"MAX({flow.span(f'below {name}')})"
        share = f"MIN(1,-INDEX({flow.span(name)},1,{last})/INDEX({flow.span(of)},1,{last}+1))"
        formula = f"IF({last}=0,0,IF({last}>={sheet.paper.count},{literal(never)},{last}+{share}-{start}))"
        row = _told(sheet, label, formula, value, "number", defined)
        if value is None:
            sheet.formula(row, LIVE, formula, never, "number")
    rate, last = model.inputs.get(RATE, "0"), f"MAX({flow.span('last')})"
    spent, earned = f"SUM({flow.span('spent')})", f"SUM({flow.span('earned')})"
    none = say("none")
    mirr = f"IF(AND({spent}>0,{earned}>0,{last}>0),(1+{rate})*({earned}/{spent})^(1/MAX(1,{last}))-1,{literal(none)})"
    _told(sheet, say("MIRR, financed and reinvested at the rate"), mirr, report["mirr"], "share", "mirr")
    outlay = f"SUMPRODUCT({flow.span('outlay')},{flow.span('discount')})"
    worth = f"SUMPRODUCT({flow.span('after_tax')},{flow.span('discount')})"
    _told(sheet, say("profitability index"), f"IF({outlay}>0,1+{worth}/{outlay},{literal(none)})", report["profitability_index"], "figure")


def _take(model: Model, sheet: Sheet, flow: Flow, report: Mapping[str, Any]) -> None:
    """What each state takes, by charge, and its share of what there is before any."""
    say, name = sheet.paper.words.say, sheet.paper.words.name
    none = say("none")
    keys = [key for key in model.reading.program.outputs if key[0] == "borne"]
    sheet.heading(say("Government take: net present value, {currency}", currency=sheet.paper.currency))
    begin = sheet.row
    discount = flow.values["discount"]
    for key in keys:
        borne = " ".join(key)
        value = sum(a * b for a, b in zip(flow.values[borne], discount, strict=True))
        _told(sheet, f"{name(key[1])}, {key[2]}", f"SUMPRODUCT({flow.span(borne)},{flow.span('discount')})", value, "money")
    take = report["government_take"]
    whole = f"SUM({column(LIVE)}{begin + 1}:{column(LIVE)}{sheet.row})" if keys else "0"
    row = _told(sheet, say("all together"), whole, take["total"], "total", "government_take")
    before = f"SUMPRODUCT({flow.span('pre_fiscal')},{flow.span('discount')})"
    share = f"IF({before}>0,{column(LIVE)}{row + 1}/{before},{literal(none)})"
    _told(sheet, say("share of the pre-fiscal worth"), share, take["share"], "share", "government_take_share")
    for state, rates in report["aetr"].items():
        rows = [" ".join(key) for key in keys if key[2] == state]
        paid = "+".join(f"SUMPRODUCT({flow.span(row)},{flow.span('discount')})" for row in rows)
        _told(
            sheet,
            say("AETR of {state}, at the rate", state=state),
            f"IF({before}>0,({paid})/{before},{literal(none)})",
            rates["at_rate"],
            "share",
        )


def _checks(model: Model, sheet: Sheet, checks: Checks) -> None:
    """Every check of the workbook, and whether the changed inputs are still what it was made for."""
    say = sheet.paper.words.say
    sheet.heading(say("Checks: each must be zero"))
    begin = sheet.row
    for what, cell in checks.cells:
        _check(sheet, what, cell)
    for key, (seen, largest) in model.reading.bounds.items():
        asked = model.told(key)[0].format_map(sheet.paper.places[0])
        beyond = f"{asked}>{seen!r}+0.000000001*ABS({seen!r})" if largest else f"{asked}<{seen!r}-0.000000001*ABS({seen!r})"
        limit = sheet.paper.words.figure(seen)
        which = described(model, model.reading.program.outputs[key])
        what = (
            say("{what}: at most {limit}", what=which, limit=limit) if largest else say("{what}: at least {limit}", what=which, limit=limit)
        )
        remark = say("beyond it, make the workbook anew with --set: its years or its rows would not hold the change")
        _check(sheet, what, f"IF({beyond},1,0)", remark)
    row = sheet.row
    whole = f"MAX({column(LIVE)}{begin + 1}:{column(LIVE)}{row})"
    sheet.text(row, WHAT, say("all checks together"), "section")
    sheet.formula(row, LIVE, whole, 0.0, "check")
    sheet.paper.name("checks", sheet, row, LIVE)
    sheet.row += 2


def _check(sheet: Sheet, what: str, formula: str, remark: str = "") -> None:
    row = sheet.row
    sheet.text(row, WHAT, what)
    sheet.formula(row, LIVE, formula, 0.0, "check")
    sheet.text(row, SAID, remark, "dim")
    sheet.row += 1


def write_chart(sheet: Sheet, flow: Flow) -> None:
    """After-tax cash flow by year with its sum so far, below what stands on a sheet."""
    paper: Paper = sheet.paper
    first, last = paper.begin, paper.begin + paper.count - 1
    bars = paper.book.add_chart({"type": "column"})
    line = paper.book.add_chart({"type": "line"})
    years = [flow.sheet.name, 2, first, 2, last]
    for chart, name, colour in ((bars, "real after_tax", "#0072B2"), (line, "cumulative", "#D55E00")):
        row = flow.rows[name]
        look = {"fill": {"color": colour}} if chart is bars else {"line": {"color": colour, "width": 2}}
        label = [flow.sheet.name, row, LABEL]
        chart.add_series({"name": label, "categories": years, "values": [flow.sheet.name, row, first, row, last], **look})
    bars.combine(line)
    bars.set_title({"name": paper.words.say("Cash flow after tax, {currency}", currency=paper.currency), "name_font": {"size": 12}})
    bars.set_y_axis(
        {"num_format": "#,##0,,", "name": paper.words.say("million"), "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    )
    bars.set_x_axis({"label_position": "low"})
    bars.set_legend({"position": "bottom"})
    bars.set_size({"width": 900, "height": 380})
    sheet.page.insert_chart(sheet.row + 1, WHAT, bars)
