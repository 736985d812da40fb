"""What is a number of? Each amount of a text as a kind of claim, by the words around it; numbers that state nothing are left."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kenes.claims import lexicon, names
from kenes.claims.amounts import Amount
from kenes.claims.scene import Placed, Scene
from kenes.claims.tokens import Token, speech

__all__ = ["Draft", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its surroundings are read.

    start, end : of its words
    form, commodity, role : where the words themselves say so
    bare : nothing around it says what it is of: it may go on with what was told before
    """

    kind: str
    amount: Amount
    start: int
    end: int
    form: str | None = None
    commodity: str | None = None
    role: str | None = None
    bare: bool = False


_TAXES = ("income_tax", "value_added_tax", "royalty", "extraction_tax", "other_tax")
_LISTING = frozenset([",", "and", "и", "және", "мен", "пен", "бен"])
_PLURAL = re.compile(r"(?<![sui])s$")


def draft(scene: Scene, amount: Amount) -> Draft | None:
    """What an amount states, or None: it states nothing of the kinds that claims are of."""
    read = _READ.get(amount.dimension)
    return None if read is None else read(scene, amount)


def _far(scene: Scene, table: str, amount: Amount, reach: int, before: int = 1, after: int = 0) -> int | None:
    found = scene.near(table, amount, reach, before, after)
    return found[0][0] if found else None


def behind(scene: Scene, amount: Amount, widest: int = 2) -> list[tuple[str, Placed]]:
    """Forms and commodities that hang on an amount directly behind it: "of rare-earth ore", «руды, ...» up to the comma."""
    spans = [("form", one) for one in scene.there("form", scene.sentence(amount))]
    spans += [("commodity", one) for one in scene.there("commodity", scene.sentence(amount))]
    spans.sort(key=lambda pair: (pair[1].start, -pair[1].end))
    at, found = scene.last(amount.end), list[tuple[str, Placed]]()
    for table, span in spans:
        if span.first <= at:
            continue
        if scene.away((at, at), (span.first, span.last)) > widest or _parted(scene, at, span.first):
            break
        between = [token.text.lower() for token in scene.marked.tokens[at + 1 : span.first] if token.word]
        if _grading(scene, at, span.first) or (
            not found and table == "commodity" and between not in ([], ["of"]) and _of_another(scene, span, amount)
        ):
            break
        found.append((table, span))
        at = span.last
    return found


def goods_behind(scene: Scene, amount: Amount, widest: int = 2) -> list[Placed]:
    """Commodities among them."""
    return [span for table, span in behind(scene, amount, widest) if table == "commodity"]


def _grading(scene: Scene, left: int, right: int) -> bool:
    """Whether a grade is what follows: "44 Mt at a molybdenum content of ..."."""
    words = {token.text.lower() for token in scene.marked.tokens[left + 1 : right]}
    return bool(words & set(lexicon.table("counted")["graded"]))


def _parted(scene: Scene, left: int, right: int) -> bool:
    return any(token.text in ",;:()—–" for token in scene.marked.tokens[left + 1 : right])


def element(name: str) -> bool:
    """Whether a commodity is an element or a group of elements, so that tonnes of it are contained in something."""
    entry = lexicon.table("commodities").get(name, {})
    return bool(entry.get("symbol") or entry.get("group") or entry.get("kind"))


# ------------------------------------------------------------------------------------------------------------------- masses


def _mass(scene: Scene, amount: Amount) -> Draft | None:
    form, commodity, end = named(scene, amount)
    yearly = _yearly(scene, amount, end)
    if yearly is not None:
        told, last = yearly
        return Draft("capacity", told, amount.start, last, form, commodity)
    rock = form in ("ore", "concentrate") or (form is None and (_stony(scene, amount, end) or commodity is None or not element(commodity)))
    if _precious(amount):
        rock = False
        form = None if form == "ore" else form
    kind = "tonnage" if rock else "contained"
    if _produced(scene, amount, rock):
        return Draft("capacity", _by_the(amount, "year", 1.0), amount.start, end, form, commodity)
    host = scene.marked.tokens[max(scene.first(amount.start) - 1, 0)].text.lower() in lexicon.table("counted")["host"]
    bare = not host and (
        form is None and commodity is None and not _graded(scene, amount, end) and not _stony(scene, amount, end) and not _precious(amount)
    )
    return Draft(kind, amount, amount.start, end, form, commodity, bare=bare)


