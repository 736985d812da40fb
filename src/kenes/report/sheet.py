"""The page as a workbook that recalculates: the `sheet` machine.

Every number of the file is a cell, every line of the page a row with one formula for all years, every entry of both books a row beside its
checks. The formulas are written from the traced page, so the workbook cannot disagree with the engine: nothing is said twice.
"""

from __future__ import annotations

import io

from kenes.report.parents import parents
from kenes.report.reading import Reading, reading
from kenes.report.sheet_books import Checks, write_mass, write_money
from kenes.report.sheet_cells import Paper
from kenes.report.sheet_model import write_model
from kenes.report.sheet_notes import write_changes, write_contents, write_method, write_sensitivities
from kenes.report.sheet_results import write_chart, write_flow, write_results
from kenes.report.study import Study
from kenes.report.words import Words, mark

__all__ = ["workbook"]


def workbook(study: Study, words: Words, *, read: Reading | None = None, cached: bool = True) -> bytes:
    """The workbook of a study.

    read   : the traced page, where it was read before
    cached : whether each formula carries the value that it has at the values of the file; without, only a recalculation shows numbers
    """
    from xlsxwriter import Workbook

    project, report = study.project, study.report
    page = read if read is not None else reading(study)
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    head = project.file.project
    book.set_properties({"title": head.name, "comments": f"kenes {report['kenes']}, project {report['born']['project']}"})
    book.set_calc_mode("auto")
    paper = Paper(book, words, page.program.oldest + 1, page.traced.years, head.currency, cached)
    has_mass = any(key[0] == "mass" for key in page.program.outputs)
    paper.prepare({key: words.say(title) for key, title in TITLES.items() if key != "mass" or has_mass})
    contents = paper.sheet("contents", (46, 90))
    model = write_model(paper, page, parents(project, study.result.run.plan))
    checks = Checks()
    money, entries, net = write_money(model, checks, [entity.name for entity in project.file.entity])
    write_mass(model, checks)
    flow = write_flow(model, money, entries)
    write_results(model, flow, checks, (money, net), report)
    write_sensitivities(paper, study)
    write_method(paper, study)
    write_changes(paper, study)
    write_contents(contents, study)
    write_chart(contents, flow)
    for key, colour in COLOURS.items():
        paper.sheets[key].page.set_tab_color(colour)
    contents.page.activate()
    book.close()
    return made.getvalue()


TITLES = {
    "contents": mark("Contents"),
    "results": mark("Results"),
    "inputs": mark("Inputs"),
    "yearly": mark("Inputs by year"),
    "flow": mark("Cash flow"),
    "money": mark("Money"),
    "mass": mark("Mass"),
    "workings": mark("Workings"),
    "balances": mark("Balances"),
    "rates": mark("Search of rates"),
    "sensitivities": mark("Sensitivities"),
    "method": mark("Method and notes"),
    "changes": mark("Changes"),
}
"""Sheets in the order of a reader: what it is, what it comes to, from what, how."""

COLOURS = {"inputs": "#FFD966", "yearly": "#FFD966", "results": "#93C47D", "flow": "#93C47D", "workings": "#B7B7B7", "balances": "#B7B7B7"}
