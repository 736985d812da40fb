"""What does a name of the program mean? Labels, meanings and units by topic, for tables, workbook, equations and report."""

from __future__ import annotations

from dataclasses import dataclass

from kenes.report.words import mark

__all__ = ["PARTIES", "TERMS", "UNITS", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the program.

    label   : as a table heads it, in English (a message id)
    meaning : one line, in English (a message id), "" where the label says it all
    unit    : "money", "t", "1", "year", "money/t", ..., "" where it has none
    """

    label: str
    meaning: str = ""
    unit: str = ""


LEVELS = {
    "pre_fiscal": Term("pre-fiscal", mark("before every payment to a state"), "money"),
    "pre_tax": Term("pre-tax", mark("before taxes on profit"), "money"),
    "after_tax": Term("after tax", mark("after tax, unlevered"), "money"),
    "equity": Term("equity", mark("equity, after debt and withholding"), "money"),
}

LINES = {
    "sales": Term("sales", mark("what buyers pay for products"), "money"),
    "treatment_and_separation": Term("treatment and separation charges", mark("what the buyer keeps for treating the product"), "money"),
    "tolling": Term("tolling", mark("what a plant is paid for treating a product that stays the seller's"), "money"),
    "freight": Term("freight", mark("carriage of products to the buyer"), "money"),
    "transfer": Term("transfer price", mark("what a site pays another for a product"), "money"),
    "exploration": Term("exploration", mark("spending on exploration"), "money"),
    "permits": Term("permits", mark("spending on permits and studies"), "money"),
    "capital": Term("capital", mark("initial capital cost"), "money"),
    "sustaining_capital": Term("sustaining capital", mark("capital that keeps capacity"), "money"),
    "operating_cost": Term("operating cost", mark("cost of mining, processing and overhead"), "money"),
    "residue_handling": Term("residue handling", mark("storage of tailings and other residue"), "money"),
    "unsold_products": Term("unsold products", mark("storage or disposal of products nobody buys"), "money"),
    "closure_cost": Term("closure cost", mark("spending on closure and reclamation"), "money"),
    "into_closure_fund": Term("into the closure fund", mark("payments into the closure fund"), "money"),
    "from_closure_fund": Term("from the closure fund", mark("payments out of the closure fund"), "money"),
    "receivable_flow": Term("change of receivables", mark("what buyers owe more than a year ago"), "money"),
    "payable_flow": Term("change of payables", mark("what is owed to suppliers more than a year ago"), "money"),
    "inventory_flow": Term("change of inventory", mark("what is held in stock more than a year ago"), "money"),
    "import_duty": Term("import duty", mark("duty at a border, paid by the importer of record"), "money"),
    "duty_passed_back": Term("duty passed back", mark("part of the buyer's duty that the seller bears in the price"), "money"),
    "loan_draw": Term("loan drawn", mark("debt drawn from lenders"), "money"),
    "loan_repayment": Term("loan repaid", mark("debt repaid to lenders"), "money"),
    "interest": Term("interest", mark("interest paid to lenders"), "money"),
    "capital_paid_in": Term("capital paid in", mark("equity paid in by owners"), "money"),
    "capital_repaid": Term("capital repaid", mark("equity given back to owners"), "money"),
    "dividend": Term("dividends", mark("profit paid to owners"), "money"),
    "shareholder_loan": Term("shareholder loan", mark("lent by owners"), "money"),
    "shareholder_loan_repaid": Term("shareholder loan repaid", mark("given back to owners on their loans"), "money"),
    "shareholder_interest": Term("shareholder interest", mark("interest paid to owners on their loans"), "money"),
    "carry_repayment": Term("carry repaid", mark("what a carried partner pays back to who carried it"), "money"),
    "opening_cash": Term("opening cash", mark("cash held on the valuation day"), "money"),
}
"""Entries of the money book. What stands behind a colon in a name is the file's own."""

CHARGES = {
    "extraction_tax": Term("mineral extraction tax", mark("levy on minerals extracted"), "money"),
    "royalty": Term("royalty", mark("levy on minerals sold or extracted"), "money"),
    "property_tax": Term("property tax", mark("tax on the book value of assets"), "money"),
    "income_tax": Term("income tax", mark("tax on the profit of companies"), "money"),
    "rent_tax": Term("rent tax", mark("tax on profit above a stated return"), "money"),
    "resource_rent_tax": Term("resource rent tax", mark("tax on profit above a stated return"), "money"),
    "excess_profits_tax": Term("excess profits tax", mark("tax on profit above a stated ratio"), "money"),
    "value_added_tax": Term("value added tax", mark("value added tax paid on inputs"), "money"),
    "value_added_tax_refund": Term("value added tax refunded", mark("value added tax given back by the state"), "money"),
    "dividend_withholding": Term("withholding tax on dividends", mark("tax kept back from dividends paid abroad"), "money"),
    "interest_withholding": Term("withholding tax on interest", mark("tax kept back from interest paid abroad"), "money"),
    "export_duty": Term("export duty", mark("duty on products that leave the country"), "money"),
    "state_equity": Term("state equity", mark("what the state receives as an owner"), "money"),
    "signature_bonus": Term("signature bonus", mark("paid once for a licence"), "money"),
    "social_tax": Term("social tax", mark("tax on wages, paid by the employer"), "money"),
    "subsoil_rent": Term("payment for ground under licence", mark("yearly payment for ground under licence"), "money"),
    "advanced_manufacturing_credit": Term("advanced manufacturing credit", mark("credit against tax for what is produced"), "money"),
    "advanced_manufacturing_credit: discount": Term(
        "advanced manufacturing credit: discount", mark("what buyers of credits keep for themselves"), "money"
    ),
    "income_and_mining_tax": Term("income and mining tax", mark("tax on the profit of companies"), "money"),
    "mineral_tax": Term("mineral tax", mark("levy on minerals sold or extracted"), "money"),
    "service_levy": Term("service levy", mark("levy on sales for the services of a district"), "money"),
    "inspection_fee": Term("inspection fee", mark("fee on products inspected"), "money"),
    "land_property_tax": Term("property tax on land", mark("tax on the value of land"), "money"),
    "industrial_property_tax": Term("property tax on industry", mark("tax on the value of plant"), "money"),
}
"""Charges on file. One that a project states itself is told by its own name."""

KINDS = {
    "production_levy": Term("levy on production"),
    "withholding": Term("withholding tax"),
    "production_credit": Term("production credit"),
    "fee": Term("fee"),
    "vat": Term("value added tax"),
    "payroll_tax": Term("payroll tax"),
    "border": Term("border"),
    "regime": Term("fiscal regime"),
    "gaps": Term("what is not known"),
}
"""Kinds of charges that are no names of charges too."""

WORTH = {
    "npv": Term("NPV", mark("net present value on the valuation day"), "money"),
    "irr": Term("IRR", mark("internal rate of return"), "1/year"),
    "mirr": Term("MIRR", mark("modified internal rate of return"), "1/year"),
    "profitability_index": Term("profitability index", mark("present value of what capital returns, per unit of capital"), "1"),
    "payback_years": Term("payback from first production", mark("years until the undiscounted flow is back at zero"), "year"),
    "discounted_payback_years": Term("discounted payback", mark("years until the discounted flow is back at zero"), "year"),
    "government_take": Term("government take", mark("share of the pre-fiscal NPV that goes to states"), "1"),
    "aetr": Term("AETR", mark("average effective tax rate: what a state takes of the pre-fiscal NPV"), "1"),
    "total": Term("total", mark("sum over the years, undiscounted"), "money"),
    "sign_changes": Term("changes of sign", mark("how often the flow changes sign"), "1"),
}

BREAKEVEN = {
    "basket": Term("all prices times", mark("all prices, times those stated, at which the after-tax NPV is zero"), "1"),
    "grade_factor": Term("all grades times", mark("all grades, times those stated, at which the after-tax NPV is zero"), "1"),
    "grade": Term("breakeven grade", mark("grade at which the after-tax NPV is zero"), "1"),
    "per_t_ore": Term("operating cost per t ore", mark("operating cost over the life per tonne of ore"), "money/t"),
    "per_kg_product": Term("operating cost per kg of product", mark("operating cost over the life per kilogram of product"), "money/kg"),
    "initial_capital": Term("initial capital", mark("capital before production, in the file's money"), "money"),
}

STATUS = {
    "valuation": Term("valuation on reserves"),
    "preliminary": Term("preliminary: resources, not reserves"),
    "screening": Term("screening of a claim, not a valuation"),
}

CATEGORIES = {
    "proved": Term("proved reserves"),
    "probable": Term("probable reserves"),
    "measured": Term("measured resources"),
    "indicated": Term("indicated resources"),
    "inferred": Term("inferred resources"),
    "A": Term("category A (state balance)"),
    "B": Term("category B (state balance)"),
    "C1": Term("category C1 (state balance)"),
    "C2": Term("category C2 (state balance)"),
    "P1": Term("forecast P1"),
    "P2": Term("forecast P2"),
    "P3": Term("forecast P3"),
    "exploration target": Term("exploration target"),
    "forecast": Term("forecast"),
    "claim": Term("claim"),
    "reserve": Term("reserves"),
    "resource": Term("resources"),
    "state balance": Term("state balance"),
}

DISCOUNT = {
    "real": Term("real", mark("in money of the year stated")),
    "nominal": Term("nominal", mark("in money of its own year")),
    "start": Term("start"),
    "mid": Term("middle"),
    "end": Term("end"),
}

PARTIES = {
    "suppliers": Term("suppliers", mark("whoever sells goods, work and services to the project")),
    "closure fund": Term("closure fund", mark("money set aside for closure")),
    "credit buyers": Term("credit buyers", mark("who buys tax credits at a discount")),
}

ELEMENTS = {
    "rare_earths": Term("rare earths"),
    "rare-earth oxide in all products": Term("rare-earth oxide in all products"),
    "lanthanum": Term("lanthanum"),
    "cerium": Term("cerium"),
    "praseodymium": Term("praseodymium"),
    "neodymium": Term("neodymium"),
    "samarium": Term("samarium"),
    "europium": Term("europium"),
    "gadolinium": Term("gadolinium"),
    "terbium": Term("terbium"),
    "dysprosium": Term("dysprosium"),
    "holmium": Term("holmium"),
    "erbium": Term("erbium"),
    "thulium": Term("thulium"),
    "ytterbium": Term("ytterbium"),
    "lutetium": Term("lutetium"),
    "yttrium": Term("yttrium"),
    "scandium": Term("scandium"),
    "thorium": Term("thorium"),
    "uranium": Term("uranium"),
    "tungsten": Term("tungsten"),
    "molybdenum": Term("molybdenum"),
    "copper": Term("copper"),
    "gold": Term("gold"),
    "silver": Term("silver"),
    "nickel": Term("nickel"),
    "cobalt": Term("cobalt"),
    "lithium": Term("lithium"),
    "zinc": Term("zinc"),
    "lead": Term("lead"),
    "tin": Term("tin"),
    "iron": Term("iron"),
    "titanium": Term("titanium"),
    "vanadium": Term("vanadium"),
    "niobium": Term("niobium"),
    "tantalum": Term("tantalum"),
    "beryllium": Term("beryllium"),
    "bismuth": Term("bismuth"),
    "antimony": Term("antimony"),
    "manganese": Term("manganese"),
    "chromium": Term("chromium"),
    "gallium": Term("gallium"),
    "germanium": Term("germanium"),
    "indium": Term("indium"),
    "rhenium": Term("rhenium"),
    "zirconium": Term("zirconium"),
    "hafnium": Term("hafnium"),
    "fluorine": Term("fluorine"),
    "aluminium": Term("aluminium"),
    "magnesium": Term("magnesium"),
    "silicon": Term("silicon"),
    "graphite": Term("graphite"),
    "potassium": Term("potassium"),
    "phosphorus": Term("phosphorus"),
    "platinum": Term("platinum"),
    "palladium": Term("palladium"),
}

PLACES = {
    "ground": Term("ground"),
    "ore": Term("ore", mark("tonnes mined and fed"), "t"),
    "residue": Term("residue", mark("tailings and other residue"), "t"),
    "concentrate": Term("concentrate", "", "t"),
    "year": Term("year"),
}

UNITS: dict[str, str] = {
    "t": mark("t"),
    "kt": mark("kt"),
    "Mt": mark("Mt"),
    "kg": mark("kg"),
    "year": mark("year"),
    "money": mark("money"),
    "count": mark("count"),
    "rate": mark("rate"),
}
"""Parts of units."""

TERMS: dict[str, Term] = {
    **LEVELS,
    **LINES,
    **CHARGES,
    **KINDS,
    **WORTH,
    **BREAKEVEN,
    **STATUS,
    **CATEGORIES,
    **DISCOUNT,
    **PARTIES,
    **ELEMENTS,
    **PLACES,
}
"""Every name with its term."""
