"""What a mail server's refusal is about: us, the mailbox of the recipient, or nobody can say.

The words are those of Postfix, Exim, qmail, Exchange, Gmail, Outlook.com, Yahoo, GMX and of services that send mail for
others. A refusal of us that is taken for the recipient's would cost readers their news, and one by one their
subscriptions; so words about us count before words about a mailbox.
"""

from __future__ import annotations

import re
from enum import StrEnum

LONGEST = 2000
"""Characters of a refusal that are looked at."""


class About(StrEnum):
    """What a refusal is about."""

    US = "us"
    """Our login, address, name, quota or reputation: everybody's mail is affected."""
    FULL = "full"
    """The mailbox has no room or no time at the moment; its owner may tidy it."""
    GONE = "gone"
    """Nobody is there."""
    UNSAID = "unsaid"


_STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\w)")
_CODE = re.compile(r"(?<![\w.])([2345]\d\d)(?![\w.])")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")

_OUR_STATUS = re.compile(r"[45]\.(?:1\.(?:7|8|90)|4\.5|7\.(?:3|8|9|1[0-4]|2\d|30|5\d|6\d|[5-7]\d\d))\Z")
"""Bad sender (RFC 3463 section 3.2; 5.1.90: Exchange Online's daily limit), a quota (5.4.5, as Gmail says it), login
and encryption (RFC 4954), DKIM, SPF and names (RFC 7372), permission to send (5.7.5x, 5.7.6x and from 5.7.500 on:
Exchange)."""

_GONE_STATUS = re.compile(r"5\.(?:1\.(?:1|2|3|6|10)|2\.1)\Z")
"""RFC 3463 sections 3.2 and 3.3, RFC 7505: the address or the mailbox is not there. Cisco's gateways say 5.1.0 of every
refusal of a recipient, and 5.1.4 is an address that two people have."""

_WRAPPING = re.compile(
    r"\b5\.[01]\.35\d\b|remote server returned (?:unknown recipient or mailbox unavailable|an error)"
    r"|\bunknown address error\b",
    re.IGNORECASE,
)
"""What Exchange Online and Cisco's gateways write before another server's reply, whatever that says."""

_US = re.compile(
    r"not authenticated|unauthenticated|authentication (?:is )?(?:required|needed|failed|unsuccessful)"
    r"|(?:must|please) (?:first )?(?:authenticate|log ?in)|(?:log ?in|smtp auth) (?:is )?required|not logged in"
    r"|\b(?:client(?: host)?|ip(?: address)?|sending (?:host|server)|sender|your (?:host|server|domain|network))\b"
    r"[^;]{0,80}\b(?:blocked|banned|rejected|listed (?:in|by|at|on))\b"
    r"|\b(?:network|domain|server|host)\b[^;]{0,80}\b(?:blocked|banned|listed (?:in|by|at|on))\b"
    r"|spamhaus|spamcop|barracuda|\bdnsbl|\brbl\b|bl[ao]ck ?list|blacklist|reputation"
    r"|\byour (?:\w{1,20} ){0,2}account\b|account (?:is |has been |was )?(?:\w{1,20} )?(?:suspended|locked|pending)"
    r"|account (?:is )?not (?:yet )?(?:activated|active|verified)|service (?:is |has been )?(?:suspended|terminated)"
    r"|\b(?:daily|hourly|monthly|weekly|sending|sent|rate|outbound|outgoing|smtp|plan)\b(?: [\w-]{1,20}){0,4} "
    r"(?:limits?|quota|allowance)\b|(?<!size )(?:limit|quota|credits?|allowance)(?: \w{1,20}){0,2} "
    r"(?:exceeded|reached|exhausted)|exceed(?:ed|s)? (?:your|the) (?:\w{1,20} ){0,3}(?:limit|quota)"
    r"|not (?:allowed|permitted|authori[sz]ed) to (?:send|relay|use)(?! (?:(?:mail|messages?) )?to\b)"
    r"|permissions? to send as|bad (?:outbound )?sender|not owned by|address is not verified"
    r"|sender(?:'s)?(?: (?:address|domain|identity))? (?:is )?"
    r"(?:refused|denied|not (?:verified|allowed)|unverified|unknown|invalid|(?:does not|doesn't) exist)"
    r"|(?:unknown|invalid|bad) (?:sender|from address|return|envelope)\b|sender verify failed|while verifying"
    r"|\bspf\b|\bdkim\b|\bdmarc\b|reverse dns|\bptr\b|\b(?:he|eh)lo\b"
    r"|\brelay(?:ing)?(?: access)? (?:is )?(?:denied|not|prohibited|disabled|refused)"
    r"|(?:unable|not permitted|refuse[sd]?|will not|do not|cannot|does not|no) (?:to )?relay",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\b(?:mailbox|inbox|storage|disk)\b(?: \w{1,20}){0,4} (?:full|quota|limit)\b"
    r"|over (?:\w{1,20} ){0,2}?quota|overquota|quota (?:is )?full|insufficient (?:disk|system)|out of storage"
    r"|no (?:\w{1,20} ){0,3}(?:room|space)\b|receiving mail (?:at a rate|too quickly)|too many messages",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:no such|unknown|invalid|non-?existent) (?:\w{1,20} )?"
    r"(?:user|recipient|mailbox|address|account|local[ -]part|person|addressee)\b"
    r"|\b(?:user|recipient|mailbox|address|account|inbox|addressee)(?: (?:name|address))?"
    r"(?: (?:that )?you (?:tried|are trying|were trying) to reach)?(?: (?:is|was|has been|could not be|couldn't be))?"
    r"(?: currently| no longer)? (?:unknown|not found|not known|invalid|inactive|disabled|deactivated|discontinued"
    r"|closed|terminated|deleted|removed|expired|found|valid|active|(?:do(?:es)? not|do(?:es)?n't) exist|not exist)\b"
    r"|(?:does not|doesn't) have an? [\w.-]{1,60} account|no (?:mailbox|account|user) (?:here )?by that name"
    r"|recip(?:ient)?notfound|recipient not found|no longer (?:exists|in use|works here)|not a valid (?:mailbox|user)"
    r"|5\.1\.0 address rejected",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"temporar|\blater\b|gr[ae]y-?list|lookup (?:failed|failure|error)|\bloops?\b|\btimed? ?out\b|in progress"
    r"|\bsenders?\b|call-?(?:out|back)|verification failed|re(?:turn|verse)[- ](?:path|address)|\bmail from\b"
    r"|\bdomain of\b",
    re.IGNORECASE,
)
"""It may pass, or speaks of where the mail came from: a server that asks ours about the sender repeats our answer."""

