"""One test for each fault found by reading the source after the laws held: a number worked by hand that the fault would change."""

from __future__ import annotations

import copy
import shutil
import subprocess
import sys
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from kenes.appraise.plan import plan
from kenes.appraise.result import appraise, residuals
from kenes.appraise.run import Run, run
from kenes.errors import InputError
from projects import INCOME_TAX, f, own, plain_mine, read

Table = dict[str, Any]
M = 1e6
WITHHELD: Table = {"kind": "withholding", "on": "interest", "rate": f("10 %")}
NEW: Table = {"licence_date": date(2027, 3, 1), "ground_held_before": False}
HELD: Table = {"licence_date": date(2021, 3, 1), "ground_held_before": True}


def lived(table: Table) -> Run:
    """A run whose books balance."""
    project = read(table)
    done = run(plan(project))
    found = residuals(done, project)
    assert found["money"] <= 1e-9 and found["mass"] <= 1e-9, found
    return done


def yearly(done: Run, name: str, **only: str) -> list[float]:
    """Yearly amounts of all entries of a name, in millions; ``only``: payer, payee or site."""
    lines = [one for one in done.money if one.name == name and all(getattr(one, key) == value for key, value in only.items())]
    return [sum(float(one.amount[t]) for one in lines) / M for t in range(done.plan.timeline.count)]


def paid(done: Run, name: str, **only: str) -> float:
    return sum(yearly(done, name, **only))


def under_law(country: str, **site: Any) -> Table:
    """The plain mine under the law on file, money in USD and KZT at 500."""
    table = plain_mine(country=country, regime=None, **site)
    table["currency"] = {"KZT": {"rate": f("500 KZT/USD")}}
    return table


def ore(element: str, grade: str, **more: Any) -> Table:
    return {"category": "probable", "tonnage": f("10 Mt"), "grade": {element: f(grade, **{"as": "element"})}, **more}


def plant(label: str, recovery: Table, grade: Table, *, form: str = "concentrate", kind: str = "beneficiation") -> Table:
    return {"kind": kind, "product": {label: {"form": form, "recovery": recovery, "grade": grade}}}


def stated(rate: Table, **site: Any) -> Table:
    """Ten years of stated production of a concentrate, from the second year on."""
    given: Table = {
        "deposit": None,
        "mine": None,
        "plant": None,
        "production": {
            "life": f("10 years"),
            "category": "probable",
            "ramp_up": {"by_operating_year": ["100 %"], "source": "fs"},
            "product": {"concentrate": {"rate": rate, "form": "concentrate"}},
        },
        "cost": {"capital": {"plant": {"cost": f("1 MUSD"), "spread": {"by_operating_year": ["100 %"], "source": "fs"}}}},
    }
    return plain_mine(**{**given, **site})


def border(line: str, importer: str = "buyer", passed_back: str = "100 %") -> Table:
    return {"to": "USA", "line": line, "importer": importer, "terms": "FOB", "passed_back": f(passed_back)}


def owners(table: Table, **country: str) -> Table:
    """Owners of equal shares."""
    table["entity"][0]["owner"] = {name: {"share": f(f"{100 / len(country)} %"), "country": where} for name, where in country.items()}
    return table


# --- levies of the law ---------------------------------------------------------------------------------------------------------


def _old_mine(first_ore_after: int) -> Table:
    """A mine valued on 1 January 2020, built in so many years, copper at 8,000."""
    table = under_law("KAZ", **HELD, exchange_price={"copper": f("8000 USD/t", of="copper")})
    table["project"]["valuation_date"] = date(2020, 1, 1)
    spread = {"by_operating_year": [f"{100 / first_ore_after} %"] * first_ore_after, "source": "fs"}
    table["site"][0]["cost"]["capital"]["plant"]["spread"] = spread
    return table


def _levy(done: Run) -> Any:
    return next(charge for charge in done.plan.regimes["mine"].charges if charge.name == "extraction_tax")


def test_years_before_the_holiday_carry_at_its_first_cap() -> None:
    """The holiday's text begins in 2023 with a cap of 15 %: years from 2020 carry at 15 % too, never at a sentinel of 900 %."""
    levy = _levy(lived(_old_mine(4)))
    assert levy.number["holiday_irr_cap"].calendar == pytest.approx([0.15] * len(levy.number["holiday_irr_cap"].calendar))


