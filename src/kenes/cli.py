"""The terminal door. Exit codes: 0, 2 for bad input, 1 for a fault of ours."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from kenes import __version__
from kenes.errors import Fault, InputError

__all__ = ["main"]


class _Argument(click.Argument):
    """An argument that the help of its command explains. told : in these words"""

    def __init__(self, names: Sequence[str], told: str, **more: Any) -> None:
        super().__init__(names, **more)
        self.told = told


class _Command(click.Command):
    """A command whose help explains its arguments (click itself does so from 8.5 on)."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes arguments, then options."""
        rows = [(one.human_readable_name, one.told) for one in self.params if isinstance(one, _Argument)]
        if rows:
            with formatter.section("Arguments"):
                formatter.write_dl(rows)
        super().format_options(ctx, formatter)


class _Door(click.Group):
    """The commands, in the order in which they stand here."""

    command_class = _Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(self.commands)


project_file = click.argument("file", cls=_Argument, type=Path, told="Project file (TOML).  [required]")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON, and nothing else.")
settings = click.option(
    "--set", "settings", metavar="PATH=VALUE", multiple=True, help='Change one number, date or flag: site.mine.mine.capacity="2 Mt/y".'
)
language = click.option("--lang", metavar="LANG", default="en", show_default=True, help="Language of the tables: en, ru or kk.")