_DENIED = re.compile(
    r"\b(?:denied|refused|prohibited|suspended|not (?:allowed|permitted|authori[sz]ed|accepted)"
    r"|rejected (?:by|for|due)|invalid dns)\b",
    re.IGNORECASE,
)
"""Words against which a number alone proves nothing: Sendmail says 5.1.1 of every recipient that was refused."""
_REFUSED = re.compile(r"\bspam|\bpolic(?:y|ies)\b|\bcontent\b|\bvirus|security|unsolicited|\bblocked\b", re.IGNORECASE)
"""What was refused is this mail, whatever the status says."""

_UNAVAILABLE = re.compile(r"mailbox unavailable|mailbox not available", re.IGNORECASE)
_NO_ACCESS = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
_NO_STATUS = frozenset({"", "5.0.0", "5.5.0"})


def about(said: str) -> About:
    """What a refusal is about: a reply of a mail server, or what a report says of one, with its numbers."""
    said = " ".join(_ADDRESS.sub("", _WRAPPING.sub("", said[:LONGEST])).split())
    status = exact_status(said)
    if _OUR_STATUS.match(status):
        return About.US
    if status[1:] == ".2.2" or _FULL.search(said):
        return About.FULL
    if _US.search(said):
        return About.US
    return About.GONE if _is_gone(said, status) else About.UNSAID


def exact_status(said: str) -> str:
    """The most exact status (RFC 3463) in a text, "" for none.

    Exim says 5.0.0 of every failure and Cisco 5.1.0 or 5.3.0, and what the far end said stands beside.
    """
    found = _STATUS.findall(said)
    return next((one for end in (".0", ".0.0") for one in found if not one.endswith(end)), found[0] if found else "")


def _is_gone(said: str, status: str) -> bool:
    """Whether it is sure that nobody is there, for this ends a subscription."""
    code = next(iter(_CODE.findall(said)), "")
    final = code.startswith("5") if status in ("", "5.0.0") and code else status.startswith("5")
    if not final or _REFUSED.search(said) or _UNSURE.search(said):
        return False
    if status == "5.4.1" and _NO_ACCESS.search(said):
        return True  # Exchange Online, where a directory knows every recipient; else a host that does not answer
    exact = {one for one in _STATUS.findall(said) if not one.endswith(".0")}
    if any(not _GONE_STATUS.match(one) for one in exact) and len(exact) > 1:
        return False  # one server passes on what another one said, and they differ
    if _GONE.search(said):
        return True
    if _DENIED.search(said):
        return False
    # Outlook.com and GMX say so of an address that nobody has; with 450 it only means busy (RFC 5321 section 4.2.3).
    unavailable = status in _NO_STATUS and code == "550" and _UNAVAILABLE.search(said)
    return bool(unavailable or _GONE_STATUS.match(status))