def _stony(scene: Scene, amount: Amount, end: int) -> bool:
    """Whether a mass is of clay, sand, tailings: said at its end ("lithium-bearing clay"), or near where nothing else hangs on it."""
    here = (scene.last(end),) * 2
    stones = scene.there("rock", scene.sentence(amount))
    if any(one.first > here[0] and scene.away(here, (one.first, one.last)) <= 1 for one in stones):
        return True
    return end == amount.end and _far(scene, "rock", amount, 5) is not None


def _follows_a_date(scene: Scene, amount: Amount) -> bool:
    """Whether a year stands shortly before: "... and in 2000 exactly 2,000 t", the verb said once."""
    here = (scene.first(amount.start),) * 2
    dates = [other for other in scene.numbers.get(scene.sentence(amount), ()) if other.dimension == "date" and other.end <= amount.start]
    return bool(dates) and scene.away((scene.last(dates[-1].end),) * 2, here) <= 5


def _produced(scene: Scene, amount: Amount, rock: bool) -> bool:
    """Whether a mass is what was or will be made or mined, and not what is there; of rock only where a date says when."""
    dated = _follows_a_date(scene, amount)
    later = 0 if scene.marked.text.language == "kk" else 4  # the verb stands behind in Kazakh, mostly before elsewhere
    made = _far(scene, "production", amount, 30 if dated else 14, after=later)
    there = _far(scene, "category", amount, 8)
    if made is None or (there is not None and there <= made):
        return False
    held = _far(scene, "contained", amount, 6)
    if held is not None and held < made:
        return False
    when = _beside(scene, amount, "date") or bool(scene.there("last_year", scene.sentence(amount)))
    return not rock or ((made <= 6 or dated) and when)


def _precious(amount: Amount) -> bool:
    """Whether a mass is told in troy ounces or carats: of metal or stones, not of rock."""
    return amount.unit in lexicon.table("counted")["precious"]


def _by_the(amount: Amount, unit: str, times: float) -> Amount:
    """A mass of one year or day, as a mass a year."""

    def scaled(mass: float | None) -> float | None:
        return None if mass is None else mass * times

    si, low, high = scaled(amount.si), scaled(amount.low), scaled(amount.high)
    return replace(amount, unit=f"{amount.unit}/{unit}", si=si, low=low, high=high)


def named(scene: Scene, amount: Amount) -> tuple[str | None, str | None, int]:
    """Form and commodity of a mass, and where its words end: what hangs on it behind, else what stands before it in the sentence."""
    hanging = behind(scene, amount)
    forms = [span for table, span in hanging if table == "form"]
    kinds = [span for table, span in hanging if table == "commodity"]
    end = max([amount.end, *(span.end for _, span in hanging)])
    if hanging:
        form = _first_form(scene, forms, kinds)
        if not kinds and form is not None:
            return form, _borne(scene, amount, scene.last(end)), end
        return form or _implied(kinds), _listed(scene, kinds) if kinds else None, end
    here = scene.first(amount.start)
    for one in scene.there("commodity", scene.sentence(amount)):  # "copper: 169.5 kt"
        sign = scene.marked.tokens[here - 1].text
        told = sign in "–—-" or (sign == ":" and not _graded(scene, amount, amount.end))
        if one.last < here and 1 <= here - one.last <= 2 and told:
            return _form_beside(scene, one), one.name, amount.end
    if _graded(scene, amount, amount.end):
        ores = scene.near("form", amount, 16, before=0, after=60)
        return ("ore" if ores and ores[0][1].name == "ore" else None), None, amount.end
    ores = scene.near("form", amount, 16, before=0, after=8)
    ores = [pair for pair in ores if pair[1].name == "ore" or not _of_another(scene, pair[1], amount)]
    goods = [pair for pair in scene.near("commodity", amount, 20, before=0, after=8) if not _of_another(scene, pair[1], amount)]
    form = ores[0][1].name if ores and (not goods or ores[0][0] <= goods[0][0] + 1) else None
    if goods and form is None:
        form = _implied([goods[0][1]])
        close = [one for far, one in ores if scene.away((one.first, one.last), (goods[0][1].first, goods[0][1].last)) == 0]
        if close:
            form = close[0].name
    return form, goods[0][1].name if goods else None, amount.end


