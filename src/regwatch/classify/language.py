"""The language rules over one announcement: text in, findings out. Pure, and linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from regwatch.classify import choose as choosing
from regwatch.classify.actions import Action, find_actions, stems_in
from regwatch.classify.authority import AGENCY, HTA, PANEL, PLACE, Body, find_authorities
from regwatch.classify.dates import Mention, find_dates
from regwatch.classify.frames import Frame, actor_of, bind_date, clause_start, implied_actor, products_of, refers_back
from regwatch.classify.indication import find_adjective, find_indication, is_vague
from regwatch.classify.mode import Stance, stance_of
from regwatch.classify.pages import Page, read_page
from regwatch.classify.products import UNNAMED, Named, Watch, other_medicine, other_names
from regwatch.classify.resolve import resolve
from regwatch.classify.rules.table import RULES
from regwatch.classify.segment import Layout, Sentence, Zone, cut_text
from regwatch.classify.text import Text, read_text
from regwatch.classify.tongue import NAMES, language_of
from regwatch.dates import PartialDate, Precision
from regwatch.model import Announcement, Cue, Finding, Indication, Treatment
from regwatch.vocabulary import AUTHORITIES, GOAL_DATES, Confidence, Milestone, Mode

_ORBIS = re.compile(
    r"(?:reviews?|evaluations?|assessments?) (?:are |is |remain )?(?:currently |still )?(?:ongoing"
    r"|in progress|under way|underway|continu\w+)\b[^.;]{0,30}?(?:at|by|with|in) the other"
)
_ORBIS_RULE = next(rule for rule in RULES if rule.id == "review.accepted")
_WINDOW = re.compile(
    r"\b(?:in (?:the )?(?:coming|next) (?:\w+ )?(?:weeks?|months?|quarters?)|within (?:\w+ )?(?:days"
    r"|weeks|months)|(?:later|early|late) (?:this|next) year|by (?:the )?(?:end|middle) of (?:the|this"
    r"|next)? ?(?:year|month|quarter)|in due course|soon|shortly|to be confirmed|tbc"
    r"|d'ici quelques mois|dans les prochains mois)\b"
)
ENTRY_LEAD = 400
"""An entry's date dates what its first characters tell, this many."""
_PLAIN_NEWS = re.compile(r"\b(?:new|first|a|this|the) (?:medicine|drug|treatment|therapy|pill)\b(?! application)")


@lru_cache(maxsize=16)
def prepared(treatments: tuple[Treatment, ...]) -> Watch:
    """The watch list made ready, kept for the next text."""
    return Watch(treatments)


def classify_text(
    announcement: Announcement, treatments: Sequence[Treatment], indications: Sequence[Indication] = ()
) -> list[Finding]:
    """Everything that the text says of the watched treatments: announced, background and expected, in text order."""
    published = PartialDate.of_day(announcement.published) if announcement.published else None
    return classify_prepared(announcement, prepared(tuple(treatments)), tuple(indications), published)


def classify_prepared(
    announcement: Announcement, watch: Watch, indications: tuple[Indication, ...], published: PartialDate | None
) -> list[Finding]:
    """The same with a watch list made ready, and a date of publication that may be a month or a year only."""
    text = read_text(announcement.text)
    named = watch.mentions(text)
    layout = cut_text(text, announcement.kind, published)
    reader = _Reader(text, layout, named, announcement, indications)
    findings = [
        reader.finding(c) for c in choosing.choose(text, layout, reader.frames(), announcement.kind, reader.house)
    ]
    page = Page(text, reader.named, reader.focus, reader.house, layout.anchor, reader.indication_of_document())
    return read_page(page, findings)