def test_a_mine_open_before_the_holiday_has_none() -> None:
    """First ore on 1 January 2022: not after 2022-12-31. Copper quoted: 1 Mt x 2 % x 8,000 = 160, x 5.7 % in 2022, x 8.55 % from 2023."""
    done = lived(_old_mine(2))
    assert yearly(done, "extraction_tax")[2:6] == pytest.approx([160 * 0.057, 160 * 0.0855, 160 * 0.0855, 160 * 0.0855])
    assert any("no holiday" in note for note in done.plan.notes)
    assert not any("for 60 months" in note for note in done.plan.notes)


def test_a_mine_open_on_the_first_day_of_the_holiday_has_it() -> None:
    """Three years from 1 January 2020 are 1,096 days: first ore on 1 January 2023, after 2022-12-31. 300 spent, 104 a year: below 15 %."""
    done = lived(_old_mine(3))
    assert yearly(done, "extraction_tax")[3:5] == [0.0, 0.0]
    assert not any("no holiday" in note for note in done.plan.notes)


def test_uranium_of_new_ground_bears_the_extraction_tax() -> None:
    """Art. 791 leaves uranium out of the royalty. 1,000 t U a year bear 6 %, and 1.5 % more at 95 USD/lb of U3O8.

    After the holiday: 7.5 % x 1,000 t / 0.848 x 95 / 0.45359237 USD/kg = 7.5 % x 246.98 = 18.52.
    """
    table = under_law(
        "KAZ",
        **NEW,
        deposit={"main": ore("uranium", "1000 g/t")},
        plant={"mill": plant("yellowcake", {"uranium": f("90 %")}, f("80 %", of="U3O8"))},
        market={"yellowcake": {"buyer": "utility", "price": f("95 USD/lb", of="U3O8")}},
        exchange_price={"uranium": f("95 USD/lb", of="U3O8")},
    )
    done = lived(table)
    assert not any(yearly(done, "royalty"))
    assert yearly(done, "extraction_tax")[9] == pytest.approx(0.075 * 1000 / 0.8480 * 95 / 0.45359237 / 1000, rel=1e-4)


@pytest.mark.parametrize("price", [None, "1 USD/kg", "30 USD/kg"])
def test_the_royalty_of_one_entity_is_on_what_leaves_it(price: str | None) -> None:
    """1 Mt x 1 % x 90 % x 95 % = 8,550 t W at 40 USD/kg = 342 a year; 7 % of it for ten years = 239.4, as one site or as two."""
    mill = plant("concentrate", {"all": f("90 %")}, f("50 %", of="tungsten"))
    works = plant("metal", {"all": f("95 %")}, f("99 %", of="tungsten"), form="product", kind="metallurgy")
    sale = {"metal": {"buyer": "Trader", "price": f("40 USD/kg", of="tungsten")}}
    deposit = {"main": ore("tungsten", "1 %")}
    if price is None:
        table = under_law("KAZ", **NEW, deposit=deposit, plant={"mill": mill, "works": works}, market=sale)
    else:
        table = under_law("KAZ", **NEW, deposit=deposit, plant={"mill": mill}, market=None)
        pricing = {"price": f(price, of="tungsten")}
        table["site"][0]["transfer"] = {"concentrate": {"to": "works", "method": "market", "source": "a contract", "pricing": pricing}}
        table["site"].append({"name": "works", "country": "KAZ", "entity": "Op", "plant": {"works": works}, "market": sale, "cost": {}})
    assert paid(lived(table), "royalty") == pytest.approx(0.07 * 342 * 10, rel=1e-9)


def test_ore_of_the_ground_beside_tailings_is_refused() -> None:
    deposit = {"main": ore("copper", "2 %"), "dump": ore("copper", "1 %", origin="tailings")}
    table = under_law("KAZ", **HELD, deposit=deposit, exchange_price={"copper": f("8000 USD/t", of="copper")})
    table["site"][0]["mine"]["order"] = "together"
    with pytest.raises(InputError, match="tailings"):
        lived(table)
    del table["site"][0]["deposit"]["dump"]
    lived(table)