def _of_another(scene: Scene, good: Placed, amount: Amount) -> bool:
    """Whether a commodity says what another number is of: right behind it, or before a grade and a word of content."""
    sentence = scene.marked.tokens[good.first].sentence
    words = [(one.first, one.last) for one in scene.there("grade", sentence)]
    for other in scene.numbers.get(sentence, ()):
        here = (scene.first(other.start), scene.last(other.end))
        if other is amount or (other.start, other.end) == (amount.start, amount.end):
            continue
        behind_it = here[1] < good.first
        if behind_it and other.dimension in ("fraction", "mass", "rate") and scene.away(here, (good.first,) * 2) <= 1:
            return True
        if other.dimension == "fraction" and not behind_it:
            far = scene.away((good.first, good.last), here)
            if far <= 6 and any(scene.away((good.first, good.last), word) <= 1 and word[0] < here[0] for word in words):
                return True
            if far <= 3 and _symbol(scene, good):
                return True
    return False


def _symbol(scene: Scene, good: Placed) -> bool:
    """Whether a commodity stands as a symbol or formula: "Pb", "Li2O"."""
    text = scene.marked.text.content[good.start : good.end]
    formula = len(text) <= 6 and text.isalnum() and not text[1:].isalpha()
    return text.isascii() and (formula or len(text) <= 2)


def _listed(scene: Scene, kinds: Sequence[Placed]) -> str | None:
    """One name for what hangs on a mass and the list that it begins: "neodymium, cerium and lanthanum" are rare earths."""
    found, at = [kinds[0].name], kinds[0].last
    for span in sorted(scene.there("commodity", scene.marked.tokens[kinds[0].first].sentence), key=lambda one: one.start):
        between = [token.text for token in scene.marked.tokens[at + 1 : span.first]]
        if span.first > at and len(between) <= 2 and set(between) & _LISTING:
            found.append(span.name)
            at = span.last
    return names.common(found)


def _borne(scene: Scene, amount: Amount, at: int) -> str | None:
    """What rock is said to bear, a few words on: "ore rich in neodymium, cerium and lanthanum"."""
    found: list[str] = []
    for span in sorted(scene.there("commodity", scene.sentence(amount)), key=lambda one: one.start):
        if span.first > at and scene.away((at, at), (span.first, span.last)) <= (4 if found else 7):
            found.append(span.name)
            at = span.last
    return names.common(found)


def _first_form(scene: Scene, forms: list[Placed], kinds: list[Placed]) -> str | None:
    """Form said first; "copper ore" is ore, "copper in ore" is not."""
    if not forms:
        return None
    if len(forms) > 1 and forms[0].name == "element":  # "contained oxides"
        return forms[1].name
    if not kinds or forms[0].first <= kinds[0].first:
        return forms[0].name
    touching = scene.away((kinds[-1].first, kinds[-1].last), (forms[0].first, forms[0].last)) == 0
    return forms[0].name if touching else None


def _implied(kinds: list[Placed]) -> str | None:
    """Form that the name itself says: an oxide by its formula, "metals" by the word."""
    return getattr(kinds[0], "form", None) if kinds else None


def _graded(scene: Scene, amount: Amount, end: int) -> bool:
    """Whether a grade follows at once: "20 Mt at 700 g/t" is rock, whatever it bears."""
    at = scene.last(end)
    for other in scene.numbers.get(scene.sentence(amount), ()):
        if other.dimension == "fraction" and other.start >= end:
            first = scene.first(other.start)
            words = {token.text.lower() for token in scene.marked.tokens[at + 1 : first]}
            return first - at <= 7 and bool(words & set(lexicon.table("counted")["graded"]))
    return False


def _beside(scene: Scene, amount: Amount, dimension: str) -> bool:
    """Whether a number of some sort stands in the same sentence."""
    return any(other.dimension == dimension for other in scene.numbers.get(scene.sentence(amount), ()))