def _print(text: str) -> None:
    """One line to standard output. A closed pipe is told without its number, by which click would leave with exit code 1."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise BrokenPipeError from None


def _json(result: object) -> str:
    """The result as one line of JSON."""
    import json

    return json.dumps(result, allow_nan=False, ensure_ascii=False)


@click.group(cls=_Door)
@click.version_option(__version__, message="kenes %(version)s", help="Show the version and leave.")
def app() -> None:
    """What a critical-mineral project is worth, to whom, under the permits, taxes, tariffs and owners that really apply."""


@app.command()
@project_file
@as_json
@click.option("--csv", type=Path, metavar="DIR", help="Also write the tables as CSV files into this folder.")
@language
@settings
def appraise(file: Path, as_json: bool, csv: Path | None, lang: str, settings: tuple[str, ...]) -> None:
    """Appraise a project: what it is worth, to whom, and why."""
    # No matrix of an appraisal is large enough for threads, and numpy would start one on each core, for a third of its own start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from kenes.appraise import appraise as work
    from kenes.project import load
    from kenes.report.words import words

    told = words(lang)
    report = work(load(file, settings)).report
    if csv is not None:
        from kenes.report.files import write_csv

        for path in write_csv(report, csv):
            click.echo(f"wrote {path}", err=True)
    if as_json:
        _print(_json(report))
        return
    from kenes.report.terminal import screen, show

    show(report, screen(), told)


@app.command()
@project_file
@click.option("--draws", type=int, metavar="N", default=10_000, show_default=True, help="Lives to run.")
@click.option("--seed", type=int, metavar="S", default=1, show_default=True, help="The same seed gives the same draws.")
@click.option("--machine", metavar="NAME", help="plain or native.")
@click.option(
    "--sensitivity/--no-sensitivity",
    default=True,
    show_default=True,
    help="Tornado, Sobol, gradients, correlations and price of unpredictability.",
)
@as_json
@click.option("--out", type=Path, metavar="FILE", help="Also write every draw to this Parquet file.")
@click.option("--precision", metavar="X", help='Stop at this standard error of after-tax NPV: "1 %" or "2 MUSD".')
@click.option("--bounds", metavar="WHAT", help="P10/P90 or min/max: low and high where the file does not say.")
@click.option(
    "--gradient-of", "gradients_of", metavar="NAME", multiple=True, help="Also tell the gradients of this level or party (in --json)."
)
@language
@settings
def simulate(
    file: Path,
    draws: int,
    seed: int,
    machine: str | None,
    sensitivity: bool,
    as_json: bool,
    out: Path | None,
    precision: str | None,
    bounds: str | None,
    gradients_of: tuple[str, ...],
    lang: str,
    settings: tuple[str, ...],
) -> None:
    """Run many lives of a project: what it may be worth, to whom, and what matters. Ctrl-C keeps what is done."""
    gc.enable()  # long work: what it leaves must go
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from kenes.chance.simulate import simulate as work
    from kenes.project import load
    from kenes.report.words import words

    told = words(lang)
    project = load(file, settings)
    columns = [*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn()]
    errors = Console(stderr=True)
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("lives", total=draws)
        done = work(
            project,
            draws,
            seed,
            machine=machine,
            sensitivity=sensitivity,
            precision=precision,
            out=out,
            bounds=bounds,
            gradients_of=gradients_of,
            progress=lambda now, all_: bar.update(task, completed=now),
        )
    if as_json:
        _print(_json(done.report))
    else:
        from kenes.report.simulation import show
        from kenes.report.terminal import screen

        show(done.report, screen(0), told)
    if out is not None:
        click.echo(f"wrote {out}", err=True)
    if done.interrupted:
        sys.exit(130)


@app.command()
@project_file
@click.option("--xlsx", type=Path, metavar="FILE", help="Write a workbook with live formulas.")
@click.option("--html", type=Path, metavar="FILE", help="Write the report as one page that fetches nothing.")
@click.option("--pdf", type=Path, metavar="FILE", help="Write that page as a PDF, by a browser on this machine.")
@click.option("--figures", type=Path, metavar="DIR", help="Write every figure as SVG and PNG into this folder.")
@click.option("--draws", type=int, metavar="N", help="Also run this many lives; left out: none.")
@click.option("--seed", type=int, metavar="S", default=1, show_default=True, help="The same seed gives the same draws.")
@language
@settings
def report(
    file: Path,
    xlsx: Path | None,
    html: Path | None,
    pdf: Path | None,
    figures: Path | None,
    draws: int | None,
    seed: int,
    lang: str,
    settings: tuple[str, ...],
) -> None:
    """Write the papers of a project: workbook, report, figures. All are made before any is written."""
    import shlex

    from kenes.project import load
    from kenes.report import papers
    from kenes.report.study import gather
    from kenes.report.words import words

    told = words(lang)
    wanted = papers.Wanted(xlsx, html, pdf, figures)
    papers.check(wanted, file)
    if draws is not None:
        gc.enable()  # long work: what it leaves must go
    options: list[tuple[str, object]] = [*wanted.files.items(), ("--figures", figures), ("--draws", draws)]
    options += [("--seed", seed if draws is not None else None), ("--lang", lang if lang != "en" else None)]
    typed = ["kenes", "report", str(file), *(word for name, value in options if value is not None for word in (name, str(value)))]
    typed += [word for setting in settings for word in ("--set", setting)]
    study = gather(load(file, settings), draws, seed)
    for path in papers.write(papers.make(study, told, wanted, shlex.join(typed))):
        click.echo(f"wrote {path}", err=True)


@app.command()
@click.argument(
    "files",
    cls=_Argument,
    nargs=-1,
    required=True,
    metavar="FILE ...",
    told="Texts (plain, HTML or PDF), dossiers (.toml), or - for standard input.  [required]",
)
@click.option("--json", "as_json", is_flag=True, help="Print claims, checks and conflicts as JSON, and nothing else.")
@click.option("--html", type=Path, metavar="FILE", help="Write a page: the text with its claims marked, the verdicts beside it.")
@click.option("--dossier", type=Path, metavar="FILE", help="Write the claims as a file (TOML) to be edited by hand.")
@click.option(
    "--appraise", "screening", is_flag=True, help="Write a screening project of the claims and run it: what would have to be true."
)
@click.option("--project", type=Path, metavar="FILE", help="Where --appraise writes; left out: TEXT-screening.toml here.")
@click.option("--force", is_flag=True, help="Replace a dossier or screening project that is there.")
@click.option("--as-of", metavar="DATE", help="Day for which law is told; left out: today.")
@click.option("--dated", metavar="DATE", help="Day of the texts; left out: the day they bear.")
@click.option("--text-lang", metavar="LANG", help="Language of the texts: en, ru or kk; left out: by their words.")
@click.option("--reader", metavar="URL", help="Also ask this endpoint of a language model to read the texts.")
@click.option("--model", metavar="NAME", help="Model that --reader asks.")
@language
def check(
    files: tuple[str, ...],
    as_json: bool,
    html: Path | None,
    dossier: Path | None,
    screening: bool,
    project: Path | None,
    force: bool,
    as_of: str | None,
    dated: str | None,
    text_lang: str | None,
    reader: str | None,
    model: str | None,
    lang: str,
) -> None:
    """Check what a text claims: every number with its words, made comparable, and whether it can hold. No text is called false."""
    if screening:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in an appraisal
    import shlex

    from kenes.report import claims_papers as papers
    from kenes.report.files import write
    from kenes.report.words import words

    told = words(lang)
    day = _day("--as-of", as_of) or date.today()  # the only clock: everything behind this door is told the day
    day_of_texts = _day("--dated", dated)
    wanted = papers.Wanted(html, dossier, (project or papers.screening_file(files[0])) if screening else project, force)
    papers.check(wanted, files, papers.misfits(files, project, screening, reader, model))

    from kenes.claims.check import findings as work
    from kenes.claims.endpoint import endpoint
    from kenes.claims.telling import told as contract

    asked = None if reader is None or model is None else endpoint(reader, model, os.environ)
    options: list[tuple[str, object]] = [
        ("--html", html),
        ("--project", wanted.project),
        ("--as-of", day),
        ("--dated", dated),
        ("--text-lang", text_lang),
    ]
    options += [("--reader", None if asked is None else asked.url.partition("?")[0]), ("--model", model)]
    options += [("--lang", lang if lang != "en" else None)]
    typed = ["kenes", "check", *files, *(["--appraise", "--force"] if screening else [])]
    typed += [word for name, value in options if value is not None for word in (name, str(value))]
    sources = [file if file == "-" else Path(file) for file in files]
    found = work(sources, as_of=day, dated=day_of_texts, language=text_lang, reader=asked)
    screened, text = papers.screened(found, wanted.project) if screening and wanted.project is not None else (None, None)
    printed = _json(contract(found, screened)) if as_json else ""
    for path in write(papers.make(found, told, wanted, shlex.join(typed), screened, text)):
        click.echo(f"wrote {path}", err=True)
    if as_json:
        _print(printed)
        return
    from kenes.report.claims_terminal import NARROWEST, show
    from kenes.report.terminal import screen

    show(found, screen(NARROWEST), told, screened)


def _day(option: str, text: str | None) -> date | None:
    """A day as typed. Raises InputError for another text."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(Fault(option, f'"{text}"', "a date such as 2026-01-01")) from None


