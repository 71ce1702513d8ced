"""Turns the content of notes, forms and templates as the API gives it into content as the API takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from clinikomigrate.client.unset import UNSET, Unset
from clinikomigrate.cliniko.models import AnswerOption, Content, OtherAnswer, Question, Section
from clinikomigrate.sinks import answers, paragraphs
from clinikomigrate.sinks.cliniko import words
from clinikomigrate.sinks.reasons import CUT
from clinikomigrate.transfer.losses import Loss

LONGEST_NAME: Final = 255
LONGEST_DESCRIPTION: Final = 10_000

BODY_CHART: Final = "the API gives no body charts, only their numbers; they stay in the source account"
FORMATTING: Final = "the API keeps only a few HTML tags; the text is there, without some of its formatting"
QUESTION_TYPE: Final = "the API takes no question of this type; the answer stands in a question of type text"
ANSWER_SHAPE: Final = "the answer is not of its question's type; it stands in a question of type text"
SEVERAL_TICKED: Final = "the API takes one ticked radio button at most; the question became one of checkboxes"
NO_CHOICES: Final = "the API takes no choices of such a question in a template; look there which ones it offers"
NOT_IN_TEMPLATES: Final = "the API takes such an answer in no template"
CONNECTION: Final = "the destination has no such custom field that can hold the answers, so they don't go there"

_REFUSED_AS_IT_IS: Final = frozenset({ANSWER_SHAPE, BODY_CHART, CUT, QUESTION_TYPE, SEVERAL_TICKED})
"""Reasons without whose mending the API would refuse the record; what has another reason it drops by itself."""

_WORDS: Final = frozenset({"text", "paragraph"})
_PLAIN: Final = _WORDS | {"date", "checkboxes", "radiobuttons"}
_CONNECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("address",),
    "full_name": ("full_name",),
    "phone": ("phone",),
    "pronouns": ("pronouns",),
    "select": ("gender_identity", "sex"),
}
"""For each type of question that fills in a field of the patient: which."""


@attrs.frozen
class Grammar:
    """What one kind of content may hold.

    Attributes:
        types: The types of question.
        answers: Whether questions have answers; in templates only paragraphs do.
        form: Whether it is a form's, with required questions and such as fill in the patient's fields.
        longest_answer: The most characters of an answer in words; None for no limit.
    """

    types: frozenset[str]
    answers: bool
    form: bool
    longest_answer: int | None = None


NOTE: Final = Grammar(_PLAIN, answers=True, form=False)
NOTE_TEMPLATE: Final = Grammar(_PLAIN | {"bodycharts"}, answers=False, form=False)
FORM: Final = Grammar(_PLAIN | {"signature", *_CONNECTIONS}, answers=True, form=True, longest_answer=10_000)
FORM_TEMPLATE: Final = Grammar(_PLAIN | {"signature", *_CONNECTIONS}, answers=False, form=True)


@attrs.frozen
class Cleaned:
    """Content that can be written.

    Attributes:
        content: The content; None where it has no section.
        losses: What could not be kept.
        body_charts: How many body charts were left out.
    """

    content: Content | None
    losses: tuple[Loss, ...] = ()
    body_charts: int = 0


def clean(
    content: Content | None,
    grammar: Grammar,
    *,
    signature: Callable[[str], object] | None = None,
    token: Callable[[str], str | None] = lambda _: None,
) -> Cleaned:
    """Makes content that the API takes of what it gave.

    Args:
        content: As it was read.
        grammar: What the record may hold.
        signature: Gives what stands for a signature's image by the signature's id.
        token: Gives the destination's token of a custom field by the source's; None where there is no such field.
    """
    cleaner = _Cleaner(grammar, signature, token)
    sections = [kept for each in (content.sections if content else None) or () if (kept := cleaner.section(each))]
    return Cleaned(Content(sections=tuple(sections)) if sections else None, tuple(cleaner.losses), cleaner.body_charts)


def closed_by(content: Content | None, sentences: Iterable[str]) -> Content:
    """Returns content with one more section at its end that says something in words.

    Args:
        content: What comes before; None for nothing.
        sentences: What to say.
    """
    question = Question(name=words.QUESTION, type="paragraph", answer=words.as_html(sentences))
    section = Section(name=words.HEADING, questions=(question,))
    return Content(sections=(*((content.sections if content else None) or ()), section))


def continued(content: Content, longest: int) -> Content:
    """Returns content in which answers that are too long go on in further questions, so that nothing of them is lost.

    Args:
        content: Content that can be written but for the length of its answers.
        longest: The most characters of an answer.
    """
    sections = [
        attrs.evolve(section, questions=tuple(part for each in section.questions for part in _continued(each, longest)))
        if section.questions
        else section
        for section in content.sections or ()
    ]
    return attrs.evolve(content, sections=tuple(sections))


def _continued(question: Question, longest: int | None) -> list[Question]:
    answer = question.answer
    if longest is None or not isinstance(answer, str) or len(answer) <= longest or question.type not in _WORDS:
        return [question]
    if question.type == "paragraph":
        parts = paragraphs.parts(answer, longest)
    else:
        parts = [answer[start : start + longest] for start in range(0, len(answer), longest)]
    name = f"{str(question.name)[: LONGEST_NAME - 20]} (continued)"
    rest = [Question(name=name, type=question.type, answer=part) for part in parts[1:] if part.strip()]
    return [attrs.evolve(question, answer=parts[0]), *rest]


class _Cleaner:
    """Cleans one content, and takes down what is lost."""

    def __init__(
        self, grammar: Grammar, signature: Callable[[str], object] | None, token: Callable[[str], str | None]
    ) -> None:
        self._grammar = grammar
        self._signature = signature
        self._token = token
        self.losses: list[Loss] = []
        self.body_charts = 0

    def _lose(self, reason: str) -> None:
        self.losses.append(Loss("content", reason, mended=reason in _REFUSED_AS_IT_IS))

    def _cut(self, text: str, longest: int) -> str:
        if len(text) > longest:
            self._lose(CUT)
        return text[:longest]

    def section(self, section: Section) -> Section | None:
        """Cleans a section; None for one that says nothing."""
        questions = [kept for each in section.questions or () for kept in self._question(each)]
        cleaned = Section(
            name=self._cut(section.name, LONGEST_NAME) if section.name is not None and section.name else UNSET,
            description=self._cut(section.description, LONGEST_DESCRIPTION) if section.description else UNSET,
            questions=tuple(questions) if questions else UNSET,
        )
        return None if cleaned == Section() else cleaned

    def _question(self, question: Question) -> list[Question]:
        """Cleans a question: none for one that can't be kept, several for one whose answer is too long."""
        if question.type == "bodycharts" and "bodycharts" not in self._grammar.types:
            self.body_charts += 1
            self._lose(BODY_CHART)
            return []
        plain = self._frame(question)
        unknown = question.type not in self._grammar.types
        if unknown or (question.type in _CONNECTIONS and plain.patient_field_connection is UNSET):
            return self._in_words(question, plain, QUESTION_TYPE)
        match question.type:
            case "checkboxes" | "radiobuttons":
                return [self._choices(question, plain)]
            case "signature":
                return [self._signed(question, plain)]
            case "bodycharts":
                return [plain]
            case "full_name":
                plain = attrs.evolve(plain, options=question.options or UNSET)
            case "select":
                plain = self._select(question, plain)
        return self._answered(question, plain)

    def _frame(self, question: Question) -> Question:
        """Returns a question without its answer."""
        form = self._grammar.form
        return Question(
            name=self._cut(question.name or "", LONGEST_NAME),
            type=question.type,
            required=question.required if form and question.required is not None else UNSET,
            patient_field_connection=self._connection(question) if form else UNSET,
            custom_field_token=self._field_token(question) if form else UNSET,
        )

    def _connection(self, question: Question) -> str | Unset:
        """Which of the patient's fields a question fills in: needed where its type says so."""
        allowed = _CONNECTIONS.get(str(question.type))
        given = question.patient_field_connection or UNSET
        if allowed is None:
            return UNSET if self._grammar.answers or question.type not in _PLAIN else given
        if len(allowed) == 1:
            return allowed[0]
        return given if given in allowed else UNSET

    def _field_token(self, question: Question) -> str | Unset:
        """The custom field that a question fills in. A filled-in form's answers are in the patient's fields already."""
        given = question.custom_field_token
        if not given or self._grammar.answers or question.type not in _PLAIN:
            return UNSET
        token = self._token(given)
        if token is None:
            self._lose(CONNECTION)
        return token or UNSET

    def _answered(self, question: Question, plain: Question) -> list[Question]:
        if not answers.says(question.answer):
            return [plain]
        if not self._grammar.answers and question.type != "paragraph":
            self._lose(NOT_IN_TEMPLATES)
            return [plain]
        answer = answers.fitting(str(question.type), question.answer)
        if answer is None:
            return self._in_words(question, plain, ANSWER_SHAPE)
        if question.type == "paragraph":
            paragraph = paragraphs.clean(str(answer))
            if not paragraph.whole:
                self._lose(FORMATTING)
            answer = paragraph.text
        if not answers.says(answer):
            return [plain]
        return _continued(attrs.evolve(plain, answer=answer), self._grammar.longest_answer)

    def _in_words(self, question: Question, plain: Question, reason: str) -> list[Question]:
        """Keeps an answer that its question can't have as the text of another question."""
        said = answers.in_words(question)
        self._lose(reason)
        text = Question(name=plain.name, type="text", required=plain.required)
        if not said or not self._grammar.answers:
            return [text]
        return _continued(attrs.evolve(text, answer=said), self._grammar.longest_answer)

    def _choices(self, question: Question, plain: Question) -> Question:
        offered = tuple(self._option(option) for option in question.answers or ())
        other = self._other(question.other) if question.other else UNSET
        if answers.says(question.answer):
            self._lose(NOT_IN_TEMPLATES if not self._grammar.answers else ANSWER_SHAPE)
        ticked = [option for option in offered if option.selected] + ([other] if other and other.selected else [])
        if question.type == "radiobuttons" and len(ticked) > 1:
            self._lose(SEVERAL_TICKED)
            plain = attrs.evolve(plain, type="checkboxes")
        return attrs.evolve(plain, answers=offered or UNSET, other=other)

    def _option(self, option: AnswerOption) -> AnswerOption:
        value = self._cut(option.value, LONGEST_NAME) if isinstance(option.value, str) else UNSET
        ticked = self._grammar.answers and option.selected is True
        return AnswerOption(value=value, selected=True if ticked else UNSET)

    def _other(self, other: OtherAnswer) -> OtherAnswer:
        if not self._grammar.answers:
            return OtherAnswer(enabled=bool(other.enabled))
        ticked = other.selected is True
        value = self._cut(other.value, LONGEST_NAME) if other.value else UNSET
        return OtherAnswer(enabled=bool(other.enabled) or ticked, selected=True if ticked else UNSET, value=value)

    def _select(self, question: Question, plain: Question) -> Question:
        if not self._grammar.answers:
            if question.options or question.other:
                self._lose(NO_CHOICES)
            return plain
        other: OtherAnswer | Unset = UNSET
        if question.other:
            other = OtherAnswer(enabled=bool(question.other.enabled), label=question.other.label or UNSET)
        return attrs.evolve(plain, options=question.options or (), other=other)

    def _signed(self, question: Question, plain: Question) -> Question:
        if not question.signature_id or self._signature is None:
            return plain
        image: Any = self._signature(question.signature_id)  # an image, or what is fetched in its place later
        return attrs.evolve(plain, signature=image)