def _yearly(scene: Scene, amount: Amount, end: int) -> tuple[Amount, int] | None:
    """A mass that is told by the year or the day a few words on, and where its words end: "1.4 Mt of ore a year"."""
    here, start = (scene.last(end),) * 2, (scene.first(amount.start),) * 2
    for table, unit, times in (("per_year", "year", 1.0), ("per_day", "day", 365.0)):
        for span in scene.there(table, scene.sentence(amount)):
            before = span.last < start[0]
            far = scene.away(start if before else here, (span.first, span.last))
            if far <= (3 if before else 2) and not (before and _taken(scene, amount, span)):
                return _by_the(amount, unit, times), end if before else max(end, span.end)
    return None


def _taken(scene: Scene, amount: Amount, span: Placed) -> bool:
    """Whether another mass stands before "a year", so that it is of that one."""
    others = [other for other in scene.numbers.get(scene.sentence(amount), ()) if other.start < span.start and other is not amount]
    return any(other.dimension in ("mass", "rate") for other in others)


def _rate(scene: Scene, amount: Amount) -> Draft:
    form, commodity, end = named(scene, amount)
    return Draft("capacity", amount, amount.start, end, form, commodity)


# ---------------------------------------------------------------------------------------------------------------- fractions


def _fraction(scene: Scene, amount: Amount) -> Draft | None:
    if amount.unit not in ("%", "1"):
        return _grade(scene, amount)
    kind, role = _percentage(scene, amount)
    if kind == "grade":
        return _grade(scene, amount)
    if kind == "tariff" and _answers(scene, amount):
        role = "retaliation"
    if kind is None:  # it may go on with what was told before
        return Draft("", amount, amount.start, amount.end, bare=True)
    return Draft(kind, amount, amount.start, amount.end, role=role) if kind else None


def _percentage(scene: Scene, amount: Amount) -> tuple[str | None, str | None]:
    """Kind and role of a percentage: what stands nearest says which, and what hangs on it goes first. "": no claim; None: not known."""
    if _far(scene, "recovered", amount, 5) is not None:
        return "", None
    part = _part_of(scene, amount)
    if not part and _formula(scene, amount):
        return "grade", None
    found: list[tuple[int, str, str | None]] = []

    def weigh(table: str, reach: int, more: int, kind: str, role: str | None = None, behind: int = 0) -> None:
        far = _far(scene, table, amount, reach, after=behind)
        if far is not None:
            found.append((far + more, kind, role))

    for tax in _TAXES:
        weigh(tax, 10, 1 if tax == "other_tax" else 0, "share", None if tax == "other_tax" else tax, behind=4)
    weigh("share", 12, 0, "share")
    if not part:
        goods = goods_behind(scene, amount, 0)
        weigh("tariff", 2 if goods else 24, 0, "tariff", "rate")
        weigh("grade", 12, 0, "grade")
        moved = [far for far, one in scene.near("change", amount, 6) if one.end <= amount.start or one.start >= amount.end]
        if moved:
            found.append((moved[0] + (8 if _reaches(scene, amount) else 3 if found else 0), "", None))
        if _bears(scene, amount):
            found.append((-2, "grade", None))
        good, rock = _far(scene, "commodity", amount, 6), _far(scene, "form", amount, 12)
        if good is not None and not found and (rock is not None or _beside(scene, amount, "mass")):
            found.append((good + 1, "grade", None))
    elif not found:
        return "share", None
    if found:
        _, kind, role = min(found, key=lambda one: (one[0], one[1] != "tariff", one[1] != "grade"))
        if min(found)[0] > 3 and kind and _whole_told(scene, amount):
            return "share", None
        return kind, role
    if amount.unit == "1" and "/" in scene.marked.text.content[amount.start : amount.end]:
        return None, None  # "1/3" at the foot of a page
    if amount.unit == "1" or _owner(scene, amount) or _shared_out(scene, amount) or behind(scene, amount, 0):
        return "share", None
    return None, None


def _reaches(scene: Scene, amount: Amount) -> bool:
    """Whether something rose or fell to a percentage, and not by it."""
    content, first = scene.marked.text.content, scene.first(amount.start)
    words = {content[amount.start : amount.end].split()[0].lower(), scene.marked.tokens[max(first - 1, 0)].text.lower()}
    after = scene.marked.tokens[min(scene.last(amount.end) + 1, len(scene.marked.tokens) - 1)].text.lower()
    return bool((words | {after}) & set(lexicon.table("counted")["reaching"]))


