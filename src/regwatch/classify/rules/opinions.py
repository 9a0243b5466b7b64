"""Opinions and advice: committees, panels and their votes, which bind nobody."""

from __future__ import annotations

from regwatch.classify.rules.grammar import NEGATIVE, RECOMMENDED, Rule
from regwatch.vocabulary import Milestone as M

OPINIONS: tuple[Rule, ...] = (
    Rule(
        "opinion.confirmed_refusal",
        M.OPINION_NEGATIVE,
        r"(?P<head>(?:confirm|maintain|uph[eo]ld|reiterat|reaffirm)\w*) (?:its |the |their )?(?:previous "
        r"|earlier |initial |original )?(?:refus\w+|negative (?:opinion|recommendation)"
        r"|recommendation to refuse)",
        ("refus", "negative"),
        "After re-examination the CHMP confirmed the refusal of {drug}",
        "EMA opinion_negative",
        authority="EMA",
    ),
    Rule(
        "opinion.against_keeping",
        M.OPINION_NEGATIVE,
        r"(?P<head>recommend|advis|call)(?:s|e|ed|es|ing)?\b(?! to| you)[^.;]{0,110}?(?:\brevo(?:k\w*|cation)"
        r"|withdraw\w*|non-?renewal|not (?:be )?renew\w*|suspen\w+|remov\w+ from the market"
        r"|taken off the market)",
        ("recommend", "advis", "call"),
        "The CHMP recommended that the marketing authorisation of {drug} be revoked",
        "EMA opinion_negative",
        tags=frozenset({"keeping"}),
    ),
    Rule(
        "opinion.recommended_against",
        NEGATIVE,
        r"(?P<head>recommend(?:s|ed|ing)?|advis(?:es|ed|ing)|vot(?:es|ed|ing)|c[ao]mes? out|rul(?:es"
        r"|ed)) (?:\d+[- ](?:to[- ])?\d+ |unanimously |narrowly )?(?:against|not to"
        r"|(?:the )?refusal of (?:the |a )?(?:marketing )?(?:authori[sz]ation|approval)|the refusal|refus\w+)"
        r"|(?P<head2>recommend(?:s|ed|ing)?|advis(?:es|ed)|said|concluded|found)\b[^.;]{0,80}?(?:should|must"
        r"|could|can) not be (?:approv\w+|authori[sz]\w+|granted|licensed)|(?P<head3>recommend(?:s|ed|ing)?"
        r"|advis(?:es|ed)) (?:that )?[^.;,]{0,80}?\b(?:not be|be refused)",
        ("recommend", "advis", "vot", "come", "came", "rul", "should", "not"),
        "The CHMP recommended not granting a licence and advised against {drug}",
        "EMA opinion_negative",
        tags=frozenset({"advice"}),
    ),
    Rule(
        "opinion.negative",
        M.OPINION_NEGATIVE,
        r"(?:negative|unfavou?rable|adverse) (?:chmp |ema |scientific |eu "
        r"|re-?examination )*(?P<head>opinions?|recommendations?|verdict|decision|view)",
        ("negative", "unfavo", "adverse"),
        "The CHMP adopted a negative opinion on {drug}",
        "EMA opinion_negative",
        form="noun",
        tags=frozenset({"opinion"}),
    ),
    Rule(
        "opinion.positive",
        M.OPINION_POSITIVE,
        r"(?:positive|favou?rable|supportive) (?:\w+ ){0,4}?(?P<head>opinions?|recommendations?|verdict)"
        r"|positive (?:chmp|ema)\b|opinion (?:was |is |turns |of the chmp: )?(?P<head2>positive|favou?rable)"
        r"|opinion in favou?r of",
        ("opinion", "recommendation", "positive", "verdict"),
        "The CHMP adopted a positive opinion for {drug}",
        "EMA opinion_positive",
        form="noun",
        tags=frozenset({"opinion"}),
    ),
    Rule(
        "opinion.recommended_approval",
        RECOMMENDED,
        r"(?P<head>recommend(?:s|ed|ing)?|endors(?:es|ed|ing)|back(?:s|ed|ing)|favou?r(?:s|ed)|vot(?:es|ed"
        r"|ing)(?: [\w-]+){0,4}? (?:to|for|in favou?r of)|urg(?:es|ed))\b(?: that)?(?! not"
        r"| against)[^.;]{0,110}?\b(?:approv\w+|authori[sz]\w+|licen[cs]\w+|marketing|grant\w*"
        r"|extension of (?:the )?indication|extending|registration|registered)",
        ("recommend", "endors", "back", "support", "favo", "vot", "urg"),
        "The CHMP has recommended approval of {drug} in the EU",
        "EMA opinion_positive",
    ),
    Rule(
        "opinion.recommended_for",
        RECOMMENDED,
        r"(?:chmp|committee|panel|advis[eo]rs)(?: \([^)]*\))? (?:has |have |unanimously )*(?P<head>support(?:s"
        r"|ed)?|favou?rs?) (?:the |its )?(?:approval|authori[sz]|licens|use)"
        r"|recommended for (?:\w+ ){0,3}?(?:approval|authori[sz]ation|licensing|marketing|registration"
        r"|use in the (?:eu|european union))|recommendation (?:for|of|to) (?:\w+ ){0,2}?(?:approv\w+"
        r"|authori[sz]\w+|grant\w*)",
        ("recommend",),
        "{drug} recommended for approval in the EU by CHMP",
        "EMA opinion_positive",
        form="state",
    ),
    Rule(
        "opinion.panel_vote_against",
        NEGATIVE,
        r"(?P<head>vot(?:es|ed|ing)?)\b[^.;]{0,80}?\bagainst|(?P<head2>panel\w*|members?|advis[eo]rs?"
        r"|committee)\b[^.;]{0,60}?\b(?:oppos\w+|reject\w*|rebuff\w*|turn\w* down|turn\w* thumbs|spurn\w*"
        r"|nix\w*|snub\w*)|would not (?:back|support|endorse)|(?:outweigh\w*|favou?rable)\b[^.;]{0,40}?(?:no"
        r"|not)[: ]+\d+",
        ("vot", "oppos", "reject", "rebuff", "turn", "spurn", "nix", "snub", "would not"),
        "An FDA advisory panel voted 15-1 against {drug}",
        "FDA advisory_negative",
        tags=frozenset({"panel"}),
    ),
    Rule(
        "opinion.panel_vote_for",
        RECOMMENDED,
        r"(?P<head>vot(?:es|ed|ing)?)\b(?![^.;]{0,60}\b(?:against|not|shareholder"
        r"|stockholder))[^.;]{0,90}?(?:\bin favou?r|\bfor\b|\bto (?:approve|recommend|back|support)|\byes\b"
        r"|\bthat (?:the )?(?:benefit|data|evidence)|support\w*|outweigh)|by (?:a vote of )?\d+ ?(?:-|to"
        r"|v) ?\d+,?\b[^.;]{0,120}?(?P<head3>favou?rabl\w*|outweigh\w*|support\w*|back\w*|endors\w*)"
        r"|(?P<head2>back(?:s|ed)|support(?:s|ed)|endors(?:es|ed))\b[^.;]{0,60}?\d+[- ](?:yes )?(?:to|v"
        r"|vs)?[- ]?\d+",
        ("vot", "back", "support", "endors", "favo", "outweigh"),
        "The FDA's advisory committee voted 12 to 4 in favor of {drug}",
        "FDA advisory_positive",
        tags=frozenset({"panel"}),
    ),
)
