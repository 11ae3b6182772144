"""One report file to one reading: decode, normalise, find claims, judge.

Belongs here: the order of the steps, limits, and the reading itself. Does not belong here: any single step, or the
folder of reports (folder.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pipeline.errors import Flag, ReportError
from pipeline.reports.cards import cards
from pipeline.reports.claims import Claim, Metric, merge
from pipeline.reports.companies import company_list, vendor_name
from pipeline.reports.company_names import Company
from pipeline.reports.decode import decode
from pipeline.reports.document import MOST_BLOCKS, Document, TooManyBlocksError
from pipeline.reports.extract import Speech, extract
from pipeline.reports.headline import Headline, Verdict
from pipeline.reports.html import read_html
from pipeline.reports.instructions import instructs, wordings_in
from pipeline.reports.languages import in_comma_language
from pipeline.reports.market import Market, market_name
from pipeline.reports.names import Names
from pipeline.reports.numbers import writes_decimal_commas
from pipeline.reports.outline import Sentence, place, sentences
from pipeline.reports.paged import OutOfTimeError, read_docx, read_pdf
from pipeline.reports.plaintext import read_plain
from pipeline.reports.segmentation import Dimension, Splits, load_segmentation, read_dimensions
from pipeline.reports.tables import listed_shares, table_claims
from pipeline.reports.verdict import judge
from pipeline.reports.vocabulary import regions_in

PLAIN, HTML = frozenset({".txt", ".md"}), frozenset({".html", ".htm"})
PAGED = frozenset({".pdf", ".docx"})
SUFFIXES = PLAIN | HTML | PAGED
SEGMENTATION_FILE = "segmentation.yaml"


@dataclass(frozen=True)
class Limits:
    """Caps on one report: size in bytes, seconds of computing (so that what is read does not depend on the load)."""

    max_bytes: int = 10 * 2**20
    max_seconds: float = 20.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class ReportReading:
    """What one report says. Every claim's quote is text[char_start:char_end]; `dropped` counts figures whose subject is
    unclear.
    """

    report_id: str
    status: str
    flags: tuple[Flag, ...]
    reasons: tuple[str, ...]
    title: str | None = None
    vendor: str | None = None
    market_name: str | None = None
    headline: Headline = field(default_factory=Headline)
    dimensions: tuple[Dimension, ...] = ()
    claims: tuple[Claim, ...] = ()
    text: str = ""
    dropped: int = 0

    @property
    def companies(self) -> list[str]:
        """Companies in printed order."""
        return [c.member for c in self.claims if c.metric is Metric.COMPANY and c.member]

    def to_json(self) -> dict[str, object]:
        """The reading as `pipeline inspect --json` prints it; see render.py."""
        from pipeline.reports.render import as_json

        return as_json(self)


def read_report(path: Path, *, segmentation: Path | None = None, limits: Limits = DEFAULT_LIMITS) -> ReportReading:
    """Read one report file (.txt, .md, .html, .htm, .pdf with a text layer, .docx).

    `segmentation` is a file that splits run-together cells; by default the segmentation.yaml beside the report, if
    there is one. Raises ReportError when the file cannot be read at all, SegmentationError when the split does not
    fit the report. A report that reads but cannot be used comes back with status "rejected" and its reasons.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limits.max_bytes else None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read: {error.strerror}; check the name and permissions") from None
    beside = path.with_name(SEGMENTATION_FILE)
    chosen = segmentation or (beside if beside.is_file() else None)
    report_id = path.parent.name if chosen == beside else path.stem
    if data is None:
        return _refused(report_id, Flag.TOO_LARGE, f"{size} bytes; the limit is {limits.max_bytes}")
    splits = load_segmentation(chosen) if chosen else Splits()
    return read_bytes(
        data, suffix=path.suffix.lower(), report_id=report_id, place=str(path), splits=splits, limits=limits
    )