def _bears(scene: Scene, amount: Amount) -> bool:
    """Whether a commodity hangs on a percentage in a sentence of rock or tonnes: "at 1% copper hold 20,000 tonnes"."""
    goods = goods_behind(scene, amount, 0)
    if not goods or not (_beside(scene, amount, "mass") or scene.there("form", scene.sentence(amount))):
        return False
    after = goods[0].last + 1
    others = [one for table in ("tariff", "production") for one in scene.there(table, scene.sentence(amount))]
    return not any(one.first == after for one in others)


def _answers(scene: Scene, amount: Amount) -> bool:
    """Whether a rate is that of an answer: "retaliatory duties of 10%"."""
    words = [(one.first, one.last) for one in scene.there("tariff", scene.sentence(amount))]
    signs = [(one.first, one.last) for one in scene.there("retaliation", scene.sentence(amount))]
    here = (scene.first(amount.start), scene.last(amount.end))
    return any(scene.away(sign, word) == 0 and sign[0] < word[0] and scene.away(word, here) <= 4 for sign in signs for word in words)


def _shared_out(scene: Scene, amount: Amount) -> bool:
    """Whether the percentages of the sentence make a whole, or go on with shares that it began."""
    others = [other for other in scene.numbers.get(scene.sentence(amount), ()) if other.dimension == "fraction" and other.unit == "%"]
    return _whole_told(scene, amount) or (len(others) > 1 and bool(scene.there("share", scene.sentence(amount))))


def _whole_told(scene: Scene, amount: Amount) -> bool:
    """Whether the percentages of a sentence make a hundred."""
    others = [other for other in scene.numbers.get(scene.sentence(amount), ()) if other.dimension == "fraction" and other.unit == "%"]
    return len(others) > 1 and abs(sum(other.value for other in others) - 100) < 0.01


def _grade(scene: Scene, amount: Amount) -> Draft:
    hanging = goods_behind(scene, amount)
    if hanging:
        return Draft("grade", amount, amount.start, max(amount.end, hanging[0].end), _form_beside(scene, hanging[0]), hanging[0].name)
    near = scene.near("commodity", amount, 24, before=0, after=6)
    if not near:
        return Draft("grade", amount, amount.start, amount.end)
    good = near[0][1]
    return Draft("grade", amount, amount.start, amount.end, _form_beside(scene, good), good.name)


def _form_beside(scene: Scene, good: Placed) -> str | None:
    """Form of what a grade is of: said in the name or beside it, ore left aside (a grade is of what ore bears)."""
    said = getattr(good, "form", None)
    if said is not None:
        return str(said)
    for one in scene.there("form", scene.marked.tokens[good.first].sentence):
        touching = scene.away((one.first, one.last), (good.first, good.last)) == 0
        if one.name not in ("ore", "concentrate") and touching:
            return one.name
    return None


def _formula(scene: Scene, amount: Amount) -> bool:
    """Whether a chemical formula or symbol stands beside: "0.21 % WO3", "Pb 2.1 %", "Li2O: 0.98 %"."""
    here = (scene.last(amount.end),) * 2
    first = (scene.first(amount.start),) * 2
    for one in scene.there("commodity", scene.sentence(amount)):
        if one.last < first[0] and scene.away((one.first, one.last), first) <= 3 and _symbol(scene, one) and first[0] - one.last <= 2:
            return True
    return any(getattr(one, "kind", None) and scene.away(here, (one.first, one.last)) == 0 for one in goods_behind(scene, amount, 0))


def _part_of(scene: Scene, amount: Amount) -> bool:
    """Whether a percentage is of a thing that is no rock and no metal: "92 % of exports", «92 % экспорта»."""
    tokens = scene.marked.tokens
    if scene.marked.text.language == "kk":
        return _part_before(scene, amount)
    at = scene.last(amount.end) + 1
    if at >= len(tokens) or tokens[at].sentence != scene.sentence(amount):
        return False
    english = tokens[at].text.lower() == "of"
    if english:
        at += 1
        while at < len(tokens) and tokens[at].text.lower() in ("the", "all", "its", "total", "their"):
            at += 1
        if at < len(tokens) and (tokens[at].text in "$€£" or tokens[at].text.isdecimal()):
            return True
    elif scene.marked.text.language == "ru":
        if tokens[at].text == "от":
            return True
        sums = lexicon.table("counted")["sums"]
        while at + 1 < len(tokens) and ("ADJF" in speech(tokens[at].text) or tokens[at].text in sums) and not scene.on("commodity", at):
            at += 1
        if "NOUN" not in speech(tokens[at].text) or speech(tokens[at].text) & {"PREP", "CONJ", "PRCL"}:
            return False
    else:
        return False
    if at >= len(tokens) or not tokens[at].word or tokens[at].sentence != scene.sentence(amount):
        return False
    taken = [one for table in ("commodity", "form", "tariff", *_TAXES) for one in scene.there(table, tokens[at].sentence)]
    on = [one for one in taken if one.first <= at <= one.last]
    if not on:
        return True
    clear = all(_far(scene, table, amount, reach) is None for table, reach in (("grade", 12), ("form", 8), ("tariff", 24)))
    return english and clear


