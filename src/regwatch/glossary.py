"""Short explanations of terms and abbreviations: a mail or a page that uses one explains it once."""

from __future__ import annotations

import re

GLOSSARY = {
    "ANVISA": "Brazil's agency that decides which medicines may be sold",
    "AWMSG": "All Wales Medicines Strategy Group: advises on medicines for the NHS in Wales",
    "CHMP": "the European Medicines Agency's expert committee on medicines for people",
    "EMA": "European Medicines Agency: reviews medicines for the EU",
    "EU": "European Union",
    "European Commission": "takes the final decision on medicines for the EU",
    "FDA": "US Food and Drug Administration: decides which medicines may be sold in the US",
    "G-BA": "Germany's Federal Joint Committee: decides how much a new medicine adds",
    "HAS": "France's National Authority for Health: advises what health insurance pays for",
    "HSA": "Singapore's Health Sciences Authority: decides which medicines may be sold",
    "INESSS": "Quebec's institute that advises what its drug plan pays for",
    "MFDS": "South Korea's Ministry of Food and Drug Safety: decides which medicines may be sold",
    "MHLW": "Japan's Ministry of Health, Labour and Welfare: decides which medicines may be sold",
    "MHRA": "Medicines and Healthcare products Regulatory Agency: decides which medicines may be sold in the UK",
    "NET": "neuroendocrine tumour",
    "NETs": "neuroendocrine tumours",
    "NHS": "National Health Service in the UK",
    "NICE": "National Institute for Health and Care Excellence: decides what the NHS in England pays for",
    "NMPA": "China's National Medical Products Administration: decides which medicines may be sold",
    "PBAC": "Pharmaceutical Benefits Advisory Committee: advises what Australia's government pays for",
    "PBS": "Pharmaceutical Benefits Scheme: the medicines that Australia's government helps to pay for",
    "PMDA": "Japan's Pharmaceuticals and Medical Devices Agency: reviews medicines",
    "SMC": "Scottish Medicines Consortium: decides what the NHS in Scotland pays for",
    "TGA": "Therapeutic Goods Administration: decides which medicines may be sold in Australia",
    "UK": "United Kingdom",
    "US": "United States",
    "accelerated approval": "early approval in the US on first signs of benefit, to be confirmed later",
    "consultation": "a set time in which people can send comments",
    "draft guidance": "a first version of the decision, which can still change",
    "epNET": "neuroendocrine tumour that began outside the pancreas",
    "final draft guidance": "the version before the final one; only an appeal or a correction can change it",
    "licensed": "allowed to be sold for a stated use",
    "orphan status": "help for companies that work on medicines for rare diseases",
    "pNET": "neuroendocrine tumour that began in the pancreas",
    "priority review": "a faster review",
    "widened": "more patients with the same disease may be treated than before: younger ones, say, or earlier",
}
"""What each term means, in a line."""
_ALONE = {term: re.compile(rf"(?<![A-Za-z]){re.escape(term)}(?![A-Za-z])") for term in GLOSSARY}


def explained(text: str) -> tuple[tuple[str, str], ...]:
    """The terms of the glossary that the text uses, each with its explanation, in alphabetical order."""
    used = [term for term, alone in _ALONE.items() if term in text and alone.search(text)]  # `in` is far quicker
    return tuple((term, GLOSSARY[term]) for term in sorted(used, key=str.lower))