def test_a_flat_rate_on_what_is_extracted_is_taken() -> None:
    """18,000 t sold at 8,000 value the 20,000 t extracted at 160 a year: 5 % of it for ten years = 80."""
    levy = {"kind": "production_levy", "base": "extracted", "rate": f("5 %"), "deductible": True}
    assert paid(lived(plain_mine(regime=own(levy=levy))), "levy") == pytest.approx(80.0)


@pytest.mark.parametrize(("during", "years"), [("licence", 12), ("operation", 10)])
def test_a_fee_runs_from_the_valuation_day_or_with_the_work(during: str, years: int) -> None:
    """Two years of building, ten of work: a fee of 1 a year is 12, or 10."""
    fee = {"kind": "fee", "amount": f("1 MUSD/y"), "during": during, "deductible": True}
    done = lived(plain_mine(regime=own(fee=fee)))
    assert yearly(done, "fee")[:12] == pytest.approx([float(years == 12)] * 2 + [1.0] * 10)
    assert paid(done, "fee") == pytest.approx(years)


# --- interest ------------------------------------------------------------------------------------------------------------------


def test_interest_in_arrears_is_interest_when_it_is_paid() -> None:
    """150 lent in each of two years at 8 %. 12 of interest stay open in year 2; year 3 pays them and 8 % x (300 + 12) = 24.96.

    Ore brings 104 a year, of which 30 (depreciation) repay the loan: 270, 240, ... 30 bear 8 % x 1,350 = 108 more. In all 144.96.
    """
    table = plain_mine(regime=own(withheld=WITHHELD))
    table["entity"][0]["owner"]["Owner"]["country"] = "GBR"
    table["entity"][0]["shareholder_loan"] = {"share": f("100 %"), "rate": f("8 %")}
    done = lived(table)
    assert yearly(done, "shareholder_interest")[:3] == pytest.approx([0.0, 0.0, 36.96])
    assert paid(done, "shareholder_interest") == pytest.approx(144.96)
    assert paid(done, "withheld") == pytest.approx(14.496)
    assert paid(done, "shareholder_loan") == pytest.approx(300.0)
    assert paid(done, "shareholder_loan_repaid") == pytest.approx(300.0)


def _bank(**more: Any) -> Table:
    return {
        "lender": "Bank",
        "country": "GBR",
        "site": "mine",
        "share": f("60 %"),
        "rate": f("10 %"),
        "grace": f("0 years"),
        "tenor": f("4 years"),
        "while_building": "capitalised",
        "capitalised_interest": "pool",
        **more,
    }


def test_capitalised_interest_is_interest_when_it_is_paid() -> None:
    """90 drawn in each of two years at 10 %: 4.5 and 10 % x (94.5 + 45) = 13.95 are added, so 198.45 is owed.

    Repaid in four: 10 % x 198.45 x (1 + 3/4 + 1/2 + 1/4) = 49.6125 in cash. All interest 68.0625, all repayment the 180 drawn.
    """
    table = plain_mine(regime=own(withheld=WITHHELD))
    table["entity"][0]["loan"] = {"bank": _bank()}
    done = lived(table)
    assert paid(done, "loan_draw") == pytest.approx(180.0)
    assert paid(done, "loan_repayment") == pytest.approx(180.0)
    assert paid(done, "interest") == pytest.approx(68.0625)
    assert paid(done, "withheld") == pytest.approx(6.80625)


