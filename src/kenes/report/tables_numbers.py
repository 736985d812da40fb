"""What is drawn and who says so as tables: how the lives spread, what matters in them, every number with its parent, the law."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kenes.report.cells import Cell, Maker, Row, Table, headed, plainly
from kenes.report.parents import Parent
from kenes.report.words import Words, mark

__all__ = ["distributions", "laws", "numbers", "probability", "sensitivities"]

QUANTILES = ("p10", "p50", "p90", "mean", "se")


def _spread(caption: str, first: str, found: Iterable[tuple[str, dict[str, Any]]], words: Words) -> Table:
    make = Maker(words)
    rows = tuple(headed(name, *(make.money(one[key]) for key in QUANTILES), make.percent(one["prob_negative"])) for name, one in found)
    header = (first, "P10", "P50", "P90", words.say("mean"), words.say("standard error"), words.say("share below zero"))
    return Table(caption, header, rows)


def probability(simulation: dict[str, Any], words: Words) -> list[Table]:
    """Quantiles of worth, rates of return, parties; the outside view, permits and policy where there are any."""
    currency = simulation["currency"]

    def caption(text: str) -> str:
        return words.say("{what}, million {currency}, {draws} draws", what=text, currency=currency, draws=words.number(simulation["draws"]))

    make, level, party = Maker(words), words.say("level"), words.say("party")
    tables = [_spread(caption(words.say("NPV")), level, ((words.name(key), one) for key, one in simulation["npv"].items()), words)]
    rows = tuple(
        headed(
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
    make = Maker(words)
    aversion = words.figure(policy["risk_aversion"]["per_million"])
    rows = (
        headed(
            words.say("level effect: today's law held for certain, less the expected path"),
            make.money(policy["level_effect"]),
            make.money(policy["level_effect_se"]),
        ),
        headed(
            words.say("spread effect: the expected path, less the mean over the paths"),
            make.money(policy["spread_effect"]),
            make.money(policy["spread_effect_se"]),
        ),
        headed(
            words.say("certainty equivalent at risk aversion {aversion} per million", aversion=aversion),
            make.money(policy["certainty_equivalent"]),
            Cell(""),
        ),
    )
    header = (words.say("part"), words.say("after-tax NPV"), words.say("standard error"))
    return Table(words.say("Price of unpredictability, million {currency}", currency=currency), header, rows)


def sensitivities(simulation: dict[str, Any], words: Words) -> Table | None:
    """What matters in the lives: swing, gradient, Sobol indices, rank correlation; None where nothing was drawn."""
    make, found = Maker(words), simulation["sensitivity"]
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
    make = Maker(words)
    rows = tuple(
        Row(
            (
                Cell(path, "code"),
                Cell(words.note(one["distribution"]), "long"),
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
                    Cell(words.unit(_scale(one)[1])),
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


STATED = re.compile(r"\s*([-+]?[0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)\s*(.*)")
"""A number as a file states it, and its unit."""


def _scale(one: Parent) -> tuple[float, str]:
    """How many of the unit that the file states make one of the formulas', and that unit; 1 and the formulas' where it cannot be told."""
    kind = one.unit.partition(" of ")[2]
    of = f" of {kind}" if kind else ""
    found = STATED.fullmatch(one.stated)
    if found is None or not one.amount or not float(found[1]) or not found[2]:
        return 1.0, "" if one.unit == "1" else one.unit
    return float(found[1]) / one.amount, found[2] + of


def _span_of(one: Parent, words: Words) -> str:
    """Low and high of a number, in the unit in which it is stated."""
    if one.low is None or one.high is None:
        return ""
    factor, _ = _scale(one)
    return f"{plainly(factor * one.low, words)} – {plainly(factor * one.high, words)}"


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