class _Reader:
    """What one pass over one document knows."""

    def __init__(
        self,
        text: Text,
        layout: Layout,
        named: list[Named],
        announcement: Announcement,
        indications: tuple[Indication, ...],
    ) -> None:
        self.text, self.layout, self.announcement = text, layout, announcement
        self.named = [n for n in named if n.start < layout.tail]
        self.indications = indications
        self.tongue = language_of(text)
        self.foreign = other_names(text, layout.tail, self.named)
        self.focus = self._focus()
        self.house = self._house()
        self.document = text.low[: min(layout.tail, 6000)]
        self.stems = stems_in(text, layout.tail)
        self._diseases: dict[str, str] = {}

    def _focus(self) -> Named | None:
        """The medicine that the document is about: the first main one of headline or lede, else the only one."""
        for n in self.named:
            if n.role != "other":
                return n
        return None

    def _house(self) -> str:
        """The authority whose own page this is, or that the headline names."""
        if self.announcement.kind in {"regulator_notice", "regulator_status_page", "hta_page"}:
            for source in (
                self.announcement.publisher,
                self.announcement.url.replace("/", " ").replace(".", " ").upper(),
            ):
                name = read_text(source)
                bodies = [b for b in find_authorities(name, 0, len(name.low)) if b.body == AGENCY]
                if bodies:
                    return bodies[0].code
        return ""

    def frames(self) -> list[Frame]:
        """All frames of all sentences, in order."""
        out: list[Frame] = []
        context: Body | None = None
        last: Named | None = None
        head: Frame | None = None
        before: list[Body] = []
        for sentence in self.layout.sentences:
            named = [n for n in self.named if sentence.start <= n.start < sentence.end]
            actions = [
                a
                for a in find_actions(self.text, sentence.start, sentence.end, self.stems, french=self.tongue == "fr")
                if not self._quoted(a)
            ]
            bodies: list[Body] = []
            if actions or sentence.zone <= Zone.LEDE:
                bodies = find_authorities(self.text, sentence.start, sentence.end)
            made: list[Frame] = []
            if actions:
                dates = find_dates(self.text, sentence.start, sentence.end)
                heads = [a.head for a in actions]
                for action in actions:
                    made += self._frame(sentence, action, heads, bodies, named, dates, context, last)
            if not made and head is not None and not head.named and self._is_list(named):
                made = self._listed(sentence, named, head)
            made += self._under_orbis(sentence, before)
            before = bodies
            out += made
            if made:
                head = made[-1]
            agencies = [b for b in bodies if b.body in {AGENCY, PANEL}]
            if agencies:
                context = agencies[0]
            mains = [n for n in named if n.role == "main"]
            last = mains[-1] if mains else last
        return out

    def _quoted(self, action: Action) -> bool:
        return any(first < action.head < last for first, last in self.layout.quotes)

    def _frame(
        self,
        s: Sentence,
        action: Action,
        heads: list[int],
        bodies: list[Body],
        named: list[Named],
        dates: list[Mention],
        context: Body | None,
        last: Named | None,
    ) -> list[Frame]:
        if self._another(s, action, named):
            return []
        groups = products_of(self.text, action, named, heads)
        inherited = not groups
        if inherited:
            borrowed = self._borrow(s, named, last)
            if borrowed is None:
                return []
            groups = [[borrowed]]
        rule = action.rule
        body = actor_of(self.text, action, bodies, heads)
        explicit = body is not None
        if body is None:
            body = self._implied(s, action, context)
        code = rule.authority if rule.authority and rule.authority != "hta" else body.code if body else ""
        explicit = explicit or code == rule.authority != ""
        if code in {"", "EMA"} and "opinion" in rule.tags and "opinion" in self.text.low[action.start : action.stop]:
            code, explicit = "EMA", True
        if (not code and rule.act in {"positive", "negative"}) or not self._fits(action, code, explicit):
            return []
        words = self.text.low[body.start : body.end] if body else ""
        resolved = resolve(self.text, s, action, code, body.body if body else AGENCY, words, self.document)
        if resolved is None:
            return []
        if rule.form != "consult" and self.text.low[s.start : s.end].rstrip().endswith("?"):
            return []
        clause = clause_start(self.text, s, action.head)
        stance = stance_of(self.text, s, action, clause)
        if (
            inherited
            and stance.sense == "done"
            and s.zone is not Zone.TITLE
            and not s.heading
            and self._habitual(action, stance)
        ):
            return []
        out = []
        for group in groups:
            frame = Frame(
                action,
                s,
                stance,
                resolved.milestone,
                resolved.code,
                explicit or rule.form == "label",
                "+".join(dict.fromkeys(n.treatment for n in group)),
                group[0].brand,
                not inherited,
            )
            frame.place = body is not None and (body.body == PLACE or "regulator" in words)
            if resolved.doubt:
                frame.notes.append(resolved.doubt)
            self._date(frame, dates)
            place = group[0].end if not inherited else action.end
            frame.indication, frame.own_words = self._disease(
                s, action, place, group[0].treatment if len(groups) == 1 else ""
            )
            self._cues(frame, body, group[0], inherited)
            out.append(frame)
        return out

    def _another(self, s: Sentence, action: Action, named: list[Named]) -> bool:
        """Whether the object right after an act is a medicine that is not watched ("approved a rival drug, ...")."""
        if action.rule.form not in {"verb", "noun", "said"}:
            return False
        if not named and re.search(
            r"\b(?:rivals?|competitors?|peer)\b", self.text.low[max(s.start, action.head - 40) : action.head]
        ):
            return True
        mains = [n.start for n in named if n.start >= action.end]
        stop = min([action.end + 90, s.end, *mains])
        if stop <= action.end or ";" in self.text.low[action.end : stop]:
            return False
        if re.match(
            r"(?:\w+ ){0,2}(?:a|an|the|its) (?:rival|competing|different|similar|competitor)",
            self.text.low[action.end : stop].lstrip(),
        ):
            return True
        passive = re.search(
            r"\b(?:was|were|been|is|are|be)\s(?:\w+\s)?$", self.text.low[max(s.start, action.head - 24) : action.head]
        )
        return not passive and any(self.text.low.find(name, action.end, stop) >= 0 for name in self.foreign)

    def _borrow(self, s: Sentence, named: list[Named], last: Named | None) -> Named | None:
        """The medicine that a sentence without a watched name is about, unless it names another medicine."""
        if other_medicine(self.text, s.start, s.end, named) >= 0 or any(
            self.text.low.find(name, s.start, s.end) >= 0 for name in self.foreign
        ):
            return None
        company = self.announcement.kind == "company_press_release"
        if last is None and self.focus is None and not company and _PLAIN_NEWS.search(self.text.low, s.start, s.end):
            return Named(UNNAMED, "", s.start, s.start, "main")
        return last or self.focus

    def _habitual(self, action: Action, stance: Stance) -> bool:
        """Whether a clause without a medicine states what a body does in general ("the Commission grants or refuses")."""
        word = (
            stance.words.split()[-1]
            if action.rule.form == "noun" and stance.words
            else self.text.low[action.head : action.end].split()[0]
        )
        return bool(
            re.fullmatch(
                r"grants?|gives?|issues?|refus(?:es|e)|approves?|authori[sz]es?|rejects?|clears?|adopts?"
                r"|recommends?|accepts?|revokes?|suspends?|receives?|backs?",
                word,
            )
        )

    def _fits(self, action: Action, code: str, explicit: bool) -> bool:
        """Whether words that mean much only from the right mouth have that mouth."""
        rule, head = action.rule, self.text.low[action.head : action.end]
        if explicit:
            return True
        if rule.id == "opinion.recommended_approval" and re.match(r"endors|back|favo|urg", head):
            return False
        if code in HTA and rule.id.startswith("approved") and (code == self.house or rule.form == "noun"):
            return bool(re.match(r"recommend|accept|approved for use", head))
        return not rule.weak or code in HTA or (code == self.house and self.announcement.kind == "regulator_notice")

    def _implied(self, s: Sentence, action: Action, context: Body | None) -> Body | None:
        """The actor that the sentence does not name: given away by the kind of application, the page, or what went before."""
        nothing = action.head, action.head
        if code := implied_actor(self.text, action, s):
            return Body(code, AGENCY, *nothing)
        if self.house:
            return Body(self.house, AGENCY, *nothing)
        if s.zone is Zone.TITLE and not action.rule.weak and action.rule.act in {"positive", "negative"}:
            return self._told_below()
        if context and (refers_back(self.text, s) or s.zone <= Zone.SUBHEAD or context.code in HTA):
            return Body(context.code, context.body, context.start, context.end)
        return None

    def _under_orbis(self, s: Sentence, before: list[Body]) -> list[Frame]:
        """The agencies of the sentence before, at which a review still runs "at the other agencies"."""
        m = _ORBIS.search(self.text.low, s.start, s.end)
        if m is None or self.focus is None:
            return []
        action = Action(_ORBIS_RULE, m.start(), m.end(), m.start(), m.end())
        codes = dict.fromkeys(b.code for b in before if b.body == AGENCY and b.code != "FDA")
        stance = Stance("state", m[0], m.start())
        return [
            Frame(
                action,
                s,
                stance,
                Milestone.ACCEPTED_FOR_REVIEW,
                code,
                True,
                self.focus.treatment,
                self.focus.brand,
                True,
            )
            for code in codes
        ]

    def _is_list(self, named: list[Named]) -> bool:
        """Whether a sentence strings medicines together with semicolons."""
        mains = [n for n in named if n.role == "main"]
        return any(a.treatment != b.treatment and ";" in self.text.low[a.end : b.start] for a, b in pairwise(mains))

    def _told_below(self) -> Body | None:
        """The one authority that the lede names, for a headline that names none."""
        lede = [s for s in self.layout.sentences if s.zone is Zone.LEDE]
        if not lede:
            return None
        bodies = [b for b in find_authorities(self.text, lede[0].start, lede[-1].end) if b.body != PLACE]
        one = bodies and len({b.code for b in bodies}) == 1
        return Body(bodies[0].code, bodies[0].body, bodies[0].start, bodies[0].end) if one else None

    def _listed(self, s: Sentence, named: list[Named], head: Frame) -> list[Frame]:
        """The items of a list that the sentence before has introduced ("the consortium took five: A in ...; B in ...")."""
        out = []
        for number, n in enumerate(named):
            if n.role != "main" or any(n.treatment == o.treatment for o in named[:number]):
                continue
            later = [o.start for o in named if o.start > n.start and o.treatment != n.treatment]
            stop = later[0] if later else s.end
            phrase, _ = find_indication(self.text, n.start, stop, n.end)
            out.append(
                Frame(
                    head.action,
                    s,
                    head.stance,
                    head.milestone,
                    head.code,
                    head.explicit,
                    n.treatment,
                    n.brand,
                    True,
                    phrase,
                    bool(phrase),
                    head.date,
                    place=head.place,
                    cues=list(head.cues),
                )
            )
        return out

    def _date(self, frame: Frame, dates: list[Mention]) -> None:
        extended = frame.milestone is Milestone.GOAL_DATE_EXTENDED
        goal = frame.milestone in GOAL_DATES
        ahead = goal or frame.stance.sense == "foreseen" or frame.action.rule.act == "decision"
        usable = [d for d in dates if not ahead or d.kind == "explicit" or d.kind == "relative"]
        m = bind_date(frame.action, usable, self.text, last_of_range=extended, goal=ahead)
        if goal and not extended:
            later = [d for d in dates if d.kind == "explicit" and d.start >= frame.action.end]
            m = later[0] if later else m
        if m is not None:
            frame.date = m.resolve(self._anchor(frame.sentence), ahead=ahead, us=self.house == "FDA")
            frame.anchored, frame.when = m.kind in {"today", "weekday"}, m.words
            if frame.date is not None:
                frame.cues.append(
                    Cue("date", self.text.plain[m.start : m.end], self.text.original_span(m.start, m.end)[0])
                )
        if (
            ahead
            and frame.date is None
            and (w := _WINDOW.search(self.text.low, frame.sentence.start, frame.sentence.end))
        ):
            frame.window = w[0]
        entry = frame.sentence.entry
        if (
            frame.stance.sense == "done"
            and not ahead
            and frame.date is None
            and entry >= 0
            and frame.sentence.start - self.layout.starts[entry] < ENTRY_LEAD
        ):
            frame.date = self.layout.entries[entry]

    def _anchor(self, s: Sentence) -> PartialDate | None:
        """What "today" means in a sentence: the day of its entry, else that of the document."""
        return (self.layout.entries[s.entry] if s.entry >= 0 else None) or self.layout.anchor

    def _disease(self, s: Sentence, action: Action, place: int, treatment: str) -> tuple[str, bool]:
        """The disease phrase of a frame, and whether its own sentence has it. `treatment` "": one of several."""
        several = not treatment
        phrase, where = find_indication(self.text, s.start, s.end, max(place, s.start))
        if several and where >= 0 and where < place:
            return "", False
        if phrase and not is_vague(phrase) and not (where < place and where < action.head and s.zone is Zone.LATER):
            return phrase, True
        if words := self._watched_words(s):
            return words, True
        if several:
            return phrase, bool(phrase)
        return self.indication_of_document(treatment) or phrase, False

    def _watched_words(self, s: Sentence) -> str:
        for indication in self.indications:
            for term in indication.terms:
                if (place := self.text.low.find(term.lower(), s.start, s.end)) >= 0:
                    return self.text.plain[place : place + len(term)]
        return ""

    def indication_of_document(self, treatment: str = "") -> str:
        """The disease phrase of the lede, else of the headline, else of the first sentences after them.

        Sentences about other watched medicines only are passed over.
        """
        if treatment not in self._diseases:
            self._diseases[treatment] = self._look_for_disease(treatment)
        return self._diseases[treatment]

    def _look_for_disease(self, treatment: str) -> str:
        for s in sorted(
            self.layout.sentences[:16], key=lambda s: (s.zone is Zone.TITLE, s.zone is Zone.SUBHEAD, s.number)
        ):
            mains = {n.treatment for n in self.named if n.role == "main" and s.start <= n.start < s.end}
            if treatment and mains and treatment not in mains:
                continue
            phrase, _ = find_indication(self.text, s.start, s.end, s.start)
            if phrase and not is_vague(phrase):
                return phrase
        return find_adjective(self.text, 0, min(self.layout.tail, 1500))

    def _cues(self, frame: Frame, body: Body | None, product: Named, inherited: bool) -> None:
        place = self.text.original_span
        action = frame.action
        frame.cues.append(Cue("action", self.text.plain[action.head : action.end], place(action.head, action.end)[0]))
        if body:
            frame.cues.append(Cue("authority", self.text.plain[body.start : body.end], place(body.start, body.end)[0]))
        if frame.stance.words:
            frame.cues.append(Cue("mode", frame.stance.words, place(frame.stance.place, frame.stance.place)[0]))
        if "not" in action.rule.tags or frame.action.rule.act == "negative":
            frame.cues.append(
                Cue("polarity", self.text.plain[action.start : action.stop], place(action.start, action.stop)[0])
            )
        if frame.indication:
            frame.cues.append(Cue("indication", frame.indication, place(action.head, action.head)[0]))

    def finding(self, c: choosing.Chosen) -> Finding:
        """The frame as the rest of the product knows it."""
        f = c.frame
        quote, offset = self.text.quote(f.sentence.start, min(f.sentence.end, f.sentence.start + 600))
        confidence, reason = c.confidence, c.reason
        if self.tongue != "en":
            confidence = Confidence.MEDIUM if self.tongue == "fr" and confidence is Confidence.HIGH else Confidence.LOW
            reason = f"text is in {NAMES[self.tongue]}; {reason}"
        if f.notes:
            reason = f"{reason}; {'; '.join(f.notes)}"
        anchor = self.layout.anchor
        return Finding(
            authority=f.code, milestone=f.milestone, mode=c.mode, treatment=f.treatment, indication=f.indication,
            quote=quote, rule=f.action.rule.id, confidence=confidence, brand=f.brand,
            jurisdiction=AUTHORITIES[f.code].jurisdiction if f.code in AUTHORITIES else "",
            date=f.date, announced=anchor if anchor and anchor.precision is Precision.DAY and c.mode is Mode.ANNOUNCED else None,
            window=f.window, offset=offset, cues=tuple(f.cues), reason=reason,
        )  # fmt: skip
