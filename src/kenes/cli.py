"""The terminal door. Exit codes: 0, 2 for bad input, 1 for a fault of ours."""

import gc
import io
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kenes.errors import Fault, InputError

__all__ = ["main"]

app = typer.Typer(
    help="What a critical-mineral project is worth, to whom, under the permits, taxes, tariffs and owners that really apply.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


ProjectFile = Annotated[Path, typer.Argument(help="Project file (TOML).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON, and nothing else.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help='Change one number, date or flag: site.mine.mine.capacity="2 Mt/y".'),
]
Language = Annotated[str, typer.Option("--lang", metavar="LANG", help="Language of the tables: en, ru or kk.")]


def _print(text: str) -> None:
    """One line to standard output. A closed pipe is told without its number, by which typer would take it for a failure."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise BrokenPipeError from None


def _version(asked: bool) -> None:
    if asked:
        from kenes import __version__

        typer.echo(f"kenes {__version__}")
        raise typer.Exit


@app.callback()
def _door(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")] = False,
) -> None:
    pass


@app.command()
def appraise(
    file: ProjectFile,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Also write the tables as CSV files into this folder.")] = None,
    lang: Language = "en",
    settings: Settings = None,
) -> None:
    """Appraise a project: what it is worth, to whom, and why."""
    # No matrix of an appraisal is large enough for threads, and numpy would start one on each core, for a third of its own start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from kenes.appraise import appraise as work
    from kenes.project import load
    from kenes.report.words import words

    told = words(lang)
    report = work(load(file, tuple(settings or ()))).report
    if csv is not None:
        from kenes.report.files import write_csv

        for path in write_csv(report, csv):
            typer.echo(f"wrote {path}", err=True)
    if as_json:
        _print(json.dumps(report, allow_nan=False, ensure_ascii=False))
        return
    from kenes.report.terminal import screen, show

    show(report, screen(), told)


@app.command()
def simulate(
    file: ProjectFile,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="Lives to run.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same draws.")] = 1,
    machine: Annotated[str | None, typer.Option("--machine", metavar="NAME", help="plain or native.")] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity/--no-sensitivity", help="Tornado, Sobol, gradients, correlations and price of unpredictability.")
    ] = True,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Also write every draw to this Parquet file.")] = None,
    precision: Annotated[
        str | None, typer.Option("--precision", metavar="X", help='Stop at this standard error of after-tax NPV: "1 %" or "2 MUSD".')
    ] = None,
    bounds: Annotated[
        str | None, typer.Option("--bounds", metavar="WHAT", help="P10/P90 or min/max: low and high where the file does not say.")
    ] = None,
    gradients_of: Annotated[
        list[str] | None,
        typer.Option("--gradient-of", metavar="NAME", help="Also tell the gradients of this level or party (in --json)."),
    ] = None,
    lang: Language = "en",
    settings: Settings = None,
) -> None:
    """Run many lives of a project: what it may be worth, to whom, and what matters. Ctrl-C keeps what is done."""
    gc.enable()  # long work: what it leaves must go
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from kenes.chance.simulate import simulate as work
    from kenes.project import load
    from kenes.report.words import words

    told = words(lang)
    project = load(file, tuple(settings or ()))
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
            gradients_of=tuple(gradients_of or ()),
            progress=lambda now, all_: bar.update(task, completed=now),
        )
    if as_json:
        _print(json.dumps(done.report, allow_nan=False, ensure_ascii=False))
    else:
        from kenes.report.simulation import show

        console = Console()
        show(done.report, console if console.is_terminal else Console(width=max(console.width, 120)), told)
    if out is not None:
        typer.echo(f"wrote {out}", err=True)
    if done.interrupted:
        sys.exit(130)


@app.command()
def report(
    file: ProjectFile,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook with live formulas.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as one page that fetches nothing.")] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write that page as a PDF, by a browser on this machine.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", metavar="DIR", help="Write every figure as SVG and PNG into this folder.")
    ] = None,
    draws: Annotated[int | None, typer.Option("--draws", metavar="N", help="Also run this many lives; left out: none.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same draws.")] = 1,
    lang: Language = "en",
    settings: Settings = None,
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
    typed += [word for setting in settings or () for word in ("--set", setting)]
    study = gather(load(file, tuple(settings or ())), draws, seed)
    for path in papers.write(papers.make(study, told, wanted, shlex.join(typed))):
        typer.echo(f"wrote {path}", err=True)


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE ...", help="Texts (plain, HTML or PDF), dossiers (.toml), or - for standard input.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print claims, checks and conflicts as JSON, and nothing else.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page: the text with its claims marked, the verdicts beside it.")
    ] = None,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", metavar="FILE", help="Write the claims as a file (TOML) to be edited by hand.")
    ] = None,
    screening: Annotated[
        bool, typer.Option("--appraise", help="Write a screening project of the claims and run it: what would have to be true.")
    ] = False,
    project: Annotated[
        Path | None,
        typer.Option("--project", metavar="FILE", help="Where --appraise writes; left out: TEXT-screening.toml here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a dossier or screening project that is there.")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Day for which law is told; left out: today.")] = None,
    dated: Annotated[str | None, typer.Option("--dated", metavar="DATE", help="Day of the texts; left out: the day they bear.")] = None,
    text_lang: Annotated[
        str | None, typer.Option("--text-lang", metavar="LANG", help="Language of the texts: en, ru or kk; left out: by their words.")
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", metavar="URL", help="Also ask this endpoint of a language model to read the texts.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="Model that --reader asks.")] = None,
    lang: Language = "en",
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
    printed = json.dumps(contract(found, screened), allow_nan=False, ensure_ascii=False) if as_json else ""
    for path in write(papers.make(found, told, wanted, shlex.join(typed), screened, text)):
        typer.echo(f"wrote {path}", err=True)
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
def explain(
    file: ProjectFile,
    program: Annotated[
        bool, typer.Option("--program", help="The page as formulas: one year, from what it is given to what it tells.")
    ] = False,
    line: Annotated[
        list[str] | None,
        typer.Option("--line", metavar="TEXT", help="Only outputs whose name contains this text, and what they need (repeatable)."),
    ] = None,
    settings: Settings = None,
) -> None:
    """Explain how a project is computed. Uncertain numbers stay symbols."""
    if not program:
        raise InputError(Fault("explain", "no word on what to explain", "--program: the formulas of a year"))
    from kenes.project import load
    from kenes.report.formulas import formulas

    _print(formulas(load(file, tuple(settings or ())), tuple(line or ())))


@app.command()
def calibrate(
    series: Annotated[
        list[str] | None, typer.Argument(metavar="[SERIES ...]", help="Series on file by name, or CSV files with the columns year,price.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help='"geometric Brownian", "mean-reverting" or "two-regime"; left out: each.')
    ] = None,
    first: Annotated[int | None, typer.Option("--from", metavar="YEAR", help="First year used.")] = None,
    last: Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year used.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fit price processes to yearly prices, ready to paste into a project. Without SERIES: list what is on file."""
    from kenes.chance import calibrate as work

    if not series:
        found = work.listing()
        if as_json:
            _print(json.dumps({"series": found}, allow_nan=False, ensure_ascii=False))
            return
        for one in found:
            years = f"{one['years'][0]}-{one['years'][1]}"
            _print(f"{one['name']:<30}{one['unit']:<11}{one['money'].split(',')[0]:<11}{years:<11}{one['source'].split(',')[0]}")
        return
    report = work.calibrate(series, kind, first, last)
    _print(json.dumps(report, allow_nan=False, ensure_ascii=False) if as_json else work.text(report))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a project file."""
    from kenes.project import File

    _print(json.dumps(File.model_json_schema(), indent=2, ensure_ascii=False))


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="Where to write the starter.")] = Path("project.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
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
    typer.echo(f"wrote {file}: try `kenes appraise {file}`")


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
        app()
    except InputError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader has seen enough (``| head``). What is still buffered goes nowhere, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        typer.echo(f"the output cannot be written: {error.strerror}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        typer.echo(f"kenes failed on this input, and that is our fault: {type(error).__name__}: {error}", err=True)
        typer.echo("Please report it with the project file (KENES_DEBUG=1 shows the traceback).", err=True)
        if os.environ.get("KENES_DEBUG"):
            raise
        sys.exit(1)


if __name__ == "__main__":
    main()
