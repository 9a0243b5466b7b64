"""Decisions: refusals and approvals in every dress, the most exact words first."""

from __future__ import annotations

from regwatch.classify.rules.grammar import NEGATIVE, POSITIVE, Rule

_NEG = (
    r"(?:not|never|cannot|can't|won't|n't|no longer|unable to|declin\w+ to|refus\w+ to|fail\w+ to"
    r"|opt\w+ not to|chos\w+ not to|cho+se not to|decid\w+ not to|resolv\w+ not to|(?:would|will|could|did"
    r"|does|do|has|have|had|is|are|was|were|should) not)"
)

DECIDED: tuple[Rule, ...] = (
    Rule(
        "refused.verb",
        NEGATIVE,
        rf"{_NEG} (?:to )?(?:be |been |yet )?(?P<head>approv\w*|authori[sz]\w*|licen[cs]\w+|clear(?:ed)?"
        rf"|regist\w+|grant\w*|accept(?:ed)?|recommend\w*|endors\w*|back(?:ed)?|renew\w*|support(?:ed)?"
        rf"|fund(?:ed)?|reimburs\w+|list(?:ed)?)|(?:decid\w+|decision|resolv\w+|rul\w+|voted|opted"
        rf"|chos\w+) (?:against|not to)(?: \w+){{0,2}}?(?P<head2> (?:approv\w*|authori[sz]\w*|grant\w*"
        rf"|regist\w+|making|funding|recommend\w*|list\w*|licens\w*|extend\w*|reimburs\w*))",
        (
            "not",
            "n't",
            "unable",
            "declin",
            "refus",
            "fail",
            "decid",
            "decision",
            "resolv",
            "rul",
            "longer",
            "against",
            "cannot",
            "chos",
            "opt",
            "never",
        ),
        "The TGA has decided not to register {drug}",
        "TGA refused",
        tags=frozenset({"not"}),
    ),
    Rule(
        "refused.word",
        NEGATIVE,
        r"(?P<head>reject(?:s|ed|ion|ing)?|turn(?:s|ed|ing)(?: [\w'-]+){0,4}? (?:down|away)|refusal of (?:the "
        r"|an? )?(?:initial )?(?:marketing )?(?:authori[sz]ation|approval|licen[cs]e|application)|refus(?:es"
        r"|ed|al)|sp?urn(?:s|ed)|rebuff(?:s|ed)?|den(?:y|ies|ied)|knock(?:s|ed) back|said no|says no|say no"
        r"|saying no|spurns|snub(?:s|bed)|block(?:s|ed)|declin(?:es|ed)|nix(?:es|ed)|thumbs[- ]down|vetoe?(?:s"
        r"|d)?|negative decision|notice of non-?compliance|dismiss(?:es|ed)|not ok(?:ay)?ed|slaps down"
        r"|shoots? down|shot down)",
        (
            "reject",
            "turn",
            "refus",
            "spurn",
            "rebuff",
            "deni",
            "deny",
            "knock",
            "no",
            "snub",
            "block",
            "declin",
            "nix",
            "thumbs",
            "veto",
            "negative",
            "dismiss",
            "shot",
            "shoot",
        ),
        "The European Commission has rejected {drug}",
        "EC refused",
        weak=True,
    ),
    Rule(
        "approved.label",
        POSITIVE,
        r"(?P<head>(?:expand(?:s|ed)|extend(?:s|ed)|broaden(?:s|ed)|widen(?:s|ed)|updat(?:es|ed)|convert(?:s"
        r"|ed)|upgrad(?:es|ed)))\b(?! (?:access|manufactur|capacity|collaborat|portfolio|agreement|partnership"
        r"|its (?:portfolio|collaborat|pipeline)|the (?:pdufa|review|goal|action|target|deadline)|pdufa|review"
        r"|goal))[^.;]{0,90}?(?:label|licen[cs]e|indication|approval|authori[sz]ation|use (?:of|in|to))"
        r"|(?:label|licen[cs]e|indication|approval)\b[^.;]{0,40}?\b(?P<head2>(?:expand|extend|broaden|widen)ed)",
        ("expand", "extend", "broaden", "widen", "convert", "updat", "upgrad"),
        "The FDA has expanded the label of {drug} to include children",
        "FDA approved",
        weak=True,
    ),
    Rule(
        "approved.register",
        POSITIVE,
        r"(?P<head>register(?:s|ed)|includ(?:es|ed)|list(?:s|ed)|enter(?:s|ed)|add(?:s"
        r"|ed))\b[^.;]{0,70}?\b(?:on|in|to) (?:the )?(?:artg|australian register of therapeutic goods)",
        ("artg", "australian register"),
        "{drug} has been registered on the ARTG for adults with lupus",
        "TGA approved",
        authority="TGA",
    ),
    Rule(
        "approved.noc",
        POSITIVE,
        r"(?P<head>notices? of compliance)(?: with conditions)?(?: \(noc(?:/c)?\))?",
        ("notice",),
        "Health Canada issued a Notice of Compliance for {drug}",
        "HealthCanada approved",
        form="noun",
        authority="HealthCanada",
    ),
    Rule(
        "approved.verb",
        POSITIVE,
        r"(?P<head>approv(?:es|ed)|authori[sz](?:es|ed)|licen[cs]ed|greenlit|green-?light(?:s|ed)|okay(?:s|ed)"
        r"|oks\b|ok'?e?d)\b",
        ("approv", "authori", "licen", "green", "ok"),
        "The FDA has approved {drug} for adults with lupus",
        "FDA approved",
    ),
    Rule(
        "approved.weak_verb",
        POSITIVE,
        r"(?P<head>clear(?:s|ed)|sanction(?:s|ed)|endors(?:es|ed)|back(?:s|ed)|pass(?:es|ed)|register(?:s|ed)"
        r"|allow(?:s|ed)|accept(?:s|ed)|recommend(?:s|ed)|g[eo]ts? through|waves? through|waved through"
        r"|said yes|says yes|came out for|come out for|comes out for|c[ao]me out in favou?r of|fund(?:s|ed)?)\b",
        (
            "clear",
            "sanction",
            "endors",
            "back",
            "pass",
            "regist",
            "allow",
            "accept",
            "recommend",
            "through",
            "yes",
            "out for",
            "out in",
            "favo",
            "fund",
        ),
        "The MHRA has cleared {drug} for adults with lupus",
        "MHRA approved",
        weak=True,
    ),
    Rule(
        "refused.plural",
        NEGATIVE,
        r"(?:regulators|advis[eo]rs|panel(?:ists)?|officials|experts|authorities"
        r"|watchdogs)\s(?:\w+ly )?(?P<head>reject|refuse|snub|spurn|oppose|turn down|vote down|say no|rebuff)\b",
        ("regulators", "advis", "panel", "officials", "experts", "authorities", "watchdogs"),
        "FDA advisers reject {drug}",
        "FDA advisory_negative",
        form="state",
        weak=True,
    ),
    Rule(
        "approved.plural",
        POSITIVE,
        r"(?:regulators|advis[eo]rs|panel(?:ists)?|officials|experts|authorities"
        r"|watchdogs)\b[^.;]{0,40}?\s(?P<head>approve|clear|endorse|back|recommend|authori[sz]e|say yes"
        r"|wave through|greenlight)\b",
        ("regulators", "advis", "panel", "officials", "experts", "authorities", "watchdogs"),
        "EU regulators approve {drug}",
        "EC approved",
        form="state",
        weak=True,
    ),
    Rule(
        "approved.support",
        POSITIVE,
        r"(?:w[io]ns?|gets?|got|gain(?:s|ed)|has the|have the|with the|secur(?:es|ed)|receiv(?:es|ed)|earn(?:s"
        r"|ed)|obtain(?:s|ed))\b[^.;]{0,50}?(?P<head>support|backing|endorsement|vote of confidence)",
        ("support", "backing", "endorsement", "confidence"),
        "{drug} wins the backing of the CHMP",
        "EMA opinion_positive",
        form="state",
        weak=True,
    ),
    Rule(
        "approved.noun",
        POSITIVE,
        r"(?P<head>approvals?|authori[sz]ations?|licen[cs]es?|clearances?|nod|go-ahead|green[- ]lights?"
        r"|ok(?:ay)?|thumbs[- ]up|blessing|registration)\b(?! (?:application|request|submission|process|date"
        r"|number|package|fee|agreement|holder|pathway|for clinical|to conduct|in the process))",
        (
            "approv",
            "authori",
            "licen",
            "clearance",
            "nod",
            "go-ahead",
            "green",
            "ok",
            "thumbs",
            "blessing",
            "registration",
        ),
        "FDA approval of {drug} announced",
        "FDA approved",
        form="noun",
    ),
)
