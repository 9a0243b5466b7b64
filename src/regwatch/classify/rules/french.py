"""French wording of the commonest acts; what it yields is for a person to confirm."""

from __future__ import annotations

from regwatch.classify.rules.grammar import DECISION, NEGATIVE, NOTHING, POSITIVE, Rule
from regwatch.vocabulary import Milestone as M

FRENCH: tuple[Rule, ...] = (
    Rule(
        "fr.trial",
        NOTHING,
        r"(?:approuv\w+|autoris\w+|approbation)\b[^.;]{0,60}?(?:essais? cliniques?|ind\b)"
        r"|essais? cliniques?[^.;]{0,60}?(?:autoris\w+|approuv\w+)",
        ("essai", "ind"),
        "La FDA a approuvé l'essai clinique de {drug}",
        "",
        language="fr",
    ),
    Rule(
        "fr.expected",
        DECISION,
        r"(?P<head>decision)(?: finale)?\b[^.;]{0,60}?(?:attendu\w*|prevu\w*|devrait|sera)|avant la decision",
        ("decision",),
        "La décision de la Commission européenne sur {drug} est attendue en 2027",
        "EC approved",
        form="said",
        language="fr",
    ),
    Rule(
        "fr.opinion_negative",
        M.OPINION_NEGATIVE,
        r"avis (?P<head>defavorable|negatif)|recommand\w+ de (?:ne pas|refuser)|defavorable a",
        ("avis", "defavorable", "recommand"),
        "Le CHMP a rendu un avis défavorable sur {drug}",
        "EMA opinion_negative",
        form="said",
        authority="EMA",
        language="fr",
    ),
    Rule(
        "fr.opinion_positive",
        M.OPINION_POSITIVE,
        r"(?:avis|opinion) (?P<head>favorables?|positi(?:f|ve))|(?:chmp"
        r"|comite)[^.;]{0,40}? (?P<head3>favorable) a|(?:chmp|comite)[^.;]{0,60}?recommand(?:e"
        r"|ant) (?P<head2>l'approbation|l'autorisation|d'approuver|d'autoriser|l'extension)",
        ("avis", "opinion", "favorable", "recommand"),
        "Le CHMP a rendu un avis favorable pour {drug}",
        "EMA opinion_positive",
        form="said",
        authority="EMA",
        language="fr",
    ),
    Rule(
        "fr.refused",
        NEGATIVE,
        r"(?:a|ont) (?P<head>refuse|rejete)|n'a pas (?P<head2>approuve|autorise|recommande)"
        r"|refus d'autorisation",
        ("refus", "rejet", "pas"),
        "La Commission européenne a refusé {drug} dans le cancer de l'estomac pour des raisons de sécurité",
        "EC refused",
        form="said",
        language="fr",
    ),
    Rule(
        "fr.approved",
        POSITIVE,
        r"(?:a|ont|vient d'|est) (?:ete )?(?P<head>approuvee?s?|autorisee?s?|approuver|autoriser)\b"
        r"|(?P<head2>approbation) (?:de|par) la (?:commission|fda)"
        r"|autorisation de mise sur le marche (?:\(amm\) )?(?P<head3>accordee|octroyee|obtenue|conditionnelle)"
        r"|(?:accord\w+|octroy\w+|obt\w+|recoi\w+|delivr\w+)[^.;]{0,60}?(?P<head4>autorisation de mise sur le "
        r"marche|amm\b)|amm\b[^.;]{0,40}?(?P<head5>accordee|octroyee|obtenue|delivree)",
        ("approuv", "autoris", "approbation", "amm"),
        "La Commission européenne a approuvé {drug} pour les adultes dans le cancer de l'estomac",
        "EC approved",
        form="said",
        language="fr",
    ),
    Rule(
        "fr.submitted",
        M.SUBMITTED,
        r"(?P<head>depot|soumission|depose|soumis)\b[^.;]{0,80}?(?:demande|dossier|variation)",
        ("depot", "soumi", "depos"),
        "Le laboratoire a déposé une demande d'autorisation pour {drug} à l'EMA",
        "EMA submitted",
        form="said",
        language="fr",
    ),
)