def read_bytes(
    data: bytes,
    *,
    suffix: str,
    report_id: str,
    place: str,
    splits: Splits,
    limits: Limits = DEFAULT_LIMITS,
) -> ReportReading:
    """Read a report already in memory; `place` names it in messages. Raises as read_report does."""
    if suffix not in SUFFIXES:
        raise ReportError(
            f"{place}: a report must be one of {', '.join(sorted(SUFFIXES))}; got {suffix or 'no suffix'!r}"
        )
    if len(data) > limits.max_bytes:
        return _refused(report_id, Flag.TOO_LARGE, f"{len(data)} bytes; the limit is {limits.max_bytes}")
    deadline = time.thread_time() + limits.max_seconds
    verdict = Verdict()
    try:
        document = _document(data, suffix, place, deadline, verdict)
        if not document.text:
            return _refused(report_id, Flag.EMPTY, "the file holds no text", verdict)
        return _read(document, report_id, verdict, splits, deadline)
    except TooManyBlocksError:
        reason = f"more than {MOST_BLOCKS} lines or paragraphs; cut the file down to the report's own text"
        return _refused(report_id, Flag.TOO_LARGE, reason, verdict)
    except OutOfTimeError:
        reason = f"reading takes more than {limits.max_seconds:g} s; cut the file down to the report's own text"
        return _refused(report_id, Flag.TOO_LARGE, reason, verdict)


def _document(data: bytes, suffix: str, place: str, deadline: float, verdict: Verdict) -> Document:
    if not data.strip():
        return Document("", ())
    if suffix == ".pdf":
        return read_pdf(data, place, deadline)
    if suffix == ".docx":
        return read_docx(data, place)
    decoded = decode(data, declared=suffix in HTML)
    if decoded is None:
        raise ReportError(f"{place}: is not text in any encoding known here; save the page as UTF-8 text or HTML")
    text, is_utf8 = decoded
    if not is_utf8:
        verdict.flags.add(Flag.ENCODING_NOT_UTF8)
    return read_html(text) if suffix in HTML else read_plain(text)


def _read(document: Document, report_id: str, verdict: Verdict, splits: Splits, deadline: float) -> ReportReading:
    placed = place(document)
    dimensions = read_dimensions(document, placed, splits)
    companies = company_list(document, placed)
    market = market_name(document, placed)
    vendor = document.vendor or vendor_name(document)
    names = Names(Market(market, document.text), dimensions, [c.name for c in companies])
    comma = writes_decimal_commas(document.text, likely=in_comma_language(document.text))
    spoken = chain(cards(document, placed), sentences(document, placed))
    speech = Speech(comma=comma, vendor=vendor, wordings=wordings_in(document.text))
    found = extract(_until(deadline, spoken), names, speech)
    tabled = [
        *table_claims(document, placed, names, comma=comma),
        *listed_shares(document, placed, names, comma=comma),
    ]
    if time.thread_time() > deadline:
        raise OutOfTimeError
    claims = merge([*found.claims, *tabled, *_listed(document, dimensions, companies)])
    beside = (document.of(entry.block) for entry in placed if entry.beside)
    if found.instructed or any(instructs(text[:_LONGEST_BESIDE], speech.wordings) for text in beside):
        verdict.flags.add(Flag.INSTRUCTION_LIKE_TEXT)
    headline = judge(claims, dimensions, document.text, lambda: len(regions_in(document.text)), verdict)
    return ReportReading(
        report_id=report_id,
        status="rejected" if verdict.reasons else "accepted",
        flags=tuple(sorted(verdict.flags)),
        reasons=tuple(verdict.reasons),
        title=document.title or (market and f"{market[:1].upper()}{market[1:]} Market"),
        vendor=vendor,
        market_name=market and f"{market[:1].upper()}{market[1:]} Market",
        headline=headline,
        dimensions=dimensions,
        claims=tuple(claims),
        text=document.text,
        dropped=found.dropped,
    )


def _until(deadline: float, items: Iterable[Sentence]) -> Iterator[Sentence]:
    for number, item in enumerate(items):
        if number % _LOOKS_AT_CLOCK == 0 and time.thread_time() > deadline:
            raise OutOfTimeError
        yield item


_LONGEST_BESIDE = 3000  # letters of a block beside the report that are looked at
_LOOKS_AT_CLOCK = 256  # sentences between two looks: reading a clock of computing time is slow


def _listed(document: Document, dimensions: Iterable[Dimension], companies: Iterable[Company]) -> Iterator[Claim]:
    """The claims that lists make: which companies lead, how the market divides."""
    for company in companies:
        yield Claim(
            Metric.COMPANY, company.section, company.name, company.start, company.end, member=company.name
        )  # fmt: skip
    for d in dimensions:
        quote = document.text[d.start : d.end]
        yield Claim(Metric.SEGMENTATION, d.section, quote, d.start, d.end, dimension=d.name, kind=d.kind)


def _refused(report_id: str, flag: Flag, reason: str, verdict: Verdict | None = None) -> ReportReading:
    flags = {flag, *(verdict.flags if verdict else ())}
    return ReportReading(report_id, "rejected", tuple(sorted(flags)), (reason,))
