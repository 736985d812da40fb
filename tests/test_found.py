"""One test for each fault found while the laws were written: the smallest project that shows it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kenes.appraise.lens import lens_of
from kenes.appraise.plan import plan
from kenes.appraise.result import appraise, residuals
from kenes.appraise.run import Run, run
from kenes.errors import InputError
from projects import INCOME_TAX, f, own, plain_mine, read

Table = dict[str, Any]


def lived(table: Table) -> Run:
    return run(plan(read(table)))


def paid(done: Run, name: str) -> float:
    return sum(float(amount) for line in done.money if line.name == name for amount in line.amount)


def balanced(table: Table) -> None:
    project = read(table)
    found = residuals(run(plan(project)), project)
    assert found["money"] <= 1e-9, found
    assert found["mass"] <= 1e-9, found


def test_an_earn_in_is_lived() -> None:
    table = plain_mine()
    table["entity"][0]["owner"] = {"A": {"share": f("50 %"), "country": "ZZZ"}, "B": {"share": f("50 %"), "country": "ZZZ"}}
    table["entity"][0]["earn_in"] = {"partner": "B", "spend": f("50 MUSD"), "before": f("0 %")}
    balanced(table)


def test_before_it_has_earned_in_a_partner_beside_a_free_state_pays() -> None:
    """The state is free and the partner has nothing yet: someone must pay the rest of the call in the year of the earn-in."""
    table = plain_mine()
    table["entity"][0]["owner"] = {
        "State": {"share": f("10 %"), "country": "ZZZ", "kind": "state", "free": True},
        "B": {"share": f("90 %"), "country": "ZZZ"},
    }
    table["entity"][0]["earn_in"] = {"partner": "B", "spend": f("50 MUSD"), "before": f("0 %")}
    balanced(table)


def test_book_value_of_the_past_comes_out_again() -> None:
    """Depreciation of what was built before lowers earnings, not cash: without capital paid in on file that cash stays in the entity for ever."""  # noqa: E501
    balanced(plain_mine(opening={"book": f("20 MUSD")}))


def test_opening_cash_comes_out_again() -> None:
    table = plain_mine()
    table["entity"][0]["opening"] = {"cash": f("20 MUSD")}
    balanced(table)


def test_a_shareholder_loan_of_a_failed_project_is_settled() -> None:
    """A project that never earns its capital back cannot repay: what is left must be written off, not stand open at the horizon."""
    table = plain_mine()
    table["site"][0]["market"]["concentrate"]["price"] = f("2500 USD/t", of="copper")
    table["entity"][0]["shareholder_loan"] = {"share": f("100 %"), "rate": f("8 %")}
    balanced(table)


def test_a_permit_of_no_duration_still_costs() -> None:
    table = plain_mine(permit={"grant": {"duration": f("0 years"), "cost": f("7 MUSD")}})
    assert paid(lived(table), "permits") == pytest.approx(7e6)


def test_capital_after_the_last_ore_is_not_lost() -> None:
    """Spending on the clock of operation beyond the horizon: all of it, or an error; never silence."""
    table = plain_mine()
    table["site"][0]["cost"]["capital"]["later"] = {
        "cost": f("100 MUSD"),
        "clock": "operation",
        "spread": {"by_operating_year": ["0 %"] * 20 + ["100 %"], "source": "fs"},
    }
    try:
        done = lived(table)
    except InputError:
        return
    assert paid(done, "capital: later") == pytest.approx(100e6)


def test_a_recovery_of_nothing_is_refused() -> None:
    table = plain_mine()
    table["site"][0]["mine"]["recovery"] = f("0 %")
    with pytest.raises(InputError):
        lived(table)


def test_a_ramp_up_that_ends_at_nothing_is_refused() -> None:
    table = plain_mine()
    table["site"][0]["mine"]["ramp_up"] = {"by_operating_year": ["50 %", "0 %"], "source": "fs"}
    with pytest.raises(InputError):
        lived(table)


def test_a_pool_that_the_regime_does_not_have_is_refused() -> None:
    table = plain_mine(regime=own(income_tax=INCOME_TAX))
    table["site"][0]["cost"]["capital"]["plant"]["pool"] = "ships"
    with pytest.raises(InputError):
        lived(table)


def test_an_export_duty_on_an_unknown_product_is_refused() -> None:
    table = plain_mine(regime=own(duty={"kind": "export_duty", "rate": f("5 %"), "product": ["concentrat"], "deductible": True}))
    with pytest.raises(InputError):
        lived(table)


@pytest.mark.parametrize("years", [-1, -3])
def test_losses_that_expire_before_they_are_made_are_refused(years: int) -> None:
    with pytest.raises(InputError):
        read(plain_mine(regime=own(income_tax={**INCOME_TAX, "loss_years": years})))


def test_a_scale_that_does_not_rise_is_refused() -> None:
    levy = {
        "kind": "production_levy",
        "base": "sales",
        "deductible": True,
        "scale_of": "copper",
        "scale": [{"up_to": f("9000 USD/t"), "rate": f("5 %")}, {"up_to": f("7000 USD/t"), "rate": f("3 %")}, {"rate": f("8 %")}],
    }
    with pytest.raises(InputError):
        lived(plain_mine(regime=own(levy=levy), exchange_price={"copper": f("8000 USD/t", of="copper")}))


def test_a_royalty_is_never_negative() -> None:
    """Freight above the value of a poor product: the net smelter return is negative, the royalty is none."""
    table = plain_mine(regime=own(royalty={"kind": "production_levy", "base": "net_smelter_return", "rate": f("10 %"), "deductible": True}))
    table["site"][0]["market"]["concentrate"]["freight"] = f("3000 USD/t")
    assert min(float(amount) for line in lived(table).money if line.name == "royalty" for amount in line.amount) >= 0.0


def test_pre_fiscal_is_after_a_private_royalty() -> None:
    """Pre-fiscal is before every payment to a state; what a private holder takes is none."""
    levy = {"kind": "production_levy", "base": "sales", "rate": f("10 %"), "deductible": True, "payee": "Finder"}
    result = appraise(read(plain_mine(regime=own(royalty=levy))))
    assert result.npv["pre_fiscal"] == pytest.approx(result.npv["pre_tax"])


def test_a_border_of_a_country_without_law_may_stay_unclassified() -> None:
    table = plain_mine()
    table["site"][0]["market"]["concentrate"]["border"] = {
        "to": "CHN",
        "unclassified": "not looked up",
        "importer": "buyer",
        "terms": "FOB",
        "passed_back": f("0 %"),
    }
    lived(table)


def test_two_sites_may_call_their_product_alike() -> None:
    """Two mines each make "concentrate"; one hands it on, one sells it."""
    table = plain_mine()
    other = copy.deepcopy(table["site"][0])
    other["name"] = "other"
    table["site"][0].pop("market")
    table["site"][0]["transfer"] = {"concentrate": {"to": "works", "method": "cost_plus", "markup": f("5 %"), "source": "a contract"}}
    works = {
        "name": "works",
        "country": "ZZZ",
        "entity": "Op",
        "plant": {
            "smelter": {
                "kind": "metallurgy",
                "product": {"metal": {"form": "product", "recovery": {"copper": f("97 %")}, "grade": f("99.9 %", of="copper")}},
            }
        },
        "market": {"metal": {"buyer": "Trader", "price": f("9000 USD/t", of="copper")}},
        "cost": {},
        "regime": own(),
    }
    table["site"] += [other, works]
    balanced(table)


def test_a_ring_fence_of_two_mines_depreciates_each_with_its_own_ore() -> None:
    """The order of two mines of one ring fence in the file is no fact about them."""

    def worth(order: tuple[int, int]) -> float:
        table = plain_mine(regime=own(income_tax=INCOME_TAX), ring_fence="one")
        small = copy.deepcopy(table["site"][0])
        small["name"] = "small"
        small["deposit"]["main"]["tonnage"] = f("2 Mt")
        pair = [table["site"][0], small]
        table["site"] = [pair[k] for k in order]
        return appraise(read(table)).npv["after_tax"]

    assert worth((0, 1)) == pytest.approx(worth((1, 0)), rel=1e-9)


def test_a_ring_fence_has_one_rate() -> None:
    """Two sites of one ring fence whose regimes state different rates: an error, not the first of them."""
    table = plain_mine(regime=own(income_tax=INCOME_TAX), ring_fence="one")
    other = copy.deepcopy(table["site"][0])
    other["name"] = "other"
    other["regime"]["charge"]["income_tax"]["rate"] = f("5 %")
    table["site"].append(other)
    with pytest.raises(InputError):
        lived(table)


def test_opening_money_is_of_one_day() -> None:
    """Cash and the capital that was paid in for it are both money of the file: neither grows alone."""
    table = plain_mine()
    table["project"] |= {"money": "real 2020 USD", "inflation": "5 %"}
    table["entity"][0]["opening"] = {"cash": f("20 MUSD"), "paid_in": f("20 MUSD")}
    balanced(table)


def test_a_draw_moves_a_schedule_that_begins_at_nothing() -> None:
    """A factor cannot scale zero: the drawn first value must count, or be refused; never be dropped in silence."""
    table = plain_mine()
    table["site"][0]["mine"]["ramp_up"] = {"by_operating_year": ["0 %", "100 %"], "source": "fs"}
    project = read(table)
    one = run(plan(project))
    try:
        two = run(plan(project, {"site.mine.mine.ramp_up": 0.5}))
    except InputError:
        return
    assert [float(flow.ore) for flow in one.flows] != [float(flow.ore) for flow in two.flows]


def test_an_unknown_path_of_a_draw_is_refused() -> None:
    with pytest.raises((InputError, KeyError)):
        plan(read(plain_mine()), {"site.mine.deposit.mian.tonnage": 1.0})


def test_the_refund_of_value_added_tax_may_be_drawn() -> None:
    np = pytest.importorskip("numpy")
    table = plain_mine()
    table["site"][0]["cost"]["value_added_tax"] = {
        "rate": f("10 %"),
        "operating": f("50 %"),
        "capital": f("50 %"),
        "refund_lag": f("1 year"),
    }
    project = read(table)
    path = "site.mine.cost.value_added_tax.refund_lag"
    crowd = run(plan(project, {path: np.array([0.5, 2.0])}))
    alone = run(plan(project, {path: 0.5}))
    npv = lens_of(project, crowd.plan).npv(crowd.level("after_tax"))
    assert np.broadcast_to(npv, (2,))[0] == pytest.approx(lens_of(project, alone.plan).npv(alone.level("after_tax")))


def test_stated_production_ramps_over_the_time_worked() -> None:
    """Half a year of life in a first year at 40 %, then full: half a year at 40 %, whatever the ramp would do later."""
    table = plain_mine(
        deposit=None,
        mine=None,
        plant=None,
        production={
            "life": f("1.5 years"),
            "category": "probable",
            "ramp_up": {"by_operating_year": ["40 %", "100 %"], "source": "fs"},
            "product": {"concentrate": {"rate": f("10 kt/y", of="copper"), "form": "concentrate"}},
        },
        permit={"grant": {"duration": f("0.25 years")}},
        cost={"capital": {"plant": {"cost": f("1 MUSD"), "spread": {"by_operating_year": ["100 %"], "source": "fs"}}}},
    )
    done = lived(table)
    tonnes = sum(float(flow.made[("mine", "concentrate")]) for flow in done.flows)
    assert tonnes == pytest.approx(10_000 * (1 * 0.4 + 0.5 * 1.0))


def test_the_sale_border_leads_to_the_taker() -> None:
    """A transfer to a site of one country across the border of another is a slip."""
    table = plain_mine()
    table["site"][0].pop("market")
    border = {"to": "USA", "unclassified": "a test", "importer": "buyer", "terms": "FOB", "passed_back": f("0 %")}
    table["site"][0]["transfer"] = {
        "concentrate": {"to": "works", "method": "cost_plus", "markup": f("5 %"), "source": "a contract", "border": border}
    }
    table["entity"].append(
        {"name": "Works", "country": "GBR", "surplus": "repay", "owner": {"Owner": {"share": f("100 %"), "country": "GBR"}}}
    )
    table["site"].append(
        {
            "name": "works",
            "country": "GBR",
            "entity": "Works",
            "cost": {},
            "regime": own(),
            "market": {"concentrate": {"buyer": "Trader", "price": f("9000 USD/t", of="copper")}},
        }
    )
    with pytest.raises(InputError):
        lived(table)


def test_a_holding_may_be_lent_to() -> None:
    """A holding has no sites, so it is never over before the horizon: what its owners lend bears interest and is not written off at once."""  # noqa: E501
    table = plain_mine()
    table["entity"][0]["owner"] = {"Holding": {"share": f("100 %"), "country": "ZZZ"}}
    table["entity"].append(
        {
            "name": "Holding",
            "country": "ZZZ",
            "surplus": "repay",
            "owner": {"Owner": {"share": f("100 %"), "country": "ZZZ"}},
            "shareholder_loan": {"share": f("100 %"), "rate": f("8 %")},
        }
    )
    balanced(table)
    done = lived(table)
    assert paid(done, "shareholder_loan") == pytest.approx(300e6)
    back = sum(float(amount) for line in done.money if line.name == "shareholder_loan_repaid" for amount in line.amount)
    assert back >= 300e6, "lent in two years, repaid from ten years of cash"
    assert paid(done, "shareholder_interest") > 0


def test_interest_of_an_owner_abroad_is_withheld_once() -> None:
    """100 lent, 8 % a year, 10 % withheld: the state holds a tenth of the interest that was paid."""
    table = plain_mine(regime=own(withheld={"kind": "withholding", "on": "interest", "rate": f("10 %")}))
    table["entity"][0]["owner"]["Owner"]["country"] = "GBR"
    table["entity"][0]["shareholder_loan"] = {"share": f("100 %"), "rate": f("8 %")}
    done = lived(table)
    assert paid(done, "withheld") == pytest.approx(0.1 * paid(done, "shareholder_interest"))


def test_a_mine_and_its_holding_hold_cash_to_the_end() -> None:
    """surplus = hold: nothing but dividends leaves before the end, and nothing stays after it."""
    table = plain_mine()
    table["entity"][0] |= {"surplus": "hold", "owner": {"Holding": {"share": f("100 %"), "country": "ZZZ"}}}
    table["entity"].append(
        {"name": "Holding", "country": "ZZZ", "surplus": "hold", "owner": {"Owner": {"share": f("100 %"), "country": "ZZZ"}}}
    )
    balanced(table)


def test_a_drawn_price_of_zero_is_a_price() -> None:
    table = plain_mine()
    project = read(table)
    done = run(plan(project, {"site.mine.market.concentrate.price": 0.0}))
    assert paid(done, "sales") == 0.0


def test_no_ore_is_sold_in_the_year_after_early_closure() -> None:
    """Two years of loss in a row, then it stays shut although the price is back; closure is spent, books balance."""
    price = {"2026": "8000 USD/t", "2030": "100 USD/t", "2033": "9000 USD/t"}
    table = plain_mine(early_closure={"years": 2})
    table["site"][0]["market"]["concentrate"]["price"] = {"by_year": price, "source": "fs", "of": "copper"}
    table["site"][0]["cost"]["closure"] = {"cost": f("20 MUSD"), "years": f("2 years"), "funded": f("50 %")}
    balanced(table)
    done = lived(table)
    fed = [float(flow.ore) for flow in done.flows]
    assert fed[5] > 0 and not any(fed[6:])
    assert paid(done, "closure_cost") == pytest.approx(20e6)
