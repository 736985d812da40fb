"""A study as tables of text: what stands in each row of the report, in the reader's language and form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kenes.appraise.lens import LEVELS
from kenes.report.parents import Parent
from kenes.report.study import Study
from kenes.report.words import Words, mark

__all__ = [
    "Cell",
    "Row",
    "Table",
    "breakevens",
    "charges",
    "distributions",
    "effective_rates",
    "headline",
    "laws",
    "measures",
    "numbers",
    "parties",
    "probability",
    "rate",
    "rates",
    "scenarios",
    "sensitivities",
    "tornado",
    "transfer",
    "two_way",
    "worths",
    "years",
]

NOTHING = "–"
"""What stands for an amount of exactly nothing in a yearly table."""

BEARING = {
    "sales": +1,
    "treatment_and_separation": -1,
    "tolling": -1,
    "freight": -1,
    "operating_cost": -1,
    "residue_handling": -1,
    "unsold_products": -1,
    "exploration": -1,
    "permits": -1,
    "capital": -1,
    "sustaining_capital": -1,
    "closure_cost": -1,
    "into_closure_fund": -1,
    "from_closure_fund": +1,
    "receivable_flow": -1,
    "inventory_flow": -1,
    "payable_flow": +1,
}
"""Entries between the project and those who are neither state nor lender nor owner: in the order of the yearly table, with their sign."""


LENDING = {"loan_draw": +1, "loan_repayment": -1, "interest": -1}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. kind : "" (text), "long", "number", "negative" or "code"."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its first cell is its head. kind : "" or "sum"; a row of one cell heads those below it."""

    cells: tuple[Cell, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. caption : what it shows, with units and basis; header : none for a list of labels and figures."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def columns(self, most: int) -> list[Table]:
        """The table in parts of about as many columns, at most ``most``, each with its first one."""
        count = len(self.header) - 1
        wide = max(math.ceil(count / max(math.ceil(count / most), 1)), 1)
        parts = []
        for first in range(1, count + 1, wide):
            kept = slice(first, first + wide)
            rows = tuple(Row((row.cells[0], *row.cells[kept]), row.kind) for row in self.rows)
            parts.append(Table(self.caption, (self.header[0], *self.header[kept]), rows, self.note))
        return parts


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes cells in one language."""

    words: Words

    def money(self, amount: float | None, digits: int = 1) -> Cell:
        if amount is not None and abs(amount) < 0.5 * 10.0 ** (6 - digits):
            amount = 0.0  # no "-0.0"
        return Cell(self.words.money(amount, digits), _sign(amount))

    def amount(self, amount: float, digits: int = 1) -> Cell:
        """An amount of a yearly table: nothing is told as such."""
        return Cell(NOTHING, "number") if amount == 0.0 else self.money(amount, digits)

    def number(self, amount: float | None, digits: int = 0) -> Cell:
        return Cell(NOTHING, "number") if amount == 0.0 and digits == 0 else Cell(self.words.number(amount, digits), _sign(amount))

    def percent(self, share: float | None, digits: int = 1) -> Cell:
        return Cell(self.words.percent(share, digits), _sign(share))

    def figure(self, amount: float | None) -> Cell:
        return Cell("" if amount is None else plainly(amount, self.words), "number")


def _sign(amount: float | None) -> str:
    return "negative" if amount is not None and amount < 0 else "number"


def _row(head: str, *cells: Cell, kind: str = "") -> Row:
    return Row((Cell(head), *cells), kind)


def plainly(amount: float, words: Words) -> str:
    """A number of any size to five significant digits or all before the point, never as a power of ten."""
    size = 0 if amount == 0.0 else math.floor(math.log10(abs(amount)))
    digits = min(max(4 - size, 0), 12)
    text = f"{amount:.{digits}f}"
    return words.number(amount, len(text.rstrip("0").partition(".")[2]) if digits else 0)


def rate(values: Sequence[float], words: Words) -> str:
    """Every rate of return, or that there is none."""
    if not values:
        return words.say("none")
    first, *others = (words.percent(value) for value in values)
    for other in others:
        first = words.say("{first} and {second}", first=first, second=other)
    return first


def _duration(years: float | None, words: Words) -> str:
    return words.say("never") if years is None else words.say("{years} years", years=words.number(years, 1))


# --- worth ---------------------------------------------------------------------------------------------------------------------


def headline(study: Study, words: Words) -> list[tuple[str, str, str]]:
    """The few figures a reader looks for first: label, figure, what it is of."""
    report, currency = study.report, study.report["currency"]
    basis = words.say("million {currency}", currency=currency)
    take = report["government_take"]["share"]
    return [
        (words.say("NPV after tax"), words.money(report["npv"]["after_tax"]), basis),
        (words.say("NPV pre-tax"), words.money(report["npv"]["pre_tax"]), basis),
        (words.say("IRR after tax"), rate(report["irr"]["after_tax"], words), words.name(report["discount"]["money"])),
        (words.say("Payback"), _duration(report["payback_years"], words), words.say("from first production")),
        (
            words.say("Government take"),
            words.percent(take) if take is not None else words.say("no share"),
            words.say("of the pre-fiscal NPV") if take is not None else words.say("as the pre-fiscal NPV is not positive"),
        ),
    ]


def worths(study: Study, words: Words) -> Table:
    """Worth at the four levels."""
    make, report = _Maker(words), study.report
    rows = []
    for level in LEVELS:
        rated = level in report["irr"]
        rows.append(
            _row(
                words.name(level),
                make.money(report["npv"][level]),
                Cell(rate(report["irr"][level], words) if rated else "", "number"),
                Cell(words.number(report["sign_changes"][level]) if rated else "", "number"),
            )
        )
    caption = words.say(
        "NPV on {day} at {rate} {kind}, million {currency}, and every internal rate of return",
        day=words.date(report["valuation_date"]),
        rate=words.percent(report["discount"]["rate"]),
        kind=words.name(report["discount"]["money"]),
        currency=report["currency"],
    )
    header = (words.say("level"), words.say("NPV"), words.say("IRR"), words.say("changes of sign"))
    return Table(caption, header, tuple(rows))


def measures(study: Study, words: Words) -> Table:
    """MIRR, paybacks, breakevens and unit costs."""
    make, report = _Maker(words), study.report
    currency, found, costs = report["currency"], report["breakeven"], report["unit_costs"]

    def unit(amount: float | None, of: str) -> Cell:
        return Cell(words.say("unknown") if amount is None else f"{words.number(amount, 2)} {of}", _sign(amount))

    product = costs["per_kg_product_of"]
    rows = [
        _row(words.say("MIRR, financed and reinvested at the discount rate, after tax"), make.percent(report["mirr"])),
        _row(words.say("profitability index, after tax"), make.number(report["profitability_index"], 2)),
        _row(words.say("payback from first production, after tax"), Cell(_duration(report["payback_years"], words), "number")),
        _row(words.say("discounted payback, after tax"), Cell(_duration(report["discounted_payback_years"], words), "number")),
        _row(words.say("breakeven: all prices times"), make.number(found["basket"], 3)),
        _row(words.say("breakeven: all grades times"), make.number(found["grade_factor"], 3)),
        _row(words.say("operating cost per tonne of ore"), unit(costs["per_t_ore"], words.unit(f"{currency}/t"))),
        _row(
            words.say("operating cost per kg (unlike products are not added)")
            if product is None
            else words.say("operating cost per kg of {product}", product=words.name(product)),
            unit(costs["per_kg_product"], words.unit(f"{currency}/kg")),
        ),
        _row(words.say("initial capital, million {currency}", currency=currency), make.money(costs["initial_capital"])),
    ]
    for element, tonnes in report["contained"].items():
        rows.append(_row(words.say("in the ground: {element}, t", element=words.name(element)), make.number(tonnes)))
    return Table(words.say("Other measures, in the money of the file ({money})", money=words.basis(report["money"])), (), tuple(rows))


def rates(study: Study, words: Words) -> Table:
    """NPV at other discount rates."""
    make, report = _Maker(words), study.report
    rows = tuple(
        _row(
            words.percent(one["rate"]),
            *(make.money(one[level]) for level in LEVELS),
            kind="sum" if one["rate"] == report["discount"]["rate"] else "",
        )
        for one in report["npv_at"]
    )
    caption = words.say(
        "NPV at other discount rates ({kind}), million {currency}; the rate of the file in bold",
        kind=words.name(report["discount"]["money"]),
        currency=report["currency"],
    )
    return Table(caption, (words.say("discount rate"), *(words.name(level) for level in LEVELS)), rows)


# --- years ---------------------------------------------------------------------------------------------------------------------


def years(study: Study, words: Words) -> Table:
    """Production and cash flow by year: from sales to each of the four levels, every row an entry of the books."""
    report = study.report
    first, last = _span(report)
    make, kept = _Maker(words), slice(first, last + 1)
    rows: list[Row] = []

    def head(text: str) -> None:
        rows.append(Row((Cell(text),)))

    def line(text: str, amounts: Sequence[float], kind: str = "") -> None:
        if kind or any(amounts):
            total = _cleared([sum(amounts)], amounts)[0]
            rows.append(_row(text, make.amount(total), *(make.amount(amount) for amount in amounts[kept]), kind=kind))

    head(words.say("Production, kt"))
    for one in report["production"]:
        if one["product"] == "ore" and one["site"]:
            continue  # all ore stands in the row of no site
        label = words.name(one["product"]) + (f" ({one['site']})" if one["site"] and len(study.project.file.site) > 1 else "")
        kilotonnes = [tonnes / 1e3 for tonnes in one["tonnes"]]
        if any(kilotonnes):
            digits = 0 if max(kilotonnes) >= 100 else 1 if max(kilotonnes) >= 10 else 3
            rows.append(_row(label, make.number(sum(kilotonnes), digits), *(_tonnes(make, amount, digits) for amount in kilotonnes[kept])))
    head(words.say("Cash flow, million {currency}", currency=report["currency"]))
    for name, amounts in _bearing(report).items():
        line(words.name(name), amounts)
    _taken(report, "pre_fiscal", words, line)
    line(words.say("pre-fiscal flow"), report["levels"]["pre_fiscal"], "sum")
    _taken(report, "pre_tax", words, line)
    line(words.say("pre-tax flow"), report["levels"]["pre_tax"], "sum")
    paid = _taken(report, "after_tax", words, line)
    flows = report["levels"]
    shield = [after - before + tax for after, before, tax in zip(flows["after_tax"], flows["pre_tax"], paid, strict=True)]
    line(words.say("tax saved by interest, not counted below"), _cleared(shield, paid))
    line(words.say("after-tax flow, unlevered"), flows["after_tax"], "sum")
    factors = [Cell(words.number(factor, 4), "number") for factor in report["discount_factors"][kept]]
    rows.append(_row(words.say("discount factor"), Cell(""), *factors))
    line(words.say("present value, after tax"), report["present_values"]["after_tax"], "sum")
    _equity(report, shield, words, line)
    line(words.say("equity flow"), flows["equity"], "sum")
    caption = words.say(
        "Production and cash flow by year, nominal million {currency}; costs, capital and charges are negative", currency=report["currency"]
    )
    header = (words.say("year"), words.say("total"), *(words.year(year) for year in report["years"][kept]))
    return Table(caption, header, tuple(rows))


def _tonnes(make: _Maker, amount: float, digits: int) -> Cell:
    return Cell(NOTHING, "number") if amount == 0.0 else make.number(amount, digits)


def _span(report: dict[str, Any]) -> tuple[int, int]:
    """First and last year in which anything happens."""
    busy = [t for t in range(len(report["years"])) if any(line["amount"][t] for line in report["lines"])]
    return (busy[0], busy[-1]) if busy else (0, len(report["years"]) - 1)


def _bearing(report: dict[str, Any]) -> dict[str, list[float]]:
    """Signed sums of entries by name, in the order of `BEARING`."""
    found: dict[str, list[float]] = {}
    for name, sign in BEARING.items():
        for line in report["lines"]:
            if line["name"].partition(":")[0] == name:
                row = found.setdefault(line["name"], [0.0] * len(report["years"]))
                for t, amount in enumerate(line["amount"]):
                    row[t] += sign * amount
    return found


def _taken(report: dict[str, Any], level: str, words: Words, line: Any) -> list[float]:
    """Rows of the charges that come off below a level; returns their sum."""
    whole = [0.0] * len(report["years"])
    several = len({one["to"] for one in report["charges"]}) > 1
    for one in report["charges"]:
        if one["level"] == level and one["charge"] != "state_equity":
            line(words.name(one["charge"]) + (f" ({one['to']})" if several else ""), [-amount for amount in one["amount"]])
            whole = [held + amount for held, amount in zip(whole, one["amount"], strict=True)]
    return whole


def _equity(report: dict[str, Any], shield: Sequence[float], words: Words, line: Any) -> None:
    """From the after-tax flow to that of the owners: lenders, tax saved by interest, tax withheld, and what companies keep."""
    whole = [after - saved for after, saved in zip(report["levels"]["after_tax"], shield, strict=True)]
    for name, sign in LENDING.items():
        amounts = [sign * sum(line["amount"][t] for line in report["lines"] if line["name"] == name) for t in range(len(report["years"]))]
        line(words.name(name), amounts)
        whole = [held + amount for held, amount in zip(whole, amounts, strict=True)]
    line(words.say("tax saved by interest"), [-amount for amount in _cleared(shield, whole)])
    withheld = _taken(report, "equity", words, line)
    whole = [held - amount for held, amount in zip(whole, withheld, strict=True)]
    kept = [equity - held for equity, held in zip(report["levels"]["equity"], whole, strict=True)]
    line(words.say("kept in the companies (−) or released"), _cleared(kept, whole))


def _cleared(amounts: Sequence[float], beside: Sequence[float]) -> list[float]:
    """Amounts without what is only the rounding of a difference."""
    least = 1e-9 * max((abs(amount) for amount in beside), default=0.0) + 1e-6
    return [0.0 if abs(amount) <= least else amount for amount in amounts]


# --- states and parties --------------------------------------------------------------------------------------------------------


def charges(study: Study, words: Words) -> Table:
    """Government take by charge and state."""
    make, report = _Maker(words), study.report
    take, base = report["government_take"], report["npv"]["pre_fiscal"]
    rows: list[Row] = []

    def line(name: str, state: str, npv: float, total: float, kind: str = "") -> None:
        shared = (make.percent(npv / base),) if base > 0 else ()
        rows.append(_row(name, Cell(state), make.money(npv), make.money(total), *shared, kind=kind))

    for state, value in sorted(take["by_state"].items(), key=lambda one: -one[1]):
        own = [one for one in report["charges"] if one["to"] == state and one["level"] != "pre_fiscal"]
        for one in sorted(own, key=lambda one: -abs(one["npv"])):
            line(words.name(one["charge"]), state, one["npv"], one["total"])
        line(words.say("all of it"), state, value, sum(one["total"] for one in own), "sum")
    caption = words.say("What the project pays to each state and receives from it, million {currency}", currency=report["currency"])
    header = (words.say("charge"), words.say("state"), words.say("NPV"), words.say("total, nominal"))
    return Table(caption, (*header, words.say("share of the pre-fiscal NPV")) if base > 0 else header, tuple(rows))


def effective_rates(study: Study, words: Words) -> Table:
    """Average effective tax rate by state."""
    make = _Maker(words)
    rows = tuple(_row(state, make.percent(one["at_0"]), make.percent(one["at_rate"])) for state, one in study.report["aetr"].items())
    header = (
        words.say("state"),
        words.say("at 0 %"),
        words.say("at {rate}", rate=words.percent(study.report["discount"]["rate"])),
    )
    return Table(words.say("AETR: PV of payments to a state, over PV of the pre-fiscal flow (none if that is not positive)"), header, rows)


def parties(study: Study, words: Words) -> Table:
    """Who gets what."""
    make, report = _Maker(words), study.report
    rows = tuple(
        _row(words.name(name), make.money(one["npv"]), make.money(one["total"]), Cell(rate(one["irr"], words), "number"))
        for name, one in sorted(report["parties"].items(), key=lambda one: -one[1]["npv"])
    )
    header = (words.say("party"), words.say("NPV"), words.say("total, nominal"), words.say("IRR"))
    return Table(words.say("Who gets what, all entries of the money book, million {currency}", currency=report["currency"]), header, rows)


# --- what if -------------------------------------------------------------------------------------------------------------------


def tornado(study: Study, words: Words) -> Table:
    """After-tax NPV at the low and the high of each number."""
    make, report, base = _Maker(words), study.report, study.ranges["after_tax"]
    rows = tuple(
        Row(
            (
                Cell(one["path"], "code"),
                make.figure(one["low"]),
                make.figure(one["value"]),
                make.figure(one["high"]),
                Cell("" if one["unit"] == "1" else words.unit(one["unit"])),
                Cell(one["bounds"] or words.say("not stated")),
                make.money(one["npv_low"] - base),
                make.money(one["npv_high"] - base),
            )
        )
        for one in study.ranges["tornado"]
    )
    caption = words.say(
        "Change of after-tax NPV at the low and the high of each number that states them, million {currency}; from {base}",
        currency=report["currency"],
        base=words.money(base),
    )
    header = (
        words.say("number"),
        words.say("low"),
        words.say("stated"),
        words.say("high"),
        words.say("unit"),
        words.say("bounds"),
        words.say("at low"),
        words.say("at high"),
    )
    return Table(caption, header, rows)


def two_way(study: Study, words: Words) -> Table:
    """After-tax NPV by factors on prices and on initial capital."""
    make, found = _Maker(words), study.ranges["two_way"]
    caption = words.say(
        "After-tax NPV by all prices (down) and initial capital (across), each times a factor, million {currency}",
        currency=study.report["currency"],
    )
    rows = tuple(
        _row(words.percent(price, 0), *(make.money(value) for value in values), kind="sum" if price == 1.0 else "")
        for price, values in zip(found["price_factors"], found["npv"], strict=True)
    )
    header = (words.say("prices"), *(words.percent(capital, 0) for capital in found["capital_factors"]))
    return Table(caption, header, rows)


def breakevens(study: Study, words: Words) -> Table:
    """What would have to be true for an after-tax NPV of zero, each alone."""
    make, found, currency = _Maker(words), study.report["breakeven"], study.report["currency"]
    rows = [_row(words.say("all prices times"), make.number(found["basket"], 3), Cell(""))]
    priced = {label: sale for site in study.project.file.site for label, sale in site.market.items()}
    for label, sale in priced.items():
        if sale.price is None:
            rows.append(_row(words.say("prices of {product} times", product=label), make.number(found.get(label), 3), Cell("")))
        else:
            rows.append(
                _row(words.say("price of {product}", product=label), make.number(found.get(label)), Cell(words.unit(f"{currency}/t")))
            )
    if found["grade_of"] is not None:
        rows.append(_row(words.say("all grades times"), make.number(found["grade_factor"], 3), Cell("")))
        rows.append(_row(words.say("grade"), make.percent(found["grade"], 3), Cell(words.name(found["grade_of"]))))
    header = (words.say("what alone changes"), words.say("breakeven"), words.say("unit or kind"))
    return Table(words.say("At which after-tax NPV is zero, all else as stated"), header, tuple(rows))


def transfer(study: Study, words: Words) -> Table | None:
    """What ten per cent on every transfer price does, or None where there are none."""
    found = study.report["transfer_price"]
    if found is None:
        return None
    make = _Maker(words)
    states = list(found["plus_10_percent"]["by_state"])
    rows = tuple(
        _row(
            label,
            *(make.money(found[key]["npv"][level]) for level in LEVELS),
            *(make.money(found[key]["by_state"][state]) for state in states),
        )
        for key, label in (("minus_10_percent", words.percent(-0.1, 0)), ("plus_10_percent", f"+{words.percent(0.1, 0)}"))
    )
    caption = words.say("Change of NPV if every transfer price changes, million {currency}", currency=study.report["currency"])
    header = (
        words.say("transfer prices"),
        *(words.name(level) for level in LEVELS),
        *(words.say("to {state}", state=state) for state in states),
    )
    return Table(caption, header, rows)


def scenarios(study: Study, words: Words) -> Table | None:
    """Worth in each state of policy held for certain, or None where there is nothing to compare."""
    if not study.scenarios:
        return None
    make = _Maker(words)
    rows = tuple(
        _row(
            one["name"],
            *(make.money(one["npv"][level]) for level in LEVELS),
            *(Cell(rate(one["irr"][level], words), "number") for level in ("after_tax", "equity")),
        )
        for one in study.scenarios
    )
    caption = words.say(
        "NPV and IRR in each state of policy held for certain, million {currency}, values of the file", currency=study.report["currency"]
    )
    header = (
        words.say("state of policy"),
        *(words.name(level) for level in LEVELS),
        words.say("IRR after tax"),
        words.say("IRR of equity"),
    )
    return Table(caption, header, rows)


# --- chance --------------------------------------------------------------------------------------------------------------------

QUANTILES = ("p10", "p50", "p90", "mean", "se")


def _spread(caption: str, first: str, found: Iterable[tuple[str, dict[str, Any]]], words: Words) -> Table:
    make = _Maker(words)
    rows = tuple(_row(name, *(make.money(one[key]) for key in QUANTILES), make.percent(one["prob_negative"])) for name, one in found)
    header = (first, "P10", "P50", "P90", words.say("mean"), words.say("standard error"), words.say("share below zero"))
    return Table(caption, header, rows)


def probability(simulation: dict[str, Any], words: Words) -> list[Table]:
    """Quantiles of worth, rates of return, parties; the outside view, permits and policy where there are any."""
    currency = simulation["currency"]

    def caption(text: str) -> str:
        return words.say("{what}, million {currency}, {draws} draws", what=text, currency=currency, draws=words.number(simulation["draws"]))

    make, level, party = _Maker(words), words.say("level"), words.say("party")
    tables = [_spread(caption(words.say("NPV")), level, ((words.name(key), one) for key, one in simulation["npv"].items()), words)]
    rows = tuple(
        _row(
            words.name(key),
            *(make.percent(one[quantile]) for quantile in ("p10", "p50", "p90")),
            *(make.percent(one[share]) for share in ("share_one", "share_none", "share_multiple")),
            make.percent(one["highest"]["p50"]),
        )
        for key, one in simulation["irr"].items()
    )
    header = (
        level,
        "P10",
        "P50",
        "P90",
        words.say("exactly one"),
        words.say("none"),
        words.say("several"),
        words.say("P50 of the highest"),
    )
    tables.append(Table(words.say("IRR: quantiles of the draws with exactly one rate, and the share of draws by number"), header, rows))
    parted = sorted(simulation["parties"].items(), key=lambda one: -one[1]["mean"])
    tables.append(_spread(caption(words.say("NPV of parties")), party, ((words.name(key), one) for key, one in parted), words))
    view, refusal = simulation["outside_view"], simulation["refusal"]
    if view:
        told = [(words.say("inside view"), view["inside"]["after_tax"]), (words.say("outside view"), view["outside"]["after_tax"])]
        tables.append(_spread(caption(words.say("After-tax NPV, inside and outside view")), words.say("view"), told, words))
    if refusal and refusal["given_grant"]:
        told = [(words.name(key), one) for key, one in refusal["given_grant"].items()]
        granted = words.percent(refusal["share_granted"])
        tables.append(_spread(caption(words.say("NPV if every permit is granted ({share} of draws)", share=granted)), level, told, words))
    policy = simulation["policy"]
    if policy and len(policy["states"]) > 1:
        text = caption(words.say("After-tax NPV in each state of policy held for certain"))
        tables.append(_spread(text, words.say("state of policy"), policy["states"].items(), words))
        tables.append(_unpredictability(policy, currency, words))
    return tables


def _unpredictability(policy: dict[str, Any], currency: str, words: Words) -> Table:
    make = _Maker(words)
    aversion = words.figure(policy["risk_aversion"]["per_million"])
    rows = (
        _row(
            words.say("level effect: today's law held for certain, less the expected path"),
            make.money(policy["level_effect"]),
            make.money(policy["level_effect_se"]),
        ),
        _row(
            words.say("spread effect: the expected path, less the mean over the paths"),
            make.money(policy["spread_effect"]),
            make.money(policy["spread_effect_se"]),
        ),
        _row(
            words.say("certainty equivalent at risk aversion {aversion} per million", aversion=aversion),
            make.money(policy["certainty_equivalent"]),
            Cell(""),
        ),
    )
    header = (words.say("part"), words.say("after-tax NPV"), words.say("standard error"))
    return Table(words.say("Price of unpredictability, million {currency}", currency=currency), header, rows)


def sensitivities(simulation: dict[str, Any], words: Words) -> Table | None:
    """What matters in the lives: swing, gradient, Sobol indices, rank correlation; None where nothing was drawn."""
    make, found = _Maker(words), simulation["sensitivity"]
    drawn = [(path, one) for path, one in (found or {}).items() if one["swing_low"] is not None]
    if not drawn:
        return None
    rows = tuple(
        Row(
            (
                Cell(path, "code"),
                make.money(one["swing_low"]),
                make.money(one["swing_high"]),
                Cell(
                    words.money(one["finite_difference"] if one["blind"] else one["gradient"], 2) + ("*" if one["blind"] else ""), "number"
                ),
                *(make.number(one[key], 2) for key in ("sobol_first", "sobol_total", "rank_correlation")),
            )
        )
        for path, one in drawn
    )
    caption = words.say(
        "What matters: change of after-tax NPV at P10 and P90 and for 1 % more, million {currency}; Sobol indices; rank correlation",
        currency=simulation["currency"],
    )
    header = (
        words.say("number"),
        words.say("at P10"),
        words.say("at P90"),
        words.say("per 1 %"),
        words.say("Sobol, first"),
        words.say("Sobol, total"),
        words.say("rank correlation"),
    )
    blind = any(one["blind"] for _, one in drawn)
    return Table(caption, header, rows, words.say("* a finite difference: the exact gradient is blind here") if blind else "")


def distributions(simulation: dict[str, Any], words: Words) -> Table | None:
    """How each drawn number is spread, or None where none is."""
    make = _Maker(words)
    rows = tuple(
        Row(
            (
                Cell(path, "code"),
                Cell(one["distribution"], "long"),
                make.figure(one["p10"]),
                make.figure(one["mean"]),
                make.figure(one["p90"]),
            )
        )
        for path, one in simulation["distributions"].items()
    )
    header = (words.say("number"), words.say("distribution"), "P10", words.say("mean"), "P90")
    return Table(words.say("How the drawn numbers are spread, in the units of the formulas"), header, rows) if rows else None


# --- parents -------------------------------------------------------------------------------------------------------------------

CONFIDENCE = {"high": mark("high confidence"), "medium": mark("medium confidence"), "low": mark("low confidence")}


def numbers(found: Iterable[Parent], caption: str, words: Words) -> Table:
    """Numbers with their parents: as stated, low and high, who says so, how sure."""
    rows = []
    for one in found:
        span = _span_of(one, words)
        if span and one.bounds:
            span += f" ({one.bounds})"
        rows.append(
            Row(
                (
                    Cell(one.path, "code"),
                    Cell(one.stated),
                    Cell("" if one.unit == "1" else words.unit(one.unit)),
                    Cell(span),
                    Cell(_says(one, words)),
                    Cell("" if one.confidence is None else words.say(CONFIDENCE[one.confidence])),
                )
            )
        )
    header = (
        words.say("number"),
        words.say("as stated"),
        words.say("unit"),
        words.say("low – high"),
        words.say("source, or why it is assumed"),
        words.say("confidence"),
    )
    return Table(caption, header, tuple(rows))


def laws(found: Iterable[Parent], words: Words) -> Table:
    """Values of law that bind in a year of the model, with their sources."""
    rows = tuple(
        Row(
            (
                Cell(one.path, "code"),
                Cell(one.stated),
                Cell("" if one.unit == "1" else words.unit(one.unit)),
                Cell(_says(one, words)),
                Cell("" if one.confidence is None else words.say(CONFIDENCE[one.confidence])),
            )
        )
        for one in found
    )
    header = (words.say("value of law"), words.say("as stated"), words.say("unit"), words.say("source"), words.say("confidence"))
    return Table(words.say("Values of law that bind in a year of the model"), header, rows)


def _span_of(one: Parent, words: Words) -> str:
    """Low and high of a number, in per cent where it is stated so."""
    if one.low is None or one.high is None:
        return ""
    if "%" in one.stated:
        return f"{plainly(100 * one.low, words)} – {words.percent_form.format(plainly(100 * one.high, words))}"
    return f"{plainly(one.low, words)} – {plainly(one.high, words)}"


def _says(one: Parent, words: Words) -> str:
    """Who says so: source, page and quote, or why it is assumed; days of a law; the file's note."""
    parts = []
    if one.source is None:
        parts.append(words.say("assumed: {why}", why=one.why or words.say("no reason stated")))
    else:
        parts.append(one.source if one.page is None else words.say("{source}, page {page}", source=one.source, page=one.page))
    if one.quote:
        parts.append(f"“{one.quote}”")
    if one.begins is not None:
        parts.append(words.say("binds from {day}", day=words.date(one.begins)))
    if one.checked is not None:
        parts.append(words.say("law read on {day}", day=words.date(one.checked)))
    if one.note:
        parts.append(words.say("note: {note}", note=one.note))
    return "; ".join(parts)
