"""Published studies beside the same studies computed.

    python benchmarks/replicate.py projects/studies

Every project file (TOML, with a table ``[published]``) of the folder is appraised; a case file (YAML) is converted on the fly, by the
convention at the top of studies.py. Published and computed worths are printed beside each other, then the median absolute errors. The
last line is for machines. A faulty file prints its faults and ends with exit code 2.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from printed import NotComputable
from rich.console import Console
from rich.table import Table
from studies import Convention, entries, to_toml

import kenes
from kenes.appraise import appraise
from kenes.errors import Fault, InputError
from kenes.facts import quantities, read_toml
from kenes.project import Project, load, parse

SAME = {
    "npv_pretax": ("npv_pretax", "npv_pre_tax"), "npv_posttax": ("npv_posttax", "npv_after_tax", "npv_post_tax"),
    "npv_unstated": ("npv_basis_unstated", "npv_unstated", "npv"), "irr_pretax": ("irr_pretax", "irr_pre_tax"),
    "irr_posttax": ("irr_posttax", "irr_after_tax", "irr_post_tax"), "irr_unstated": ("irr_basis_unstated", "irr_unstated", "irr"),
}  # fmt: skip
LEVEL = {"pretax": "pre_tax", "posttax": "after_tax"}


@dataclass(slots=True)
class Case:
    """One study: what it printed, what was computed (None: not computed), and why not."""

    name: str
    unit: str = ""
    scale: float = 1e6
    published: dict[str, float] = field(default_factory=dict)
    payback: str = ""
    computed: dict[str, float | None] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    assumptions: str = ""
    why_not: str = ""
    books: tuple[float, float] = (0.0, 0.0)

    def error(self, key: str) -> float | None:
        """Relative error of an NPV, difference of an IRR; None where either is missing."""
        said, found = self.published.get(key), self.computed.get(key)
        if said is None or found is None:
            return None
        if key.startswith("irr"):
            return found - said
        return found / said - 1 if said else None


def cases(folder: Path, convention: Convention) -> Iterator[Case]:
    """Every study of a folder (or of one file), by name of file, in the order of a case file."""
    if not folder.exists():
        raise InputError(Fault(str(folder), "nothing", "a folder of project files (TOML) or case files (YAML)"))
    files = [folder] if folder.is_file() else sorted(path for path in folder.iterdir() if path.suffix in (".toml", ".yaml", ".yml"))
    if not files:
        raise InputError(Fault(str(folder), "no .toml and no .yaml file", "a folder of project files (TOML) or case files (YAML)"))
    faults: list[Fault] = []
    for path in files:
        try:
            yield from _file(path, convention)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(*faults)


def _file(path: Path, convention: Convention) -> Iterator[Case]:
    if path.suffix == ".toml":
        published = read_toml(path)[0].get("published")
        if not isinstance(published, dict):
            wanted = "[published] with what the study printed: npv_pretax, npv_posttax, irr_pretax, ..."
            raise InputError(Fault(str(path), "no [published]", wanted))
        yield _appraise(load(path), path.stem)
        return
    for entry in entries(path):
        if entry.get("completeness", "full") != "full":
            continue
        name = str(entry["id"])
        try:
            text = to_toml(entry, convention)
        except NotComputable as lacking:
            yield _printed(Case(name, why_not=f"not computed: {lacking}"), entry["outputs"])
            continue
        except (TypeError, ValueError, KeyError, AttributeError, ZeroDivisionError) as error:
            yield _printed(Case(name, why_not=f"not computed: cannot be read ({type(error).__name__}: {error})"), entry["outputs"])
            continue
        try:
            yield _appraise(parse(tomllib.loads(text), text, f"{path}: {name}"), name)
        except InputError as error:
            fault = error.faults[0]
            yield _printed(Case(name, why_not=f"not computed: got {fault.got}, wanted {fault.wanted}"), entry["outputs"])


def _number(given: Any, unit: float) -> float | None:
    """A published number: plain, or text such as "1410 MUSD" or "24 %"."""
    if isinstance(given, Mapping):
        given = given.get("value")
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, (int, float)):
        return float(given) if math.isfinite(given) else None
    found = re.match(r"\s*(-?[\d,]+(?:\.\d+)?)\s*(%)?\s*([A-Za-z]*)", str(given))
    if found is None:
        return None
    value = float(found[1].replace(",", "")) / (100 if found[2] else 1)
    prefix = {"M": 1e6, "k": 1e3, "B": 1e9}
    known = re.fullmatch(r"([MkB]?)[A-Z]{3}", found[3])
    return value * prefix.get(known[1], 1.0) / unit if known else value


def _printed(case: Case, published: Mapping[str, Any]) -> Case:
    """Takes what the study printed into a case."""
    for key, names in SAME.items():
        for name in names:
            value = _number(published.get(name), case.scale)
            if value is not None and key not in case.published:
                case.published[key] = value
    case.payback = str(published.get("payback_years") or "")
    return case


def _appraise(project: Project, name: str) -> Case:
    """One project, computed."""
    result = appraise(project)
    report = result.report
    published = project.file.published
    unit = str(published.get("unit", "M"))
    scale = 1.0 if re.fullmatch(r"[A-Z]{3}", unit.strip()) else {"k": 1e3, "b": 1e9, "bn": 1e9}.get(unit.split()[0].lower().strip(), 1e6)
    case = _printed(Case(name, unit=report["currency"], scale=scale), published)
    taxed = any(site.regime is None or site.regime.charge for site in project.file.site)
    first = float(min(site.ready for site in result.run.plan.page.sites.values()))
    for basis, level in LEVEL.items():
        done = basis == "pretax" or taxed
        case.computed[f"npv_{basis}"] = report["npv"][level] / scale if done else None
        rates = report["irr"][level]
        case.computed[f"irr_{basis}"] = rates[0] if done and len(rates) == 1 else None
        if done and len(rates) > 1:
            case.several.add(f"irr_{basis}")
        case.computed[f"payback_{basis}"] = kenes.payback(report["levels"][level], start=first) if done else None
    if not taxed:
        reasons = [(site.regime.why or "").removeprefix("not computed: ") for site in project.file.site if site.regime]
        case.why_not = "after tax not computed: " + "; ".join(reasons)
    case.books = (report["books"]["money"], report["books"]["mass"])
    case.assumptions = _assumed(project, first)
    return case


def _assumed(project: Project, building: float) -> str:
    """The assumptions that matter, in few words."""
    words = []
    for site in project.file.site:
        costs = site.cost
        spread = next((item.spread for item in costs.capital.values() if item.clock == "construction"), None)
        words.append(f"{building:g} y to build" + ("" if spread is None or spread.source else "*"))
        missing = [
            label
            for label, there in (("sustaining", costs.sustaining), ("closure", costs.closure), ("working capital", costs.working_capital))
            if not there
        ]
        if missing:
            words.append("no " + ", ".join(missing))
        derived = {
            "output": [product.rate for product in site.production.product.values()] if site.production else [],
            "price": [sale.price for sale in site.market.values() if sale.price],
            "opex": [item.cost for item in costs.operating.values()],
        }
        names = [label for label, numbers in derived.items() if any(number.assumed for number in numbers)]
        if names:
            words.append("derived " + ", ".join(names))
    weak = sum(number.confidence == "low" for _, number in quantities(project.file))
    if weak:
        words.append(f"{weak} of low confidence")
    return "; ".join(words)


# --- printing ------------------------------------------------------------------------------------------------------------------


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _beside(case: Case, key: str, show: Any) -> tuple[str, str]:
    """Published and computed, as text."""
    said, found = case.published.get(key), case.computed.get(key)
    return show(said) or "-", "several" if key in case.several else show(found) or "not computed"


def table_of(found: list[Case]) -> Table:
    """Published beside computed."""
    table = Table(title="Published studies, published | computed (NPV in millions of the study's money)", title_justify="left")
    table.add_column("study", no_wrap=True)
    for label in ("NPV pre-tax", "ratio", "NPV after tax", "ratio", "IRR pre-tax", "IRR after tax", "payback pre/after"):
        table.add_column(label, justify="right", no_wrap=True)
    table.add_column("stated assumptions")
    for case in found:
        row = [case.name]
        for key in ("npv_pretax", "npv_posttax"):
            said, got = _beside(case, key, _money)
            error = case.error(key)
            row += [f"{said} | {got}", "" if error is None else f"{error + 1:.2f}"]
        for key in ("irr_pretax", "irr_posttax"):
            row.append(" | ".join(_beside(case, key, _share)))
        paybacks = [case.computed.get(f"payback_{basis}") for basis in LEVEL]
        row.append(f"{case.payback or '-'} | " + "/".join("-" if value is None else f"{value:.1f}" for value in paybacks))
        remark = case.assumptions
        if "npv_unstated" in case.published:
            unstated = case.published["npv_unstated"]
            both = (("pre", case.computed.get("npv_pretax")), ("after", case.computed.get("npv_posttax")))
            against = " and ".join(f"{_money(value)} {word} ({value / unstated:.2f})" for word, value in both if value is not None)
            irr = "" if "irr_unstated" not in case.published else f", IRR {case.published['irr_unstated']:.0%}"
            remark = f"published NPV {_money(unstated)}{irr}, basis unstated: computed {against or 'nothing'}; {remark}"
        row.append("; ".join(text for text in (case.why_not, remark) if text))
        table.add_row(*row)
    return table


def medians(found: list[Case]) -> tuple[list[str], str]:
    """What was left out of the medians, their samples, and the last line."""

    def errors(*keys: str) -> list[float]:
        return [abs(error) for case in found for key in keys if (error := case.error(key)) is not None]

    def median(values: list[float]) -> str:
        return f"{statistics.median(values) * 100:.1f}" if values else "n/a"

    samples = {"pre-tax NPV": errors("npv_pretax"), "after-tax NPV": errors("npv_posttax"), "IRR": errors("irr_pretax", "irr_posttax")}
    lines = ["median absolute errors over " + ", ".join(f"{len(values)} {name} pairs" for name, values in samples.items())]
    unstated = [case.name for case in found if "npv_unstated" in case.published]
    compared = ("npv_pretax", "npv_posttax", "irr_pretax", "irr_posttax")
    skipped = [f"{case.name} {key}" for case in found for key in compared if key in case.published and case.error(key) is None]
    if unstated:
        lines.append(f"basis unstated, shown against both and in no median: {len(unstated)} ({', '.join(unstated)})")
    lines.append(f"published but not computed: {len(skipped)}" + (f" ({', '.join(skipped)})" if skipped else ""))
    last = (
        f"cases {len(found)}  pre-tax NPV {median(samples['pre-tax NPV'])} %  after-tax NPV {median(samples['after-tax NPV'])} %  "
        f"IRR {median(samples['IRR'])} points"
    )
    return lines, last


def markdown(found: list[Case]) -> str:
    """The short table of the README, with the last line below it."""
    rows = ["| study | NPV pre-tax | NPV after tax | IRR pre-tax | IRR after tax |", "|---|---|---|---|---|"]
    for case in found:
        cells = [" / ".join(_beside(case, key, _money)) for key in ("npv_pretax", "npv_posttax")]
        cells += [" / ".join(_beside(case, key, _share)) for key in ("irr_pretax", "irr_posttax")]
        rows.append(f"| {case.name} | " + " | ".join(cells) + " |")
    last = medians(found)[1]
    return "\n".join([*rows, "", f"Published / computed, NPV in millions of the study's money; median absolute errors: {last}."])


def _into(readme: Path, text: str) -> None:
    """Puts a text between the marks of the README."""
    first, last = "<!-- replication begins -->", "<!-- replication ends -->"
    whole = readme.read_text(encoding="utf-8")
    head, _, rest = whole.partition(first)
    _, _, tail = rest.partition(last)
    readme.write_text(f"{head}{first}\n{text}\n{last}{tail}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Reads, appraises, prints; 0, or 2 where a file is faulty."""
    parser = argparse.ArgumentParser(description="Published studies beside the same studies computed.")
    parser.add_argument("folder", nargs="?", default="projects/studies", type=Path, help="of project files (TOML) or case files (YAML)")
    usual = Convention()
    parser.add_argument("--timing", choices=("start", "mid", "end"), default=usual.timing, help="case files: when in its year a flow falls")
    parser.add_argument("--building", type=float, default=usual.building, help="case files: years of construction where none are printed")
    parser.add_argument("--readme", type=Path, help="also write the short table between the marks of this file")
    given = parser.parse_args(arguments)
    try:
        found = list(cases(given.folder, Convention(given.timing, given.building)))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    console = Console(width=max(190, Console().width), highlight=False)
    console.print(table_of(found))
    lines, last = medians(found)
    if given.readme is not None:
        _into(given.readme, markdown(found))
    print("one convention for all: docs/replication.md; * not printed by the study")
    print("payback: from first production; the published one's start and level are mostly unstated")
    money, mass = (max((case.books[k] for case in found), default=0.0) for k in (0, 1))
    print(f"books: largest residual, money {money:.1e}, mass {mass:.1e}")
    print("\n".join(lines))
    print(last)
    return 0


if __name__ == "__main__":
    sys.exit(main())
