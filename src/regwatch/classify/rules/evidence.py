"""Words of evidence and access: trials, designations, launches."""

from __future__ import annotations

from regwatch.classify.rules.grammar import Rule
from regwatch.vocabulary import Milestone as M

_ENDPOINT = r"(?:\w+[\s,-]+){0,6}?(?:end ?-?points?|goals?|objectives?|target)"

EVIDENCE: tuple[Rule, ...] = (
    Rule(
        "trial.stopped_good",
        M.TRIAL_POSITIVE,
        r"(?P<head>(?:stop\w*|halt\w*|end\w*|unblind\w*|clos\w*|terminat\w*)) (?:[\w-]+ "
        r"){0,4}?early[^.;]{0,60}?(?:efficacy|benefit|overwhelming|superior\w*|positive|success\w*)",
        ("early",),
        "The trial of {drug} was stopped early for efficacy",
        "trial_positive",
        tags=frozenset({"trial"}),
    ),
    Rule(
        "trial.stopped",
        M.TRIAL_STOPPED,
        r"(?P<head>futility)\b|(?P<head2>discontinu(?:e|es|ed|ing)|halt(?:s|ed|ing)?|stop(?:s|ped|ping)?"
        r"|terminat(?:e|es|ed|ing)|abandon(?:s|ed|ing)?|scrap(?:s|ped)|drop(?:s|ped)?|ax(?:es"
        r"|ed)|cut(?:s)?)\b(?! early)(?: the| its| all| a| further| clinical)*[^.;]{0,50}?\b(?:stud(?:y|ies)"
        r"|trials?|programmes?|programs?|development|phase \S+)\b(?! results)",
        ("futility", "discontinu", "halt", "stop", "terminat", "end", "abandon", "scrap", "drop", "ax", "cut"),
        "The company discontinued the phase 3 trial of {drug} for futility",
        "trial_stopped",
        tags=frozenset({"trial"}),
    ),
    Rule(
        "trial.missed",
        M.TRIAL_NEGATIVE,
        rf"(?:did not|didn't|does not|fail\w* to|not) (?P<head>meet\w*|reach\w*|achiev\w*|hit|show\w*"
        rf"|demonstrat\w*|improv\w*)\b[^.;]{{0,80}}?(?:{_ENDPOINT}|statistical\w*|significan\w*|surviv\w*"
        rf"|improvement|benefit)|(?P<head2>miss(?:es|ed)|flunk(?:s|ed)|fail(?:s"
        rf"|ed))\b[^.;]{{0,70}}?(?:{_ENDPOINT}|statistical\w*|surviv\w*|stud(?:y|ies)|trials?|phase)"
        rf"|(?:stud(?:y|ies)|trials?)\b[^.;]{{0,60}}?(?P<head3>had failed|has failed|failed|fails)"
        rf"|(?:end ?-?points?) (?:was|were) (?:not|missed)",
        ("not", "n't", "fail", "miss", "flunk"),
        "The phase 3 trial of {drug} did not meet its primary endpoint",
        "trial_negative",
        tags=frozenset({"trial", "not"}),
    ),
    Rule(
        "trial.met",
        M.TRIAL_POSITIVE,
        rf"(?P<head>m(?:e|ee)ts?|reach(?:es|ed)|hit(?:s)?|achiev(?:es|ed))\b[^.;]{{0,70}}?{_ENDPOINT}"
        rf"|(?P<head2>positive)(?: [\w-]+){{0,6}}? (?:results|readout|data|findings|trial)"
        rf"|(?P<head3>significant(?:ly)?)\b[^.;]{{0,60}}?(?:improv\w+|reduc\w+|prolong\w+|longer|extend\w+"
        rf"|benefit|lower\w*|delay\w*)|(?P<head4>beats?|beat|outperform(?:s|ed)|bests?"
        rf"|superior)\b[^.;]{{0,60}}?(?:chemotherapy|placebo|standard|survival|rival|progression)"
        rf"|(?:improv(?:es|ed)|reduc(?:es|ed)|lower(?:s|ed)?) (?:the )?(?:risk of|overall survival"
        rf"|progression)|lower risk of (?:progression|death|disease)|(?:end ?-?points?) (?:was|were|is) (?:met"
        rf"|reached|achieved)",
        (
            "met",
            "meet",
            "reach",
            "hit",
            "achiev",
            "positive",
            "significan",
            "beat",
            "outperform",
            "best",
            "superior",
            "improv",
            "reduc",
            "lower",
        ),
        "The phase 3 trial of {drug} met its primary endpoint",
        "trial_positive",
        tags=frozenset({"trial"}),
    ),
    Rule(
        "designation.orphan",
        M.ORPHAN_DESIGNATION,
        r"orphan[- ](?:drug |medicinal product |medicine |disease |medicines )?(?P<head>designation|status"
        r"|drug|medicines?|medicinal product|and breakthrough)\b",
        ("orphan",),
        "The FDA granted orphan drug designation to {drug}",
        "FDA orphan_designation",
        form="noun",
        tags=frozenset({"designation"}),
    ),
    Rule(
        "designation.breakthrough",
        M.BREAKTHROUGH_DESIGNATION,
        r"breakthrough[- ](?:therapy |device )?(?P<head>designation|status|therapy (?:designation|status)"
        r"|label|tag)\b",
        ("breakthrough",),
        "The FDA granted breakthrough therapy designation to {drug}",
        "FDA breakthrough_designation",
        form="noun",
        tags=frozenset({"designation"}),
    ),
    Rule(
        "launch.first",
        M.LAUNCHED,
        r"(?P<head>launch(?:es|ed)?)\b(?! (?:a |the |an |its |of |in \d{4}, )?(?:trial|study|phase|programme"
        r"|program|campaign|initiative|consultation|review|pivotal|company|website|app|new (?:study|trial"
        r"|website|programme|initiative)|[a-z]+-\d+))|now (?:commercially )?(?P<head2>available)\b(?! for "
        r"download)|first commercial sale",
        ("launch", "available", "commercial sale"),
        "{drug} is now available in the United Kingdom",
        "launched",
        form="verb",
        tags=frozenset({"launch"}),
    ),
)