def _part_before(scene: Scene, amount: Amount) -> bool:
    """The same in Kazakh, where the whole stands before, in the genitive: «жоба құнының 55 пайызы»."""
    tokens, first = scene.marked.tokens, scene.first(amount.start)
    if first == 0 or tokens[first - 1].sentence != tokens[first].sentence:
        return False
    owned = tokens[scene.last(amount.end)].text.lower().startswith(tuple(lexicon.table("counted")["percent_of"]))
    whole = tokens[first - 1].text.lower().endswith(tuple(lexicon.table("counted")["genitive"]))
    metal = any(scene.on(table, first - 1) for table in ("commodity", "form"))
    return owned and whole and not (metal and scene.there("grade", tokens[first].sentence))


def _owner(scene: Scene, amount: Amount) -> bool:
    """Whether a company stands near, and nothing else says what the percentage is of."""
    return any(getattr(one, "sort", "") == "company" for _, one in scene.near("subject", amount, 14))


# -------------------------------------------------------------------------------------------------------------- money, time


def _money(scene: Scene, amount: Amount) -> Draft | None:
    dear = _apiece(scene, amount)
    if dear is not None:
        return dear
    for reach in (18, 60):  # what is said near, else anywhere in the sentence
        built = _far(scene, "built", amount, reach)
        ground = _far(scene, "worth", amount, reach) if _ground(scene, amount) else None
        if ground is not None and built is not None and _is_built(scene, amount, built):
            ground = None
        order = {
            "capital": _least(_far(scene, "capital", amount, reach), built if reach == 18 else None),
            "in_situ_value": _least(_far(scene, "in_situ", amount, reach), ground),
            "money": None if (far := _far(scene, "revenue", amount, min(reach, 24))) is None else far - 2,
            "price": None if amount.unit != amount.currency else _far(scene, "price", amount, 8),
        }
        found = min(((far, kind) for kind, far in order.items() if far is not None), default=None)
        if found is not None:
            return Draft(found[1], amount, amount.start, amount.end)
    return Draft("money", amount, amount.start, amount.end)


def _least(*found: int | None) -> int | None:
    return min((far for far in found if far is not None), default=None)


def _apiece(scene: Scene, amount: Amount) -> Draft | None:
    """A price whose unit of mass is the subject: "a kilogram of oxide costs 69 dollars"."""
    units = lexicon.table("apiece")
    near = [span for far, span in scene.near("apiece", amount, 9, before=0, after=99)]
    if not near or amount.unit not in (amount.currency, None):
        return None
    unit = near[0].name
    tonnes = float(units[unit]["tonnes"])
    si = None if amount.si is None else amount.si / tonnes
    low, high = (None if mass is None else mass / tonnes for mass in (amount.low, amount.high))
    priced = replace(amount, unit=f"{amount.unit}/{unit}", si=si, low=low, high=high, dimension="price")
    made = _price(scene, priced)
    return replace(made, start=near[0].start)


def _is_built(scene: Scene, amount: Amount, built: int) -> bool:
    """Whether a worth is of a plant or a study and not of the ground."""
    ground = _nearest_ground(scene, amount)
    return built <= ground + 3 or (ground > 4 and not _deposit(scene, amount))


def _deposit(scene: Scene, amount: Amount) -> bool:
    """Whether the sentence has a deposit, reserves or the ground itself, and not only ore or metal."""
    sentence = scene.sentence(amount)
    sites = any(one.name in ("deposits", "sites") for one in scene.there("counted", sentence))
    return sites or bool(scene.there("ground", sentence)) or bool(scene.there("category", sentence))


