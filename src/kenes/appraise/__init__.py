"""The page itself, the books, the result: ``appraise(kenes.load(path))`` is a whole appraisal."""

from kenes.appraise.page import year
from kenes.appraise.result import Result, appraise

__all__ = ["Result", "appraise", "year"]