# --- borders and netback -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("importer", ["buyer", "seller"])
def test_netback_leaves_the_taker_its_margin_after_its_duties(importer: str) -> None:
    """8,550 t W at 40 USD/kg = 342 a year; from 2028 6.6 % and 12.5 % of it are duty: 65.322. The taker keeps 10 %: 34.2 each year.

    It works for 20, so the concentrate fetches 342 - 65.322 - 20 - 34.2 = 222.478.
    """
    table = plain_mine(
        country="KAZ",
        deposit={"main": ore("tungsten", "1 %")},
        plant={"mill": plant("concentrate", {"all": f("90 %")}, f("50 %", of="tungsten"))},
        market=None,
        transfer={"concentrate": {"to": "works", "method": "netback", "source": "a contract", "margin": f("10 %")}},
    )
    table["entity"].append({**copy.deepcopy(table["entity"][0]), "name": "Works"})
    table["site"].append(
        {
            "name": "works",
            "country": "KAZ",
            "entity": "Works",
            "plant": {"works": plant("metal", {"all": f("95 %")}, f("99 %", of="tungsten"), form="product", kind="metallurgy")},
            "market": {
                "metal": {
                    "buyer": "Trader",
                    "price": f("40 USD/kg", of="tungsten"),
                    "border": border("8101.94.00", importer, "100 %" if importer == "buyer" else "0 %"),
                }
            },
            "cost": {"operating": {"work": {"cost": f("20 MUSD/y"), "stage": "metallurgy"}}},
            "regime": own(),
        }
    )
    done = lived(table)
    assert yearly(done, "import_duty")[2:12] == pytest.approx([65.322] * 10)
    assert yearly(done, "transfer")[2:12] == pytest.approx([222.478] * 10)
    for t in range(2, 12):
        got = sum(float(one.amount[t]) for one in done.money if one.payee == "Works" and one.name == "sales")
        gave = sum(float(one.amount[t]) for one in done.money if one.payer == "Works" and one.site in ("works", "mine"))
        assert got - gave == pytest.approx(34.2 * M, rel=1e-9)


def _tungsten(of: str) -> Table:
    price = f("30 USD/kg", of=of)
    return stated(
        f("1000 t/y", of=of),
        country="KAZ",
        market={"concentrate": {"buyer": "Trader", "country": "USA", "price": price, "border": border("2611.00.60")}},
    )


def test_specific_duty_on_stated_production_counts_the_element() -> None:
    """0.375 USD per kg W on 1,000 t WO3 a year, which hold 0.7930 of W: 1,000 x 0.7930 x 375 x 10 = 2.974 MUSD."""
    assert paid(lived(_tungsten("WO3")), "import_duty") == pytest.approx(1000 * 0.7930 * 375 * 10 / M, rel=1e-4)


def test_specific_duty_on_production_counted_in_metal() -> None:
    """1,000 t W a year: 1,000 x 375 x 10 = 3.75 MUSD."""
    assert paid(lived(_tungsten("tungsten")), "import_duty") == pytest.approx(3.75)


def test_specific_duty_on_tonnes_of_product_is_refused() -> None:
    with pytest.raises(InputError, match="tungsten"):
        lived(_tungsten("product"))