def _nearest_ground(scene: Scene, amount: Amount) -> int:
    """How far the nearest word of the ground stands."""
    found = [_far(scene, table, amount, 60) for table in ("category", "form", "commodity")]
    sites = [far for far, one in scene.near("counted", amount, 60) if one.name in ("deposits", "sites", "mines")]
    return min([far for far in (*found, *sites) if far is not None], default=99)


def _ground(scene: Scene, amount: Amount) -> bool:
    """Whether reserves, a deposit or ore stand in the sentence: a value in the ground needs a ground."""
    sentence = scene.sentence(amount)
    tables = ("category", "form", "commodity")
    if scene.there("ground", sentence):
        return True
    deposits = any(one.name in ("deposits", "sites", "mines") for one in scene.there("counted", sentence))
    sites = any(getattr(one, "sort", "") == "deposit" for one in scene.there("subject", sentence))
    return deposits or sites or any(scene.there(table, sentence) for table in tables)


def _price(scene: Scene, amount: Amount) -> Draft:
    near = scene.near("commodity", amount, 30, before=0, after=1)
    near.sort(key=lambda pair: (pair[0], pair[1].start < amount.start))  # "90 euros a kilogram for dysprosium and 60 for neodymium"
    good = near[0][1] if near else None
    form = _form_beside(scene, good) if good is not None else None
    return Draft("price", amount, amount.start, amount.end, form, good.name if good is not None else None)


def _time(scene: Scene, amount: Amount) -> Draft | None:
    if amount.si is not None and amount.si < 0.5:
        return None
    working = [far for far, one in scene.near("life", amount, 0, before=9)]
    tokens, first = scene.marked.tokens, scene.first(amount.start)
    if not working and _far(scene, "not_life", amount, 1) is not None:
        return None
    lasting = tokens[max(first - 1, 0)].text.lower() in ("for", "течение") and _beside(scene, amount, "rate")
    if not working and not lasting and _far(scene, "life", amount, 14) is None:
        return None
    return Draft("life", amount, amount.start, amount.end)


def _date(scene: Scene, amount: Amount) -> Draft | None:
    return Draft("date", amount, amount.start, amount.end)


# --------------------------------------------------------------------------------------------------------- ranks and counts


def _ordinal(scene: Scene, amount: Amount) -> Draft | None:
    if _far(scene, "rank", amount, 6) is None:
        whole = scene.there("rank", scene.sentence(amount))
        by = [_far(scene, table, amount, 6) for table in ("by_reserves", "by_production", "commodity")]
        if scene.there("behind", scene.sentence(amount)) and scene.there("place", scene.sentence(amount)):
            whole = whole or scene.there("behind", scene.sentence(amount))
            by.append(0)
        so_many = "top" in amount.flags and _far(scene, "first_so_many", amount, 1) is not None
        if not so_many and (not whole or all(far is None for far in by)):
            return None
    at, end = scene.last(amount.end), amount.end
    for one in sorted(scene.there("rank", scene.sentence(amount)), key=lambda span: span.start):
        if one.first > at and scene.away((at, at), (one.first, one.last)) == 0:  # "third place in the world"
            at, end = one.last, one.end
    return Draft("rank", amount, amount.start, end, role=ranked_by(scene, amount.start, end))


def ranked_by(scene: Scene, start: int, end: int) -> str | None:
    """What a place is by: "reserves", "production", or None where neither is said."""
    here, sentence = (scene.first(start), scene.last(end)), scene.marked.tokens[scene.first(start)].sentence
    found = [
        (scene.away(here, (one.first, one.last)), role)
        for role in ("reserves", "production")
        for one in scene.there(f"by_{role}", sentence)
    ]
    return min(found)[1] if found and min(found)[0] <= 24 else None


