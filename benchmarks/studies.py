"""From a published summary to a project file, by one convention for all.

A public summary of a technical study prints a yearly production and a price (or a revenue), an operating cost, a capital cost, a life, a
discount rate and a result. It hardly ever prints when what is spent. What summaries leave out is filled in here the same way for every
study, whatever its published result:

1. Valuation on the day construction starts (1 January after the study); nothing before it counts.
2. Construction takes 2 years with equal spending, unless the study states its years.
3. Yearly figures are averages over the life: full rate from the first day of operation, no ramp-up of its own.
4. A flow falls in the middle of its year.
5. Money is real and stays so: no inflation, the discount rate as printed, also where the study calls it nominal.
6. Sustaining capital, closure and working capital only where the study prints an amount: sustaining spread with production, closure spent
   in the year after the last production, working capital bound at the start of sales and released at their end.
7. An all-in sustaining cost, taken as the operating cost, holds sustaining capital, closure and royalties: they are not added again.
   An operating cost or revenue found through EBITDA holds royalties: they are not added again.
8. One company owns the whole, without debt; worth after tax is before withholding.
9. Charges whose base the summary does not give (a share of mining in cost, a value at the mine head) are left out, and the file says so.

Amounts: where production and price, or a revenue, or a cost per unit is printed, it is used with the printed unit. Where several printed
figures could give the same amount, the one nearest to the reading of the case file (``simple_model``: made by a person who read the
text) is used, if it is within 2 %; else that reading, marked as derived. Published results are never read for any input, but the EBITDA
of a study may be, where revenue or cost is printed in no other way.

    python benchmarks/studies.py studies.yaml projects/studies
"""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from printed import NUMBER, SPELT, TONNES, Study, amount, at_rate, number, rate_of, read

from kenes.errors import Fault, InputError

__all__ = ["Convention", "entries", "to_toml", "write"]

KNOWN = Path(__file__).with_name("studies.toml")


@dataclass(frozen=True, slots=True)
class Convention:
    """What summaries leave out; one for all studies of a run.

    timing : where in its year a flow falls; building : years of construction where the study states none
    """

    timing: str = "mid"
    building: float = 2.0


@cache
def known() -> dict[str, Any]:
    """Ranges, spreads, country codes and regimes (studies.toml)."""
    return tomllib.loads(KNOWN.read_text(encoding="utf-8"))


# --- reading a case file -------------------------------------------------------------------------------------------------------


def entries(path: Path) -> list[dict[str, Any]]:
    """The studies of a YAML file, complete or not. Raises InputError where it is no list of studies."""
    import yaml

    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(Fault(str(path), " ".join(str(error).split())[:160], "a YAML file of studies")) from None
    if isinstance(raw, dict):
        lists = [value for value in raw.values() if isinstance(value, list)]
        raw = lists[0] if len(lists) == 1 else [raw]
    if not isinstance(raw, list) or not raw:
        raise InputError(Fault(str(path), type(raw).__name__, "a list of studies"))
    for n, entry in enumerate(raw):
        for key in ("id", "inputs", "outputs"):
            if not isinstance(entry, dict) or key not in entry:
                name = entry.get("id", n) if isinstance(entry, dict) else n
                raise InputError(Fault(f"{path}  entry {name}", f"no {key}", "a study with id, inputs and outputs"))
        if not isinstance(entry["inputs"], dict) or not isinstance(entry["outputs"], dict):
            raise InputError(Fault(f"{path}  entry {entry['id']}", "inputs or outputs that are no tables", "tables"))
    return raw


# --- writing a project file ----------------------------------------------------------------------------------------------------


def plain(value: float, digits: int = 10) -> str:
    """A number without an exponent or idle zeros."""
    text = f"{value:.{digits}g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") if "e" in text else text