def _euros(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _euros(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_euros(value) for value in part]
    return part.replace("USD", "EUR") if isinstance(part, str) else part


def test_a_duty_in_a_currency_without_a_rate_is_refused() -> None:
    """1.25 USD for a euro: the duty of 2.974 MUSD is 2.379 MEUR; without a rate it is unknown."""
    table = _euros(_tungsten("WO3"))
    with pytest.raises(InputError, match=r"currency\.USD"):
        lived(table)
    table["currency"] = {"USD": {"rate": f("1.25 USD/EUR")}}
    assert paid(lived(table), "import_duty") == pytest.approx(1000 * 0.7930 * 375 * 10 / 1.25 / M, rel=1e-4)


def test_a_buyer_abroad_without_border_is_refused() -> None:
    table = plain_mine()
    table["site"][0]["market"]["concentrate"]["country"] = "USA"
    with pytest.raises(InputError, match="border"):
        lived(table)


def test_a_product_lighter_than_what_it_holds_is_refused() -> None:
    """1 Mt x 2 % x 76 % = 15,200 t of copper in 1 Mt x 0.01 % = 100 t of product."""
    product = {"form": "concentrate", "recovery": {"all": f("76 %")}, "mass_pull": f("0.01 %")}
    table = plain_mine(plant={"mill": {"kind": "beneficiation", "product": {"concentrate": product}}})
    with pytest.raises(InputError, match="heavier"):
        appraise(read(table))
    # 5 % is 50,000 t: enough.
    product["mass_pull"] = f("5 %")
    appraise(read(table))


# --- balances of the past ------------------------------------------------------------------------------------------------------


def _real(**site: Any) -> Table:
    """A file in money of 2020 at 10 % inflation, valued in 2026: an index of 1.1 ** 6 = 1.77 that no balance may bear."""
    table = plain_mine(**site)
    table["project"] |= {"money": "real 2020 USD", "inflation": "10 %"}
    return table


def test_a_loan_owed_on_the_valuation_day_is_repaid_as_owed() -> None:
    table = _real()
    table["entity"][0]["loan"] = {"bank": _bank(share=f("0 %"), balance=f("100 MUSD"), while_building="paid")}
    assert paid(lived(table), "loan_repayment") == pytest.approx(100.0)


def test_a_limit_of_a_loan_is_nominal() -> None:
    table = _real()
    table["entity"][0]["loan"] = {"bank": _bank(share=f("100 %"), limit=f("100 MUSD"))}
    assert paid(lived(table), "loan_draw") == pytest.approx(100.0)


def test_losses_of_the_past_are_nominal() -> None:
    """A loss of 100 shelters 100 of profit: 30 less tax."""
    without = paid(lived(_real(regime=own(income_tax=INCOME_TAX))), "income_tax")
    with_ = paid(lived(_real(regime=own(income_tax=INCOME_TAX), opening={"losses": {"2024": f("100 MUSD")}})), "income_tax")
    assert without - with_ == pytest.approx(30.0)


@pytest.mark.parametrize(("starts", "first"), [("spending", 0), ("production", 2)])
def test_a_straight_line_balance_of_the_past_is_deducted(starts: str, first: int) -> None:
    """100 over five years: 20 a year."""
    pools = {**INCOME_TAX["pool"], "old": {"method": "straight_line", "years": 5, "takes": "named", "starts": starts}}
    done = lived(plain_mine(regime=own(income_tax={**INCOME_TAX, "pool": pools}), opening={"pool": {"old": f("100 MUSD")}}))
    taken = [float(flow.taxable[("Op: mine", "paid", "deducted old")]) / M for flow in done.flows]
    assert taken[first : first + 5] == pytest.approx([20.0] * 5)
    assert sum(taken) == pytest.approx(100.0)


# --- owners --------------------------------------------------------------------------------------------------------------------


def test_an_earn_in_of_real_money_ends() -> None:
    """Calls of 150 and 153. B pays 50 alone; the other 100 are A's, who holds all until then. The second call is shared: 76.5 each."""
    table = owners(plain_mine(), A="ZZZ", B="ZZZ")
    table["project"] |= {"money": "real 2026 USD", "inflation": "2 %"}
    table["entity"][0]["earn_in"] = {"partner": "B", "spend": f("50 MUSD"), "before": f("0 %")}
    done = lived(table)
    assert yearly(done, "capital_paid_in", payer="B")[:2] == pytest.approx([50.0, 76.5])
    assert yearly(done, "capital_paid_in", payer="A")[:2] == pytest.approx([100.0, 76.5])
    dividends = paid(done, "dividend", payee="B")
    assert dividends > 100.0
    assert dividends == pytest.approx(paid(done, "dividend", payee="A"))


def test_a_carry_never_advances_more_than_its_limit() -> None:
    """A owes half of 150, 150 and (400 of capital less 104 of cash) 296: 298, of which 50 are carried, whatever was repaid meanwhile.

    The 50 bear 10 %: 55, 60.5 - 26 (half of A's 52) = 34.5, 37.95 - 26 = 11.95, 13.145. Repaid 26 + 26 + 13.145 = 65.145.
    """
    table = owners(plain_mine(), A="ZZZ", B="ZZZ")
    table["site"][0]["cost"]["capital"]["later"] = {
        "cost": f("400 MUSD"),
        "clock": "operation",
        "spread": {"by_operating_year": ["0 %", "0 %", "0 %", "100 %"], "source": "fs"},
    }
    table["entity"][0]["carry"] = {
        "carried": "A",
        "by": "B",
        "scope": "all",
        "limit": f("50 MUSD"),
        "interest": f("10 %"),
        "repayment": f("50 %"),
    }
    done = lived(table)
    assert yearly(done, "carry_repayment")[:5] == pytest.approx([0.0, 0.0, 26.0, 26.0, 13.145])
    assert paid(done, "carry_repayment") == pytest.approx(65.145)
    assert paid(done, "capital_paid_in", payer="A") == pytest.approx(298.0 - 50.0)
    assert paid(done, "capital_paid_in", payer="B") == pytest.approx(298.0 + 50.0)


@pytest.mark.parametrize("surplus", ["repay", "hold"])
def test_closure_is_set_aside_before_dividends(surplus: str) -> None:
    """104 of cash a year less 30 of depreciation and 10 set aside: 64 of dividend, ten times. The 100 of closure need no new call."""
    table = plain_mine()
    table["entity"][0]["surplus"] = surplus
    table["site"][0]["cost"]["closure"] = {"cost": f("100 MUSD"), "years": f("2 years"), "funded": f("0 %")}
    done = lived(table)
    assert paid(done, "closure_cost") == pytest.approx(100.0)
    assert yearly(done, "dividend")[2:12] == pytest.approx([64.0] * 10)
    assert paid(done, "dividend") == pytest.approx(640.0)
    assert paid(done, "capital_paid_in") == pytest.approx(300.0)
    assert paid(done, "capital_repaid") == pytest.approx(300.0)


# --- what each state takes -----------------------------------------------------------------------------------------------------


def test_a_state_pays_the_whole_of_a_credit_that_is_sold() -> None:
    """10 % of 30 a year for ten years is 30 of credit, sold at 90 %: 27 reach the project, 3 are the buyers'; the state is out 30."""
    table = plain_mine(
        regime=own(credit={"kind": "production_credit", "rate": f("10 %")}),
        credit={"product": ["concentrate"], "stage": ["separation"], "prohibited_foreign_entity": False, "monetisation": f("90 %")},
    )
    table["site"][0]["cost"]["operating"]["separating"] = {"cost": f("30 MUSD/y"), "stage": "separation"}
    table["project"]["discount"]["rate"] = "0 %"
    take = appraise(read(table)).report["government_take"]
    assert take["by_charge"] == pytest.approx({"credit": -27 * M, "credit: discount": -3 * M})
    assert take["by_state"] == pytest.approx({"ZZZ": -30 * M})


# --- the terminal --------------------------------------------------------------------------------------------------------------


def shell(line: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    return subprocess.run([bash, "-c", line], capture_output=True, text=True, timeout=120)


def _starter(folder: Path) -> str:
    path = folder / "starter.toml"
    path.write_text((resources.files("kenes") / "reference" / "starter.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return f"{sys.executable} -m kenes.cli appraise {path}"


@pytest.mark.parametrize("reader", ["head -1", "true"])
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_reader_that_leaves_is_no_fault(tmp_path: Path, reader: str, option: str) -> None:
    done = shell(f'{_starter(tmp_path)} {option} | {reader} > /dev/null; echo "${{PIPESTATUS[0]}}"')
    assert (done.stdout.strip(), done.stderr) == ("0", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("option", ["", "--json"])
def test_a_full_disk_is_told_and_not_ours(tmp_path: Path, option: str) -> None:
    done = shell(f"{_starter(tmp_path)} {option} > /dev/full")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr and "our fault" not in done.stderr and "Traceback" not in done.stderr


def test_a_toller_is_paid_the_separation_and_the_buyer_nothing_of_it() -> None:
    """1,000 t of copper a year in the concentrate at a toll of 100 USD/t of copper: the toller gets what the buyer would have kept."""
    kept, tolled = plain_mine(), plain_mine()
    for table in (kept, tolled):
        table["site"][0]["market"]["concentrate"]["separation_charge"] = f("100 USD/t", of="copper")
    tolled["site"][0]["market"]["concentrate"]["toller"] = "Works abroad"
    one, two = run(plan(read(kept))), run(plan(read(tolled)))
    by_buyer = sum(float(amount) for line in one.money if line.name == "treatment_and_separation" for amount in line.amount)
    paid = [line for line in two.money if line.name == "tolling" and line.payee == "Works abroad"]
    by_toller = sum(float(amount) for line in paid for amount in line.amount)
    assert by_toller == pytest.approx(by_buyer) and by_buyer > 0
    after = [[float(flow.after_tax) for flow in done.flows] for done in (one, two)]
    assert after[0] == pytest.approx(after[1])
    found = residuals(two, read(tolled))
    assert max(found.values()) < 1e-9
