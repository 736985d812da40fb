"""What and whom does a text name? The one door to commodities, forms, categories, codes, places, subjects and speakers."""

from __future__ import annotations

from kenes.claims import speech
from kenes.claims.alike import canonical, same, transliterate
from kenes.claims.sites import Reading
from kenes.claims.speech import Spoken
from kenes.claims.terms import Named, categories, codes, commodities, common, forms, places
from kenes.claims.tokens import Marked

__all__ = [
    "Named",
    "Spoken",
    "canonical",
    "categories",
    "codes",
    "commodities",
    "common",
    "forms",
    "places",
    "same",
    "speakers",
    "subjects",
    "subjects_and_speakers",
    "transliterate",
]


def subjects(marked: Marked) -> list[Named]:
    """Deposits, companies and public bodies in the order of the text."""
    return Reading(marked).subjects


def speakers(marked: Marked) -> list[Spoken]:
    """Who says what, in the order of the text."""
    return speech.speakers(Reading(marked))


def subjects_and_speakers(marked: Marked) -> tuple[list[Named], list[Spoken]]:
    """Both, from one reading: who speaks is looked for among the subjects."""
    reading = Reading(marked)
    return reading.subjects, speech.speakers(reading)