@app.command()
@project_file
@click.option("--program", is_flag=True, help="The page as formulas: one year, from what it is given to what it tells.")
@click.option(
    "--line",
    "lines",
    metavar="TEXT",
    multiple=True,
    help="Only outputs whose name contains this text, and what they need (repeatable).",
)
@settings
def explain(file: Path, program: bool, lines: tuple[str, ...], settings: tuple[str, ...]) -> None:
    """Explain how a project is computed. Uncertain numbers stay symbols."""
    if not program:
        raise InputError(Fault("explain", "no word on what to explain", "--program: the formulas of a year"))
    from kenes.project import load
    from kenes.report.formulas import formulas

    _print(formulas(load(file, settings), lines))


@app.command()
@click.argument(
    "series",
    cls=_Argument,
    nargs=-1,
    metavar="[SERIES ...]",
    told="Series on file by name, or CSV files with the columns year,price.",
)
@click.option("--kind", metavar="KIND", help='"geometric Brownian", "mean-reverting" or "two-regime"; left out: each.')
@click.option("--from", "first", type=int, metavar="YEAR", help="First year used.")
@click.option("--to", "last", type=int, metavar="YEAR", help="Last year used.")
@as_json
def calibrate(series: tuple[str, ...], kind: str | None, first: int | None, last: int | None, as_json: bool) -> None:
    """Fit price processes to yearly prices, ready to paste into a project. Without SERIES: list what is on file."""
    from kenes.chance import calibrate as work

    if not series:
        found = work.listing()
        if as_json:
            _print(_json({"series": found}))
            return
        for one in found:
            years = f"{one['years'][0]}-{one['years'][1]}"
            _print(f"{one['name']:<30}{one['unit']:<11}{one['money'].split(',')[0]:<11}{years:<11}{one['source'].split(',')[0]}")
        return
    report = work.calibrate(series, kind, first, last)
    _print(_json(report) if as_json else work.text(report))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a project file."""
    import json

    from kenes.project import File

    _print(json.dumps(File.model_json_schema(), indent=2, ensure_ascii=False))


@app.command()
@click.argument(
    "file",
    cls=_Argument,
    type=Path,
    default="project.toml",
    metavar="[FILE]",
    told="Where to write the starter.  [default: project.toml]",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def new(file: Path, force: bool) -> None:
    """Write a commented starter project, which appraises as it is."""
    from importlib import resources

    from kenes.report.files import write_whole

    if file.exists() and not force:
        raise InputError(Fault(str(file), "a file that is there already", "a new name", "or --force to replace it"))
    try:
        write_whole(file, (resources.files("kenes") / "reference" / "starter.toml").read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            Fault(str(file), f"a place that cannot be written: {error.strerror}", "a file name in a folder that is there")
        ) from None
    click.echo(f"wrote {file}: try `kenes appraise {file}`")


def main() -> None:
    """Entry point of ``kenes``."""
    for stream in (sys.stdout, sys.stderr):  # a sign that the terminal cannot show is told as "?", and nothing is lost for it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # The process is short and keeps what it makes: collecting cycles would only cost time (a tenth of an appraisal).
    gc.disable()
    # A project is read by the schema alone; looking through every installed package for plugins would only cost time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader has seen enough (``| head``). What is still buffered goes nowhere, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        click.echo(f"the output cannot be written: {error.strerror}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        click.echo(f"kenes failed on this input, and that is our fault: {type(error).__name__}: {error}", err=True)
        click.echo("Please report it with the project file (KENES_DEBUG=1 shows the traceback).", err=True)
        if os.environ.get("KENES_DEBUG"):
            raise
        sys.exit(1)
    finally:
        if not gc.isenabled():  # nor at the end, where Python would collect once more before the system takes all back at once
            gc.freeze()


if __name__ == "__main__":
    main()