def quoted(text: str) -> str:
    """A TOML string."""
    kept = " ".join(str(text).split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{kept}"'


def inline(value: Any) -> str:
    """Any value as TOML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return quoted(value)


def section(path: str, item: Mapping[str, Any]) -> list[str]:
    """A number as a table of its own, one key a line."""
    return ["", f"[{path}]", *(f"{key} = {inline(value)}" for key, value in item.items())]


def stated(value: Any, *, derived: str = "", **more: Any) -> dict[str, Any]:
    """A number of the study: with its source, or assumed and why."""
    key = "by_operating_year" if isinstance(value, list) else "assumed" if derived else "value"
    head: dict[str, Any] = {key: value}
    if derived and key == "by_operating_year":
        return {**head, "why": derived, **more}
    return {**head, **({"why": derived} if derived else {"source": "study"}), **more}


def schedule(values: tuple[float, ...], lengths: list[float], unit: str) -> str | list[str]:
    """One value, or one for each operating year (a year in two phases: their mean by time)."""
    if len(values) == 1 or len(lengths) < 2:
        return f"{plain(values[0])} {unit}"
    ends, total = [], 0.0
    for length in lengths:
        total += length
        ends.append(total)
    found, begin = [], [0.0, *ends[:-1]]
    for year in range(math.ceil(ends[-2]) + 1):
        parts = [(min(end, year + 1.0) - max(start, float(year)), value) for start, end, value in zip(begin, ends, values, strict=True)]
        parts = [(max(part, 0.0), value) for part, value in parts]
        whole = sum(part for part, _ in parts)
        found.append(f"{plain(sum(part * value for part, value in parts) / whole)} {unit}")
    return found[0] if len(set(found)) == 1 else found


def spread_over(years: float) -> list[str]:
    """Equal spending over years, the last one pro rata; sums to 100 %."""
    count = math.ceil(years - 1e-9)
    parts = [min(1.0, years - n) / years for n in range(count)]
    return [f"{plain(part * 100, 12)} %" for part in parts]


def accuracy(study_type: str) -> tuple[float, float, str]:
    """How far estimates of this class of study were off: low and high as factors, and the class."""
    table = known()["accuracy"]
    if re.search(r"\b(PFS|pre-?feasib)", study_type, re.I):
        kind = "prefeasibility"
    elif re.search(r"\b(D?FS|BFS|FEED|feasib)", study_type, re.I):
        kind = "feasibility"
    else:
        kind = "scoping"
    low, high = table[kind]
    return low, high, kind


def price_spread(commodity: str) -> tuple[float, str]:
    """Yearly log standard deviation of the price, and whose it is."""
    table = known()["spread"]
    words = f"{commodity.lower()},"
    for row in table["row"]:
        if any(re.search(rf"\b{re.escape(word)}", words) for word in row["words"]):
            return row["sigma"], f"{row['series']} (sources.prices)"
    return table["otherwise"], str(table["otherwise_why"])


def category(entry: Mapping[str, Any]) -> str:
    """Reporting category of what is mined: reserves in a (pre-)feasibility study, resources in anything earlier."""
    if accuracy(str(entry.get("study_type")))[2] != "scoping":
        return "probable"
    return "inferred" if "inferred" in str(entry["inputs"].get("ore_mt")) else "indicated"


def to_toml(entry: Mapping[str, Any], convention: Convention = Convention()) -> str:
    """The project file of one study.

    Raises NotComputable where the study lacks an amount that a worth cannot do without.
    """
    study = read(entry)
    assert study.cost is not None
    dated = re.search(r"\d{4}", str(entry.get("date")))
    year = int(dated[0]) if dated else 2000
    place = str(entry.get("country") or "")
    name = re.sub(r"\s*\(.*", "", place)
    country = known()["country"].get(name, "ZZZ")
    regime_key = known()["case"].get(entry["id"])
    regime = known()["regime"].get(regime_key) if regime_key else None
    head, site = _head(study, convention, year, place, country), _site(study, convention, country)
    if not dated:
        head.insert(1, "# Its date is not printed: 2000 stands for it; with constant money no amount depends on it.")
    rows = [*head, *site, *_regime(study, regime, place), *_tail(study, country)]
    return "\n".join(rows).rstrip() + "\n"


def _head(study: Study, convention: Convention, year: int, place: str, country: str) -> list[str]:
    entry = study.entry
    who = f"{entry.get('company') or entry.get('project')}"
    addresses = [str(source) for source in entry.get("sources") or ()]
    title = f"{who}, {entry.get('project')}: {entry.get('study_type')}, {entry.get('date')}"
    rows = [
        f"# {entry.get('project')}, {place}: {entry.get('study_type')} of {who}, {entry.get('date')}.",
        f"# {str(entry.get('commodity')).capitalize()}.",
        "#",
        "# A published study, rebuilt from what its public summary prints. What summaries leave out follows one convention for all studies",
        "# (docs/replication.md), never the published result, which stands in [published] and is not read by the engine.",
    ]
    if entry.get("notes"):
        rows.append(f"# Note of the case file: {' '.join(str(entry['notes']).split())}.")
    if study.inputs.get("other"):
        rows.append(f"# Also printed: {' '.join(str(study.inputs['other']).split())}.")
    if country == "ZZZ":
        rows.append(f"# No code on file for {place}: ZZZ stands for it.")
    rows += [
        "",
        "[project]",
        f"name = {quoted(str(entry.get('project')))}",
        f"description = {quoted(f'replication of {title}')}",
        f"valuation_date = {year + 1}-01-01            # construction starts",
        f'money = "real {year} {study.currency}"',
        'inflation = {assumed = "0 %", why = "real money throughout: summaries are in constant money"}',
        f'discount.rate = {{value = "{plain(study.rate * 100)} %", source = "study", quote = {quoted(study.rate_quote)}}}',
        f'discount.timing = "{convention.timing}"',
    ]
    rows += [f"sources.accuracy = {quoted(known()['accuracy']['source'])}", f"sources.prices = {quoted(known()['spread']['source'])}"]
    for n, address in enumerate(addresses):
        rows.append(f"sources.study{'' if n == 0 else f'_{n + 1}'} = {quoted(f'{title}: {address}' if n == 0 else address)}")
    if not addresses:
        rows.append(f"sources.study = {quoted(title)}")
    return rows


def _site(study: Study, convention: Convention, country: str) -> list[str]:
    entry, inputs, model, cost = study.entry, study.inputs, study.model, study.cost
    assert cost is not None
    code, product = study.currency, re.sub(r"[^A-Za-z0-9_]", "_", study.product)
    low, high, kind = accuracy(str(entry.get("study_type")))
    percents = f"{plain(low * 100)} and {plain(high * 100)} %"
    ranged = f"low and high: {percents}, what {kind} studies achieved (sources.accuracy), taken as P10 and P90"
    lengths = [float(phase[0]) for phase in model.get("phases") or ()] or [study.life]
    years = number(inputs.get("construction_years"))
    building = years or convention.building
    rows = [
        "", "[[site]]", 'name = "mine"', f'country = "{country}"', f"entity = {quoted(_company(entry))}",
        "", "[site.production]",
        f"life = {inline(stated(f'{plain(study.life)} years', **({'note': study.life_note} if study.life_note else {})))}",
        f'category = "{category(entry)}"',
        'ramp_up = {assumed = "100 %", why = "printed yearly figures are averages over the life, which hold the ramp-up already"}',
    ]  # fmt: skip
    if study.ore is not None:
        rows.append(f"ore = {inline(stated(f'{plain(study.ore[0])} t/y', quote=study.ore[1]))}")
    unit = SPELT.get(study.count_unit, study.count_unit)
    count = schedule(study.counts, lengths, f"{unit}/y")
    first = study.counts[0]
    lowest, highest = (f"{plain(factor * first)} {unit}/y" for factor in (0.9, 1.1))
    more: dict[str, Any] = {"low": lowest, "high": highest, "bounds": "P10/P90", "shape": "triangular", "of": "product"}
    note = "low and high: 10 % either side, a choice (no sourced range of output over a life was found)"
    derived = study.count_note if study.count_derived else ""
    quote = {} if derived or not study.count_note else {"quote": study.count_note}
    rows += ["", f"[site.production.product.{product}]", 'form = "product"']
    rows += section(f"site.production.product.{product}.rate", stated(count, derived=derived, **quote, **more, note=note))
    sigma, series = price_spread(str(entry.get("commodity")))
    factor = math.exp(1.2816 * sigma)
    priced = SPELT.get(study.price_unit, study.price_unit)
    price = stated(
        f"{plain(study.price)} {code}/{priced}", derived=study.price_note if study.price_derived else "",
        low=f"{plain(study.price / factor, 6)} {code}/{priced}", high=f"{plain(study.price * factor, 6)} {code}/{priced}", bounds="P10/P90",
        shape="lognormal", of="product",
        **({} if study.price_derived else {"quote": study.price_note}),
        note=f"low and high: yearly log standard deviation {sigma:g}, {series}",
    )  # fmt: skip
    rows += ["", f"[site.market.{product}]", 'buyer = "buyers"', *section(f"site.market.{product}.price", price)]
    if cost.per is None:
        amounts: Any = schedule(cost.values, lengths, f"M{code}/y")
        first, spelt = cost.values[0], f"M{code}/y"
        per = []
    else:
        amounts, first, spelt = f"{plain(cost.values[0])} {code}/{cost.unit}", cost.values[0], f"{code}/{cost.unit}"
        per = [f'per = "{cost.per}"'] + ([f'product = "{product}"'] if cost.per == "product" else [])
    item = stated(
        amounts, derived=cost.derived, **({} if cost.derived else {"quote": cost.quote}), low=f"{plain(low * first)} {spelt}",
        high=f"{plain(high * first)} {spelt}", bounds="P10/P90", shape="triangular", note=ranged,
    )  # fmt: skip
    rows += ["", "[site.cost.operating.all]", *per, 'stage = "general"', *section("site.cost.operating.all.cost", item)]
    capital = stated(
        f"{plain(study.capital)} M{code}", **({"quote": study.capital_note} if study.capital_note else {}),
        low=f"{plain(low * study.capital)} M{code}",
        high=f"{plain(high * study.capital)} M{code}", bounds="P10/P90", shape="triangular", note=ranged,
    )  # fmt: skip
    shares = spread_over(building)
    why = "" if years else f"construction years are not printed: {plain(convention.building)} years, equal spending, as for every study"
    parent = {"source": "study", "quote": f"construction_years {plain(building)}"} if years else {"why": why}
    spent: dict[str, Any] = {"by_operating_year": shares, **parent, **({"note": "equal spending"} if years else {})}
    if len(shares) == 1:
        spent = {"value" if years else "assumed": "100 %", **parent}
    rows += ["", "[site.cost.capital.initial]", f"spread = {inline(spent)}", *section("site.cost.capital.initial.cost", capital)]
    later = _later_capital(study, lengths)
    return [*rows, "", "[site.cost]", *later] if later else rows


def _later_capital(study: Study, lengths: list[float]) -> list[str]:
    """Expansion, sustaining capital, closure and working capital, each only where it is printed."""
    inputs, model, code, cost = study.inputs, study.model, study.currency, study.cost
    assert cost is not None
    rows: list[str] = []
    expansion = amount(inputs.get("expansion_capex"))
    if expansion:
        read_as = model.get("exp") or []
        when = int(read_as[0][0]) if len(read_as) == 1 else max(round(lengths[0]), 1) if len(lengths) > 1 else 1
        because = "before output rises (case file)" if read_as else "assumed: no year is printed"
        spread = {"by_operating_year": ["0 %"] * (when - 1) + ["100 %"], "why": f"spent in operating year {when}, {because}"}
        if when == 1:
            spread = {"assumed": "100 %", "why": spread["why"]}
        item = stated(f"{plain(expansion)} M{code}")
        rows.append(f'capital.expansion = {{cost = {inline(item)}, clock = "operation", spread = {inline(spread)}}}')
    given = inputs.get("sustaining_capex")
    per_tonne = re.match(rf"\s*({NUMBER})\s*(?:/|per )\s*t\b", str(given)) if isinstance(given, str) else None
    if given is not None and cost.all_in:
        rows.append(f"# sustaining capital {given}: already in the all-in sustaining cost")
    elif per_tonne and study.ore is not None:
        rows.append(f'sustaining.all = {{cost = {inline(stated(f"{per_tonne[1]} {code}/t", quote=str(given)))}, per = "ore"}}')
    elif given is not None or model.get("sust"):
        value = amount(given)
        whole = value if value is not None else number(model.get("sust"))
        if whole:
            derived = "" if value is not None else f"printed: {given}; sum over the life as read by the case file"
            item = stated(f"{plain(whole)} M{code}", derived=derived, **({} if derived else {"quote": str(given)}))
            rows.append(f'sustaining.all = {{cost = {inline(item)}, per = "life"}}')
    closure = amount(inputs.get("closure"))
    if closure and cost.all_in:
        rows.append(f"# closure {plain(closure)}: already in the all-in sustaining cost")
    elif closure:
        rows.append(
            f'closure = {{cost = {inline(stated(f"{plain(closure)} M{code}"))}, years = {{assumed = "1 year", why = '
            '"spent in the year after the last production, as for every study"}, funded = {assumed = "0 %", why = "no fund is printed"}}'
        )
    bound = re.search(rf"working capital (?:of )?({NUMBER})", str(inputs.get("other") or ""), re.I)
    if bound:
        sales = study.counts[0] * TONNES[study.count_unit] * study.price / TONNES[study.price_unit] / 1e6
        days = float(bound[1].replace(",", "")) / sales * 365
        rows += [
            f'working_capital.receivable = {{assumed = "{plain(days, 6)} days", why = "working capital of {bound[1]} M {code} is printed: '
            f'days of sales of the first year ({sales:.6g} M) that bind as much"}}',
            'working_capital.inventory = {assumed = "0 days", why = "the printed sum is counted once, as receivables"}',
            'working_capital.payable = {assumed = "0 days", why = "the printed sum is counted once, as receivables"}',
        ]
    return rows


def _regime(study: Study, regime: Mapping[str, Any] | None, place: str) -> list[str]:
    """The law of the study's day, without the royalties that its operating cost holds already."""
    cost = study.cost
    assert cost is not None
    rows = ["", "[site.regime]"]
    if regime is None:
        title = quoted(f"{place}: not on file")
        return [*rows, f"title = {title}", 'why = "not computed: the regime of this study is not on file, and none is guessed"']
    rows.append(f"title = {quoted(regime['title'])}")
    if not regime.get("charge"):
        return [*rows, f"why = {quoted('not computed: ' + regime['why'])}"]
    rows += [f"# Left out. {text}" for text in regime.get("left_out") or ()]
    inside = cost.all_in or cost.through_ebitda or study.through_ebitda
    for label, charge in regime["charge"].items():
        if inside and label in regime.get("royalties", ()):
            reason = "an all-in sustaining cost" if cost.all_in else "derived from EBITDA or operating cash flow"
            rows.append(f"# Left out. {label}: the operating cost or revenue is {reason} and holds it; once is enough.")
            continue
        rows += ["", f"[site.regime.charge.{label}]"]
        for key, value in charge.items():
            if key == "pool":
                rows += [f"pool.{pool} = {inline(terms)}" for pool, terms in value.items()]
            else:
                rows.append(f"{key} = {inline(value)}")
    return rows


def _company(entry: Mapping[str, Any]) -> str:
    return str(entry.get("company") or entry.get("project")).replace(".", "").replace("=", "")


def _tail(study: Study, country: str) -> list[str]:
    """The company that owns everything, and what the study printed."""
    entry, outputs = study.entry, study.entry["outputs"]
    rows = [
        "", "[[entity]]", f"name = {quoted(_company(entry))}", f'country = "{country}"', 'surplus = "repay"',
        f'owner.shareholders = {{share = {{assumed = "100 %", why = "the whole project, whoever owns it"}}, country = "{country}"}}',
        "", "[published]                            # printed by the study; never read by the engine",
        f'unit = "M {study.currency}"', 'source = "study"', f"rate = {plain(study.rate)}",
    ]  # fmt: skip
    remarks: list[str] = []
    for key in ("npv_pretax", "npv_posttax", "npv_basis_unstated"):
        value, remark = at_rate(outputs.get(key), study.rate)
        if value is not None:
            rows.append(f"{key} = {plain(value)}")
        if remark:
            remarks.append(f"{key} {remark}")
    for key in ("irr_pretax", "irr_posttax", "irr_basis_unstated"):
        value = rate_of(outputs.get(key)) if isinstance(outputs.get(key), str) else number(outputs.get(key))
        if value is not None:
            rows.append(f"{key} = {plain(value)}")
    if outputs.get("payback_years") is not None:
        payback = outputs["payback_years"]
        rows.append(f"payback_years = {inline(payback)}")
    if remarks:
        rows.append(f"remarks = {quoted('; '.join(remarks))}")
    return rows


def write(source: Path, folder: Path, convention: Convention = Convention()) -> list[Path]:
    """Project files of all complete studies of a YAML file."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for entry in entries(source):
        if entry.get("completeness") == "full":
            target = folder / f"{entry['id']}.toml"
            target.write_text(to_toml(entry, convention), encoding="utf-8")
            written.append(target)
    return written


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path)
