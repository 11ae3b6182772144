"""Text that speaks to programs instead of readers.

Belongs here: the wordings of such text. Does not belong here: what is done about it (extract.py passes over it, the
report is flagged).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re

from pipeline.reports.vocabulary import has_any

Wording = tuple[tuple[str, ...], re.Pattern[str]]
"""Words in lower case, one of which is in all that the pattern finds: looking for them first is cheap."""

WORDINGS: tuple[Wording, ...] = tuple(
    (words, re.compile(pattern, re.I))
    for words, pattern in (
        (
            ("ignore", "disregard", "forget", "override", "bypass"),
            r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instructions?|prompts?|rules|guidelines|previous|above|prior)\b",
        ),
        (("prompt", "message", "instruction"), r"\b(?:system|developer) (?:prompt|message|instruction)"),
        (("you are ",), r"\byou are (?:now )?(?:an? )?(?:ai|assistant|language model|llm|chatbot)\b"),
        (("as an ", "dear "), r"\b(?:as an|dear) (?:ai|llm)(?: language)? (?:model|assistant)"),
        (("dear ",), r"\bdear (?:ai|llm|language model|assistant)\b"),
        (("attention",), r"\battention,? (?:all )?(?:ai|llms?|language models?|assistants?)\b"),
        (("prompt injection", "im_start", "system"), r"\bprompt injection\b|<\|?(?:im_start|system)\|?>"),
        (
            ("note ", "message ", "instruction"),
            r"\b(?:note|instructions?|message) (?:to|for) (?:the |any |all )?(?:ai|llms?|language models?|assistants?|bots?|crawlers?|parsers?|scrapers?|agents?|models?|automated)\b",
        ),
        (
            ("ai model", "ai assistant", "ai agent", "ai system", "ai reader", "ai tool", "llm", "language model", "assistant", "chatbot", "automated ", "machine "),
            r"\b(?:ai (?:models?|assistants?|agents?|systems?|readers?|tools?)|llms?|language models?|assistants?|chatbots?|(?:automated|machine) (?:readers?|systems?|tools?|agents?|extractors?|parsers?))"
            r"[^.]{0,40}\b(?:must|should|shall|are instructed to|please) (?:report|return|output|answer|state|extract|record|set|respond|say|reply)\b",
        ),
        (
            ("instead",),
            r"\b(?:report|return|output|set|record|use) (?:the |a |this )?(?:base|forecast|market|cagr)[\w ]{0,25} (?:as|to|=) [^.]{0,40}\binstead\b",
        ),
        (("set the ",), r"\bset the (?:base|forecast|market|cagr)[\w ]{0,20} (?:to|as|=)\s"),
        (
            ("do not ",),
            r"\bdo not (?:report|extract|mention|flag|tell)\b[^.]{0,60}\b(?:user|reader|figure|value|number|operator)",
        ),
    )
)  # fmt: skip


def wordings_in(text: str) -> tuple[Wording, ...]:
    """The wordings whose words a page holds: no others can be in its sentences."""
    lowered = text.lower()
    return tuple(wording for wording in WORDINGS if has_any(lowered, wording[0]))


def instructs(text: str, wordings: tuple[Wording, ...] = WORDINGS) -> bool:
    """Whether a text speaks to programs in one of the wordings."""
    if not wordings:
        return False
    lowered = text.lower()
    return any(has_any(lowered, words) and pattern.search(text) for words, pattern in wordings)