def _number(scene: Scene, amount: Amount) -> Draft | None:
    before = scene.marked.tokens[max(scene.first(amount.start) - 1, 0)]
    if (
        amount.hedge is None
        and amount.of is None
        and any(one.first <= scene.first(amount.start) - 1 <= one.last for one in scene.there("label", before.sentence))
    ):
        return None
    if amount.value == 1 and not scene.marked.text.content[amount.number_start].isdecimal():
        return None  # "one of them": no count
    found = _counted(scene, amount)
    if amount.of is not None and (whole := _whole(scene, amount)) is not None:
        return Draft("count", amount, min(whole[0], amount.start), max(whole[1], amount.end), role=found[1] if found else whole[2])
    if found is None:
        stated = amount.of is not None or _far(scene, "number_of", amount, 7, before=0, after=99) is not None
        return Draft("count", amount, amount.start, amount.end) if stated else None
    end, role = found
    if role == "-":
        return None
    return Draft("count", amount, amount.start, max(end, amount.end), role=role)


def _whole(scene: Scene, amount: Amount) -> tuple[int, int, str | None] | None:
    """Where the Y of "X of Y" stands if it stands apart, and what it counts: "Of the 50 minerals ..., 19 are found here"."""
    if amount.of is None or f"{amount.of:.0f}" in scene.marked.text.content[amount.start : amount.end]:
        return None
    sentence = scene.sentence(amount)
    first, last = scene.marked.sentences[sentence]
    for token in scene.marked.tokens[scene.first(first) : scene.last(last) + 1]:
        if token.text == f"{amount.of:.0f}":
            near = [one for one in scene.there("counted", sentence) if 0 <= one.start - token.end <= 60 and one.name != "-"]
            return token.start, token.end, near[0].name if near else None
    return None


def _counted(scene: Scene, amount: Amount) -> tuple[int, str] | None:
    """End and name of what a number counts: a thing of the table a few words on, else the next noun."""
    tokens = scene.marked.tokens
    at, sentence = scene.last(amount.end), scene.sentence(amount)
    run = _run(scene, at + 1, sentence)
    if not run:
        return None
    known = [one for one in scene.there("counted", sentence) if run[0] <= one.first and one.last <= run[-1]]
    noun = _noun(scene, run)
    if known and (known[0].name != "-" or noun is None or known[0].first <= noun):
        return known[0].end, known[0].name
    return None if noun is None else (tokens[noun].end, tokens[noun].text.lower())


def _run(scene: Scene, at: int, sentence: int) -> list[int]:
    """Tokens behind a number that may be the words of what it counts: up to a sign, a verb, a preposition or another number."""
    tokens, found = scene.marked.tokens, list[int]()
    while at < len(tokens) and len(found) < 8 and tokens[at].sentence == sentence:
        token = tokens[at]
        if token.word:
            if _ends(token, scene.marked.text.language, bool(found)):
                break
            found.append(at)
        elif token.text not in _JOINED or (not found and token.text in "-‑"):
            break
        at += 1
    return found


def _ends(token: Token, language: str, begun: bool) -> bool:
    """Whether a word is none of those that say what is counted."""
    if language == "ru":
        said = speech(token.text)
        return bool(said) and (not said & {"NOUN", "ADJF", "PRTF", "ADVB"} or bool(said & {"PREP", "CONJ"}))
    low = token.text.lower()
    return language == "en" and low in lexicon.table("counted")["stops"] and (begun or low != "the")


_JOINED = frozenset("\"«“„'-‑")


def _noun(scene: Scene, run: list[int]) -> int | None:
    """The word counted where no table knows it: in English a plural, in Russian a noun, in Kazakh the next word."""
    tokens, language = scene.marked.tokens, scene.marked.text.language
    if language == "kk":
        return None if tokens[run[0]].text.lower() in lexicon.table("counted")["stops_kk"] else run[0]
    for n in run[:5]:
        word = tokens[n].text
        if language == "en" and (_PLURAL.search(word) or word.lower() in lexicon.table("counted")["plurals"]) and not word.isupper():
            return n
        if language == "ru" and "NOUN" in speech(word):
            return n
    return None


def _people(scene: Scene, amount: Amount) -> Draft | None:
    """People are counted; lengths, powers and percentage points are not."""
    return Draft("count", amount, amount.start, amount.end, role="people") if amount.unit in ("people", "person") else None


_READ: dict[str, Callable[[Scene, Amount], Draft | None]] = {
    "other": _people,
    "mass": _mass,
    "rate": _rate,
    "fraction": _fraction,
    "money": _money,
    "price": _price,
    "unit_cost": _price,
    "time": _time,
    "date": _date,
    "ordinal": _ordinal,
    "number": _number,
}
