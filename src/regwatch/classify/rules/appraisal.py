"""Reimbursement words of the bodies that appraise: NICE, SMC, CDA-AMC, PBAC."""

from __future__ import annotations

from regwatch.classify.rules.grammar import NEGATIVE, NOTHING, POSITIVE, RECOMMENDED, Rule
from regwatch.vocabulary import Milestone as M

HTA: tuple[Rule, ...] = (
    Rule(
        "none.hta_continue",
        NOTHING,
        r"(?:recommendations? (?:are|is) not intended|(?:people|patients|treatment)\b[^.;]{0,60}?(?:began"
        r"|begun|started|already)\b[^.;]{0,120}?(?:continue|carry on|go on)|had [^.;]{0,60}?been recommended"
        r"|recommended (?:it|this) be |not to appeal|will not appeal|no (?:plans to )?appeal)",
        ("intended", "began", "begun", "started", "already", "had", "recommended it", "appeal"),
        "People already having {drug} may continue until they and their clinician decide to stop",
        "",
    ),
    Rule(
        "hta.no_recommendation",
        M.HTA_TERMINATED,
        r"unable to (?:make (?:a )?recommendation|recommend)|(?:can|could|cannot|can not"
        r"|can't)(?: not)? make (?:no |any |a )?recommendation|no recommendation (?:can|could) be made"
        r"|terminat(?:ed|es|ion)[^.;]{0,30}?apprais\w+|apprais\w+[^.;]{0,60}?(?P<head>terminat\w+|discontinued"
        r"|abandoned|removed from [^.;]{0,30}?programme)",
        ("unable", "no ", "not", "can't", "terminat", "discontinu", "abandon", "remov"),
        "NICE is unable to make a recommendation on {drug}",
        "NICE hta_terminated",
        form="said",
        authority="NICE",
    ),
    Rule(
        "hta.not_listed",
        NEGATIVE,
        r"(?:is|are|was|were|been)? ?not (?:been )?(?P<head>recommended|accepted|cost[- ]effective|supported"
        r"|advised|reimburs\w+|funded)\b|(?P<head2>should|must|can|may) not be (?:used|offered|funded"
        r"|prescribed)|(?:does|do|did|will|would|has|have|is|are)(?: not|n't) (?:currently |yet |now |been "
        r"|going to )*(?P<head3>recommend\w*|back\w*|support|endorse|advis\w*)|cannot (?P<head4>recommend"
        r"|be recommended)|against (?:making|funding|recommending|routine|the use|its use|nhs use)"
        r"|do not (?P<head5>reimburse|list)|recommend\w*[^.;]{0,60}?not be (?P<head7>reimbursed|listed|funded)"
        r"|minded not to|(?P<head6>non-recommended)|no to (?:nhs )?(?:funding|use)",
        ("not", "n't", "against", "minded", "non-", "no to"),
        "NICE does not recommend {drug} for routine use",
        "NICE hta_not_recommended",
        authority="hta",
        tags=frozenset({"not"}),
    ),
    Rule(
        "hta.managed",
        M.HTA_MANAGED_ACCESS,
        r"(?P<head>recommend\w*|can be used|accept(?:ed|s)|approv\w+|option|available|funded|back\w*"
        r"|use)\b(?:(?!not )[^.;]){0,200}?(?:managed access|cancer drugs fund|\bcdf\b"
        r"|innovative medicines fund|on an interim basis|interim accept\w+|ultra-?orphan pathway"
        r"|time-limited (?:reimbursement|recommendation))|(?:managed access|cancer drugs fund"
        r"|innovative medicines fund|interim accept\w+)\b[^.;]{0,80}?(?P<head2>recommended|used|available"
        r"|accepted|approved|agree\w*)",
        (
            "managed access",
            "cancer drugs fund",
            "cdf",
            "innovative medicines",
            "interim",
            "orphan pathway",
            "time-limited",
        ),
        "{drug} is recommended by NICE for use within the Cancer Drugs Fund",
        "NICE hta_managed_access",
        authority="hta",
        tags=frozenset({"state"}),
    ),
    Rule(
        "hta.appeal",
        M.HTA_APPEAL,
        r"(?P<head>appeal(?:s|ed)?)\b[^.;]{0,60}?(?:against|lodged|upheld|nice|smc|submitted|decision"
        r"|dismissed)|lodg\w+ (?:an )?(?P<head2>appeal)",
        ("appeal",),
        "The company has appealed against the NICE decision on {drug}",
        "NICE hta_appeal",
        authority="hta",
    ),
    Rule(
        "hta.suspended",
        M.HTA_SUSPENDED,
        r"(?:apprais\w+|topic|review|evaluation)\b[^.;]{0,60}?(?P<head>suspended|paused|on hold|on pause"
        r"|put on hold)|(?P<head2>suspend(?:s|ed)|paus(?:es|ed))\b[^.;]{0,40}?(?:apprais\w+|evaluation)"
        r"|taken this (?:appraisal|topic) out of",
        ("suspen", "paus", "hold", "taken"),
        "NICE has suspended its appraisal of {drug}",
        "NICE hta_suspended",
        authority="hta",
    ),
    Rule(
        "hta.consultation",
        M.HTA_CONSULTATION_OPEN,
        r"(?:out for|open(?:s|ed)? (?:for )?|launch(?:es|ed)? (?:a )?|begin\w* (?:a )?"
        r"|subject to (?:a )?)(?:a |public |stakeholder )*(?P<head>consultation|comment)|(?:public "
        r"|open )(?P<head2>consultation)\b(?! document)|(?P<head4>consultation)\b[^.;]{0,40}?(?:open|closes"
        r"|until|runs|ends|begins|comes next|now)|how are you responding to this (?P<head3>consultation)",
        ("consultation", "comment"),
        "NICE has draft guidance on {drug} out for public consultation",
        "NICE hta_consultation_open",
        form="consult",
        authority="hta",
    ),
    Rule(
        "hta.committee",
        M.HTA_COMMITTEE,
        r"committee (?:[\w ]{0,20}?\s)?(?P<head>meets?|consider|discuss)\b|(?P<head2>committee meeting)",
        ("committee",),
        "The NICE appraisal committee will meet to discuss {drug}",
        "NICE hta_committee",
        form="verb",
        authority="hta",
    ),
    Rule(
        "hta.can_be_used",
        POSITIVE,
        r"(?P<head>can be used|may be used|is an option|are an option)\b",
        ("used", "option"),
        "{drug} can be used, within its marketing authorisation, for adults with lupus. NICE",
        "NICE hta_recommended",
        form="state",
        authority="hta",
        weak=True,
    ),
    Rule(
        "hta.reimburse",
        POSITIVE,
        r"(?P<head>reimburse|list|be reimbursed)\b(?: \w+){0,4}? with (?:clinical )?(?:criteria|conditions)"
        r"|recommend\w* (?:for )?(?:reimburse\w*|listing|funding)|recommend\w*(?:(?!\bnot\b)[^.;]){0,60}?be "
        r"(?:reimbursed|funded|listed)",
        ("reimburse", "list", "fund"),
        "Canada's Drug Agency recommends that {drug} be reimbursed with conditions",
        "CDA-AMC hta_recommended_restricted",
        form="said",
        authority="hta",
    ),
    Rule(
        "hta.in_progress",
        M.HTA_IN_PROGRESS,
        r"(?P<head>(?:submitted|sent|referred) (?:for review )?(?:to|by) nice|with nice for|under (?:review"
        r"|appraisal|evaluation) (?:by|at) (?:nice|the national institute)|being (?:appraised|assessed"
        r"|reviewed) by (?:nice|the national institute|the smc))",
        ("nice", "smc", "national institute"),
        "{drug} is under review by NICE",
        "NICE hta_in_progress",
        form="said",
        authority="hta",
    ),
    Rule(
        "hta.recommend",
        RECOMMENDED,
        r"(?P<head>recommend(?:s|ed|ing)?)\b",
        ("recommend",),
        "NICE recommends {drug} for adults with lupus",
        "NICE hta_recommended",
        weak=True,
        tags=frozenset({"hta_only"}),
    ),
)
