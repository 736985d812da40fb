"""A study as tables of text: what stands in each row of the report, in the reader's language and form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kenes.appraise.lens import LEVELS
from kenes.report.cells import NOTHING, Cell, Maker, Row, Table, headed, sign
from kenes.report.study import Study
from kenes.report.words import Words

__all__ = [
    "breakevens",
    "charges",
    "effective_rates",
    "headline",
    "measures",
    "parties",
    "rate",
    "rates",
    "scenarios",
    "tornado",
    "transfer",
    "two_way",
    "worths",
    "years",
]

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
    make, report = Maker(words), study.report
    rows = []
    for level in LEVELS:
        rated = level in report["irr"]
        rows.append(
            headed(
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
    make, report = Maker(words), study.report
    currency, found, costs = report["currency"], report["breakeven"], report["unit_costs"]

    def unit(amount: float | None, of: str) -> Cell:
        return Cell(words.say("unknown") if amount is None else f"{words.number(amount, 2)} {of}", sign(amount))

    product = costs["per_kg_product_of"]
    rows = [
        headed(words.say("MIRR, financed and reinvested at the discount rate, after tax"), make.percent(report["mirr"])),
        headed(words.say("profitability index, after tax"), make.number(report["profitability_index"], 2)),
        headed(words.say("payback from first production, after tax"), Cell(_duration(report["payback_years"], words), "number")),
        headed(words.say("discounted payback, after tax"), Cell(_duration(report["discounted_payback_years"], words), "number")),
        headed(words.say("breakeven: all prices times"), make.number(found["basket"], 3)),
        headed(words.say("breakeven: all grades times"), make.number(found["grade_factor"], 3)),
        headed(words.say("operating cost per tonne of ore"), unit(costs["per_t_ore"], words.unit(f"{currency}/t"))),
        headed(
            words.say("operating cost per kg (unlike products are not added)")
            if product is None
            else words.say("operating cost per kg of {product}", product=words.name(product)),
            unit(costs["per_kg_product"], words.unit(f"{currency}/kg")),
        ),
        headed(words.say("initial capital, million {currency}", currency=currency), make.money(costs["initial_capital"])),
    ]
    for element, tonnes in report["contained"].items():
        rows.append(headed(words.say("in the ground: {element}, t", element=words.name(element)), make.number(tonnes)))
    return Table(words.say("Other measures, in the money of the file ({money})", money=words.basis(report["money"])), (), tuple(rows))


def rates(study: Study, words: Words) -> Table:
    """NPV at other discount rates."""
    make, report = Maker(words), study.report
    rows = tuple(
        headed(
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
    make, kept = Maker(words), slice(first, last + 1)
    rows: list[Row] = []

    def head(text: str) -> None:
        rows.append(Row((Cell(text),)))

    def line(text: str, amounts: Sequence[float], kind: str = "") -> None:
        if kind or any(amounts):
            total = _cleared([sum(amounts)], amounts)[0]
            rows.append(headed(text, make.amount(total), *(make.amount(amount) for amount in amounts[kept]), kind=kind))

    head(words.say("Production, kt"))
    for one in report["production"]:
        if one["product"] == "ore" and one["site"]:
            continue  # all ore stands in the row of no site
        label = words.name(one["product"]) + (f" ({one['site']})" if one["site"] and len(study.project.file.site) > 1 else "")
        kilotonnes = [tonnes / 1e3 for tonnes in one["tonnes"]]
        if any(kilotonnes):
            digits = 0 if max(kilotonnes) >= 100 else 1 if max(kilotonnes) >= 10 else 3
            rows.append(
                headed(label, make.number(sum(kilotonnes), digits), *(_tonnes(make, amount, digits) for amount in kilotonnes[kept]))
            )
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
    rows.append(headed(words.say("discount factor"), Cell(""), *factors))
    line(words.say("present value, after tax"), report["present_values"]["after_tax"], "sum")
    _equity(report, shield, words, line)
    line(words.say("equity flow"), flows["equity"], "sum")
    caption = words.say(
        "Production and cash flow by year, nominal million {currency}; costs, capital and charges are negative", currency=report["currency"]
    )
    header = (words.say("year"), words.say("total"), *(words.year(year) for year in report["years"][kept]))
    return Table(caption, header, tuple(rows))


def _tonnes(make: Maker, amount: float, digits: int) -> Cell:
    return Cell(NOTHING, "number") if amount == 0.0 else make.number(amount, digits)


def _span(report: dict[str, Any]) -> tuple[int, int]:
    """First and last year in which anything happens."""
    busy = [t for t in range(len(report["years"])) if any(line["amount"][t] for line in report["lines"])]
    return (busy[0], busy[-1]) if busy else (0, len(report["years"]) - 1)


def _bearing(report: dict[str, Any]) -> dict[str, list[float]]:
    """Signed sums of entries by name, in the order of `BEARING`."""
    found: dict[str, list[float]] = {}
    for name, side in BEARING.items():
        for line in report["lines"]:
            if line["name"].partition(":")[0] == name:
                row = found.setdefault(line["name"], [0.0] * len(report["years"]))
                for t, amount in enumerate(line["amount"]):
                    row[t] += side * amount
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
    for name, side in LENDING.items():
        amounts = [side * sum(line["amount"][t] for line in report["lines"] if line["name"] == name) for t in range(len(report["years"]))]
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
    make, report = Maker(words), study.report
    take, base = report["government_take"], report["npv"]["pre_fiscal"]
    rows: list[Row] = []

    def line(name: str, state: str, npv: float, total: float, kind: str = "") -> None:
        shared = (make.percent(npv / base),) if base > 0 else ()
        rows.append(headed(name, Cell(state), make.money(npv), make.money(total), *shared, kind=kind))

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
    make = Maker(words)
    rows = tuple(headed(state, make.percent(one["at_0"]), make.percent(one["at_rate"])) for state, one in study.report["aetr"].items())
    header = (
        words.say("state"),
        words.say("at 0 %"),
        words.say("at {rate}", rate=words.percent(study.report["discount"]["rate"])),
    )
    return Table(words.say("AETR: PV of payments to a state, over PV of the pre-fiscal flow (none if that is not positive)"), header, rows)


def parties(study: Study, words: Words) -> Table:
    """Who gets what."""
    make, report = Maker(words), study.report
    rows = tuple(
        headed(words.name(name), make.money(one["npv"]), make.money(one["total"]), Cell(rate(one["irr"], words), "number"))
        for name, one in sorted(report["parties"].items(), key=lambda one: -one[1]["npv"])
    )
    header = (words.say("party"), words.say("NPV"), words.say("total, nominal"), words.say("IRR"))
    return Table(words.say("Who gets what, all entries of the money book, million {currency}", currency=report["currency"]), header, rows)


# --- what if -------------------------------------------------------------------------------------------------------------------


def tornado(study: Study, words: Words) -> Table:
    """After-tax NPV at the low and the high of each number."""
    make, report, base = Maker(words), study.report, study.ranges["after_tax"]
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
    make, found = Maker(words), study.ranges["two_way"]
    caption = words.say(
        "After-tax NPV by all prices (down) and initial capital (across), each times a factor, million {currency}",
        currency=study.report["currency"],
    )
    rows = tuple(
        headed(words.percent(price, 0), *(make.money(value) for value in values), kind="sum" if price == 1.0 else "")
        for price, values in zip(found["price_factors"], found["npv"], strict=True)
    )
    header = (words.say("prices"), *(words.percent(capital, 0) for capital in found["capital_factors"]))
    return Table(caption, header, rows)


def breakevens(study: Study, words: Words) -> Table:
    """What would have to be true for an after-tax NPV of zero, each alone."""
    make, found, currency = Maker(words), study.report["breakeven"], study.report["currency"]
    rows = [headed(words.say("all prices times"), make.number(found["basket"], 3), Cell(""))]
    priced = {label: sale for site in study.project.file.site for label, sale in site.market.items()}
    for label, sale in priced.items():
        if sale.price is None:
            rows.append(headed(words.say("prices of {product} times", product=label), make.number(found.get(label), 3), Cell("")))
        else:
            rows.append(
                headed(words.say("price of {product}", product=label), make.number(found.get(label)), Cell(words.unit(f"{currency}/t")))
            )
    if found["grade_of"] is not None:
        rows.append(headed(words.say("all grades times"), make.number(found["grade_factor"], 3), Cell("")))
        rows.append(headed(words.say("grade"), make.percent(found["grade"], 3), Cell(words.name(found["grade_of"]))))
    header = (words.say("what alone changes"), words.say("breakeven"), words.say("unit or kind"))
    return Table(words.say("At which after-tax NPV is zero, all else as stated"), header, tuple(rows))


def transfer(study: Study, words: Words) -> Table | None:
    """What ten per cent on every transfer price does, or None where there are none."""
    found = study.report["transfer_price"]
    if found is None:
        return None
    make = Maker(words)
    states = list(found["plus_10_percent"]["by_state"])
    rows = tuple(
        headed(
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
    make = Maker(words)
    rows = tuple(
        headed(
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
