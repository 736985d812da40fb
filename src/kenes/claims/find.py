"""What is claimed? Every statement of a text with its subject, place, commodity, form, category, speaker and hedge, and its very words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kenes.claims import amounts, lexicon, texts
from kenes.claims.amounts import Amount
from kenes.claims.claim import Claim, Text
from kenes.claims.endpoint import Proposal
from kenes.claims.kinds import Draft, draft, ranked_by
from kenes.claims.names import Spoken
from kenes.claims.scene import Placed, Scene, survey
from kenes.claims.tokens import cut
from kenes.notes import note

__all__ = ["claims"]

MOST = 5_000
"""Claims told of one text. A text with more is a table, and no reader goes through its claims one by one."""

_BACK = 8
"""Sentences of a paragraph, this one included, in which a subject is looked for."""
_QUANTITIES = ("tonnage", "grade", "contained", "in_situ_value", "capacity", "price", "life", "capital", "money")
_EDGES = " \t\n\r\"'«»“”„.,;:–—-"


def claims(text: Text, proposals: Sequence[Proposal] = ()) -> tuple[Text, tuple[Claim, ...]]:
    """Finds the claims of a text, in its order.

    proposals : of another reader: their numbers are read again from their quotes, and what is found here already is not told twice

    Returns the text too, with its day where it bears one and with notes on what was left out.
    """
    marked = cut(text)
    found = amounts.find(marked)
    scene = survey(marked, found)
    dateline = _dateline(scene)
    if text.dated is None and dateline is not None:
        text = replace(text, dated=date.fromisoformat(str(dateline.when)))
    drafts = [one for amount in found if amount is not dateline for one in _parts(text, draft(scene, amount))]
    context = _Context(scene)
    drafts += [*_acts(scene), *_duties(scene, drafts), *_firsts(scene), *_behind(scene, context), *_aged(scene)]
    drafts += _proposed(drafts, found, proposals)
    drafts = _worked_out(scene, _gone_on(scene, drafts))
    if len(found) >= amounts.MOST:
        text = replace(text, notes=(*text.notes, note("only the first {most:,} numbers of the text were read", most=amounts.MOST)))
    drafts.sort(key=lambda one: (one.start, one.end, one.kind))
    if len(drafts) > MOST:
        text = replace(text, notes=(*text.notes, note("{n:,} statements in the text, the first {most:,} told", n=len(drafts), most=MOST)))
    made = [context.claim(one, n) for n, one in enumerate(drafts[:MOST], 1)]
    return text, tuple(made)


def _parts(text: Text, one: Draft | None) -> Iterator[Draft]:
    """A statement as it is; a span of years as the year it begins and the year it ends."""
    if one is None:
        return
    years = list(re.finditer(r"\d{4}", text.content[one.start : one.end])) if one.kind == "date" and one.amount.low is not None else []
    if len(years) != 2:
        yield one
        return
    for year in years:
        start, end = one.start + year.start(), one.start + year.end()
        amount = replace(one.amount, value=float(year[0]), si=float(year[0]), low=None, high=None, when=year[0], start=start, end=end)
        yield replace(one, amount=amount, start=start, end=end)


def _dateline(scene: Scene) -> Amount | None:
    """The day that stands alone on a line near the head of the text: its own."""
    content = scene.marked.text.content
    for amount in scene.amounts:
        if amount.start > 3_000:
            break
        if amount.dimension == "date" and amount.when is not None and len(amount.when) == 10 and amount.when[0] != "-":
            start = content.rfind("\n", 0, amount.start) + 1
            end = content.find("\n", amount.end)
            line = content[start : amount.start] + content[amount.end : end if end >= 0 else len(content)]
            if len(re.findall(r"[^\W\d_]+", line)) <= 3 and not re.search(r"\d{3}", line):
                return amount
    return None


# ------------------------------------------------------------------------------------------------- statements without amounts


def _bare(start: int, end: int, when: str | None = None) -> Amount:
    """An amount of nothing: for a statement that has words only."""
    return Amount("none", 0.0, "1", None, None, None, None, None, None, when, (), start, end, start, start, False)


def _firsts(scene: Scene) -> Iterator[Draft]:
    """First places told without a number: "the world's largest producer". "One of the largest" is no place."""
    for sentence in range(len(scene.marked.sentences)):
        for one in scene.there("ranked_first", sentence):
            told = any(other.start < one.end and one.start < other.end for other in scene.numbers.get(sentence, ()))
            if not told:
                yield _placed(scene, 1, one.start, one.end)
        for one in scene.there("largest", sentence):
            near = [span for span in scene.there("world", sentence) if scene.away((one.first, one.last), (span.first, span.last)) <= 5]
            ranked = any(
                other.dimension == "ordinal" and scene.away((scene.first(other.start), scene.last(other.end)), (one.first, one.last)) <= 3
                for other in scene.numbers.get(sentence, ())
            )
            among = any(
                span.last < one.first and scene.away((span.first, span.last), (one.first, one.last)) <= 4
                for span in scene.there("among", sentence)
            )
            if near and not ranked and not among:
                start, end = min(one.start, near[0].start), max(one.end, near[0].end)
                yield _placed(scene, 1, start, end)
                break


def _placed(scene: Scene, place: int, start: int, end: int) -> Draft:
    """A place told in words."""
    amount = replace(_bare(start, end), dimension="ordinal", value=float(place), si=float(place))
    return Draft("rank", amount, start, end, role=ranked_by(scene, start, end))


def _behind(scene: Scene, context: _Context) -> Iterator[Draft]:
    """A place told by those before it: "behind only China and Brazil" is the third."""
    for sentence in range(len(scene.marked.sentences)):
        signs = scene.there("behind", sentence)
        if not signs or not (scene.there("rank", sentence) or scene.there("by_reserves", sentence)):
            continue
        if any(other.dimension == "ordinal" for other in scene.numbers.get(sentence, ())) or scene.there("largest", sentence):
            continue
        for sign in signs:
            others = context.before(sign)
            if others:
                places = [one for one in scene.there("place", sentence) if one.name in others]
                start, end = min([sign.start, *(one.start for one in places)]), max([sign.end, *(one.end for one in places)])
                yield _placed(scene, len(others) + 1, start, end)
                break


def _gone_on(scene: Scene, drafts: Sequence[Draft]) -> list[Draft]:
    """Bare numbers go on with the last of their sort, in their sentence or the one before: "China holds 44 Mt of oxides, Brazil 21 Mt"."""
    made: list[Draft] = []
    last: dict[str, tuple[int, int, Draft]] = {}
    for one in sorted(drafts, key=lambda draft: draft.start):
        sort = "mass" if one.kind in ("tonnage", "contained", "capacity") else one.amount.dimension
        token = scene.marked.tokens[scene.first(one.start)]
        before = last.get(sort)
        if one.bare and before is not None and before[0] == token.paragraph and token.sentence - before[1] <= 1:
            other = before[2]
            if one.kind != "tonnage" or other.kind == "contained":
                one = replace(one, kind=other.kind, form=other.form, commodity=other.commodity, role=other.role)
        if one.kind:
            made.append(one)
            last[sort] = (token.paragraph, token.sentence, one)
    return made


def _worked_out(scene: Scene, drafts: Sequence[Draft]) -> list[Draft]:
    """A bare mass that is the product of the tonnage and the grade told before it is what they contain: "comes to 24,000 tonnes"."""
    made: list[Draft] = []
    rocks: list[tuple[int, float]] = []
    grades: list[tuple[int, float]] = []
    for one in sorted(drafts, key=lambda draft: draft.start):
        si, sentence = one.amount.si, scene.sentence(one.amount)
        if si is not None and one.kind == "tonnage":
            products = [t * g for n, t in rocks[-4:] for m, g in grades[-4:] if sentence - min(n, m) <= 2]
            if one.end == one.amount.end and one.form in (None, "ore") and any(abs(si - product) <= 0.02 * product for product in products):
                made.append(replace(one, kind="contained", form=None))
                continue
            rocks.append((sentence, si))
        elif si is not None and one.kind == "grade":
            grades.append((sentence, si))
        made.append(one)
    return made


def _proposed(drafts: Sequence[Draft], found: Sequence[Amount], proposals: Sequence[Proposal]) -> Iterator[Draft]:
    """Proposals of another reader that say more than was found here."""
    for one in proposals:
        end = one.start + len(one.quote)
        if any(old.kind == one.kind and old.start < end and one.start < old.end for old in drafts):
            continue
        inside = [amount for amount in found if one.start <= amount.number_start and amount.number_end <= end]
        if inside:
            yield Draft(one.kind, inside[0], one.start, end, one.form, one.commodity)


def _aged(scene: Scene) -> Iterator[Draft]:
    """Spans of years told by an adjective: "a six-year licence" in one Russian word."""
    for sentence in range(len(scene.marked.sentences)):
        for one in scene.there("aged", sentence):
            years = float(one.name)
            amount = replace(_bare(one.start, one.end), dimension="time", value=years, unit="year", si=years)
            found = draft(scene, amount)
            if found is not None:
                yield found


def _acts(scene: Scene) -> Iterator[Draft]:
    """Each named act, where the text first names it."""
    seen = set()
    for sentence in range(len(scene.marked.sentences)):
        for one in scene.there("law", sentence):
            if one.name not in seen:
                seen.add(one.name)
                yield Draft("law", _bare(one.start, one.end), one.start, one.end, role=one.name)


def _duties(scene: Scene, rates: Sequence[Draft]) -> Iterator[Draft]:
    """Exemptions from a duty and answers to it, which have words and often no number: the clause that says so."""
    content = scene.marked.text.content
    for sentence in range(len(scene.marked.sentences)):
        here = bool(scene.there("tariff", sentence))
        if not here and not any(scene.there("tariff", near) for near in (sentence - 1, sentence + 1)):
            continue
        if any(
            one.role == "retaliation" and one.amount.dimension == "fraction" and scene.sentence(one.amount) == sentence for one in rates
        ):
            continue
        signs = [(role, one) for role in ("exemption", "retaliation") for one in _signs(scene, role, sentence, here)[:1]]
        for role, sign in signs:
            start, end = _clause(scene, sentence, sign)
            for other, one in signs:
                if other != role:  # both in one sentence: each has its side of the comma between them
                    left, right = sorted((sign.start, one.start))
                    cut = max(content.rfind(mark, left, right) for mark in ",;")
                    if cut >= 0:
                        start, end = (start, cut) if sign.start < cut else (cut + 1, end)
            start += len(content[start:end]) - len(content[start:end].lstrip())
            yield Draft("tariff", _bare(start, end), start, end, role=role)


def _signs(scene: Scene, role: str, sentence: int, here: bool) -> list[Placed]:
    """Words of an exemption or an answer; where the duty itself stands in the next sentence, only those that can mean nothing else."""
    found = list(scene.there(role, sentence))
    clear = tuple(lexicon.table("counted")["clear"])
    return found if here else [one for one in found if scene.marked.text.content[one.start : one.end].lower().startswith(clear)]


def _clause(scene: Scene, sentence: int, sign: Placed) -> tuple[int, int]:
    """The words that say it: within the quotation marks that hold the sign, else the sentence."""
    content = scene.marked.text.content
    first, last = scene.marked.sentences[sentence]
    start, end = first, last
    for opening, closing in (("«", "»"), ("“", "”"), ('"', '"')):
        left = content.rfind(opening, first, sign.start)
        right = content.find(closing, sign.end, last)
        odd = opening != closing or content.count(opening, first, sign.start) % 2 == 1
        if left >= 0 and right >= 0 and odd and content.find(closing, left + 1, sign.start) < 0:
            start, end = left + 1, right
    while start < end and content[start] in _EDGES:
        start += 1
    while end > start and content[end - 1] in _EDGES:
        end -= 1
    return start, end


# ----------------------------------------------------------------------------------------------------------- what is around


class _Context:
    """What the claims of a text are about, where their own words do not say it: the sentence, the paragraph, the text."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        tokens = scene.marked.tokens
        self.sentences: dict[int, list[int]] = {}
        for token in tokens:
            inside = self.sentences.setdefault(token.paragraph, [])
            if not inside or inside[-1] != token.sentence:
                inside.append(token.sentence)
        self.said: dict[int, list[Spoken]] = {}
        for said in scene.said:
            self.said.setdefault(tokens[scene.first(said.said_start)].sentence, []).append(said)
        counted = Counter(one.name for (table, _), spans in scene.spans.items() if table == "place" for one in spans)
        self.country = counted.most_common(1)[0][0] if counted else None
        goods = {one.name for (table, _), spans in scene.spans.items() if table == "commodity" for one in spans}
        self.only_good = next(iter(goods)) if len(goods) == 1 else None

    def claim(self, one: Draft, n: int) -> Claim:
        """The claim of a draft."""
        scene, amount = self.scene, one.amount
        token = scene.marked.tokens[scene.first(one.start)]
        subject, place = self._subject(one)
        category, code = self._category(one)
        others = self._others(one) if one.kind == "rank" else ()
        page = texts.page(scene.marked.text, one.start)
        number = amount.dimension != "none" or one.amount.si is not None
        return Claim(
            id=f"c{n}",
            kind=one.kind,
            value=amount.value if number else None,
            unit="year" if one.kind == "date" else amount.unit,
            si=amount.si,
            quote=scene.marked.text.content[one.start : one.end],
            start=one.start,
            end=one.end,
            low=amount.low,
            high=amount.high,
            of=amount.of,
            form=one.form,
            category=category,
            code=code,
            subject=subject,
            place=self._place(one, others) or place,
            commodity=self._commodity(one),
            speaker=self._speaker(one),
            hedge=amount.hedge or self._modal(one),
            role=one.role,
            others=others,
            when=self._when(one),
            flags=tuple(flag for flag in amount.flags if "read as" in flag),
            text=scene.marked.text.key,
            sentence=token.sentence,
            paragraph=token.paragraph,
            page=None if page is None else str(page),
        )

    def _earlier(self, sentence: int) -> Iterator[int]:
        """A sentence and those before it in its paragraph, the nearest first."""
        tokens_of = self.scene.marked.sentences[sentence]
        paragraph = self.scene.marked.tokens[self.scene.first(tokens_of[0])].paragraph
        inside = self.sentences.get(paragraph, [sentence])
        at = bisect_right(inside, sentence)
        yield from reversed(inside[max(at - _BACK, 0) : at])

    def _commodity(self, one: Draft) -> str | None:
        if one.commodity is not None or one.kind in ("date", "law"):
            return one.commodity
        loose, ranked = one.kind in ("count", "share"), one.kind == "rank"
        near = self.scene.near("commodity", one.amount, 5 if loose else 30, before=int(ranked), after=0 if loose or ranked else 2)
        if near:
            return near[0][1].name
        if one.kind not in _QUANTITIES and one.kind != "rank":
            return None
        if one.kind == "rank":  # a guessed commodity would make a rank of another thing
            return self.only_good
        for sentence in self._earlier(self.scene.sentence(one.amount)):
            goods = {span.name for span in self.scene.there("commodity", sentence)}
            if len(goods) == 1:
                return goods.pop()
            if goods:
                return None
        return self.only_good

    def _subject(self, one: Draft) -> tuple[str | None, str | None]:
        """What a claim is about, and where that lies: for a share its owner, else the site named before it, else behind."""
        if one.kind in ("date", "law", "tariff", "price"):
            return None, None
        wanted = "company" if one.kind in ("share", "money", "capital") else "deposit"
        near = self.scene.near("subject", one.amount, 60, before=0, after=3)
        fitting = [span for _, span in near if getattr(span, "sort", "") == wanted]
        if not fitting and one.kind == "share":
            fitting = [span for _, span in near if getattr(span, "sort", "") == "deposit"]
        if one.kind == "share":  # an owner stands before its share, or right behind it
            here = self.scene.first(one.start)
            last = (self.scene.last(one.end),) * 2
            fitting = [span for span in fitting if span.last < here or self.scene.away(last, (span.first, span.last)) <= 2]
        if fitting:
            return fitting[0].name, getattr(fitting[0], "place", None)
        if one.kind in _QUANTITIES and wanted == "deposit":
            for sentence in self._earlier(self.scene.sentence(one.amount)):
                sites = [span for span in self.scene.there("subject", sentence) if getattr(span, "sort", "") == "deposit"]
                if sites:
                    return sites[-1].name, getattr(sites[-1], "place", None)
        return None, None

    def _place(self, one: Draft, others: tuple[str, ...]) -> str | None:
        if one.kind in ("date", "law"):
            return None
        if one.kind != "share":  # "third after China and Brazil, with 20 million tons": the tons are not Brazil's
            signs = self.scene.there("behind", self.scene.sentence(one.amount))
            others = (*others, *(name for sign in signs for name in self.before(sign)))
        near = [span for _, span in self.scene.near("place", one.amount, 60) if span.name not in others]
        if one.kind == "tariff" and near:
            ours = [span.name for span in near if span.name != self._importer()]
            return ours[0] if ours else self.country
        if near:
            return near[0].name
        for sentence in self._earlier(self.scene.sentence(one.amount)):
            names = {span.name for span in self.scene.there("place", sentence)} - set(others)
            if len(names) == 1:
                return names.pop()
        return self.country if one.kind in (*_QUANTITIES, "rank", "count", "tariff") and self.country not in others else None

    def _importer(self) -> str | None:
        return next(iter(lexicon.table("law").get("importers", ())), None)

    def _others(self, one: Draft) -> tuple[str, ...]:
        """Countries that a rank is said to stand behind."""
        found = (self.before(sign) for sign in self.scene.there("behind", self.scene.sentence(one.amount)))
        return next((chain for chain in found if chain), ())

    def before(self, sign: Placed) -> tuple[str, ...]:
        """Countries named beside a word such as "after" or "behind"."""
        places = sorted(self.scene.there("place", self.scene.marked.tokens[sign.first].sentence), key=lambda span: span.first)
        chain = self._chain([span for span in places if span.first > sign.last], sign.last, 8)
        if self.scene.marked.text.language == "kk" or not chain:  # Kazakh names them first: "Қытай мен Бразилиядан кейін"
            chain = self._chain([span for span in reversed(places) if span.last < sign.first], sign.first, 2)[::-1] or chain
        return tuple(dict.fromkeys(chain))

    def _chain(self, places: Sequence[Placed], at: int, reach: int) -> list[str]:
        """Places listed one after another from a word on, with nothing but "and" and commas between them."""
        found: list[str] = []
        for span in places:
            near, far = (at, span.first) if span.first > at else (span.last, at)
            between = self.scene.marked.tokens[near + 1 : far]
            if len(between) > (2 if found else reach) or (found and any(token.word and len(token.text) > 5 for token in between)):
                break
            if found and [token.text for token in between] == [","] and self._alone(span):
                break
            found.append(span.name)
            at = span.last if span.first > at else span.first
        return found

    def _alone(self, span: Placed) -> bool:
        """Whether a place begins the main clause: "after China and Brazil, Kazakhstan holds ...": a verb or a number follows, no list."""
        tokens = self.scene.marked.tokens
        after = tokens[span.last + 1].text if span.last + 1 < len(tokens) else "."
        return after not in (",", "and", "и", "және", "мен", "пен", "бен", ".", ")")

    def _category(self, one: Draft) -> tuple[str | None, str | None]:
        if one.kind not in ("tonnage", "contained", "grade", "in_situ_value", "rank"):
            return None, None
        near = self.scene.near("category", one.amount, 40, before=0, after=2)
        codes = self.scene.near("code", one.amount, 60)
        exact = [(far, span) for far, span in near if span.name not in ("reserve", "resource", "forecast")]
        if exact and exact[0][0] <= near[0][0] + 6:  # "reserves of the categories C1 and C2": the letters say more than the word
            near = exact
        return near[0][1].name if near else None, codes[0][1].name if codes else None

    def _speaker(self, one: Draft) -> str | None:
        sentence = self.scene.sentence(one.amount)
        near = (said for n in range(max(sentence - 60, 0), sentence + 2) for said in self.said.get(n, ()))
        inside = [said for said in near if said.said_start <= one.start and one.end <= said.said_end]
        return min(inside, key=lambda said: said.said_end - said.said_start).name if inside else None

    def _modal(self, one: Draft) -> str | None:
        if one.kind in ("date", "law"):
            return None
        near = self.scene.near("modal", one.amount, 10, before=0, after=6)
        return "may" if near else None

    def _when(self, one: Draft) -> str | None:
        if one.amount.when is not None:
            return one.amount.when
        sentence = self.scene.sentence(one.amount)
        here = (self.scene.first(one.start), self.scene.last(one.end))
        dates = [
            (
                self.scene.away(here, (self.scene.first(other.start), self.scene.last(other.end))),
                other.start,
                str(other.when or int(other.value)),
            )
            for other in self.scene.numbers.get(sentence, ())
            if other.dimension == "date" and (other.when or other.si)
        ]
        return min(dates)[2] if dates and min(dates)[0] <= 24 else None
