"""What the lessons ask: sound, fair to those who guess by length or letter, no numbers typed."""

import re
from collections import Counter

import pytest

from course_utils.teaching.questions.lookup import lessons_with_questions, questions_of

#: What a cell would have to measure; sizes ("96 x 96") and counts are part of a question.
RESULT = re.compile(
    r"\d[\d.,]*\s*(?:%|per\s?cent\b|(?:percentage )?points?\b)(?!\s*(?:confidence )?interval)",
    re.IGNORECASE,
)


@pytest.fixture(params=lessons_with_questions())
def lesson(request):
    return questions_of(request.param)


def test_every_lesson_asks_before_and_after(lesson):
    assert lesson.predictions and lesson.questions


def test_every_choice_has_feedback_of_its_own(lesson):
    for question in [*lesson.predictions.values(), *lesson.questions.values()]:
        feedback = Counter(choice.feedback.lower() for choice in question.choices)
        assert max(feedback.values()) == 1, question.id
    wrong = [c.feedback for q in lesson.questions.values() for c in q.choices if not c.right]
    assert len(set(wrong)) == len(wrong)


def test_neither_letter_nor_length_gives_the_answer_away(lesson):
    letters, longest = Counter(), 0
    for question in lesson.questions.values():
        right = next(choice for choice in question.choices if choice.right)
        letters[right.letter] += 1
        others = [choice.text for choice in question.choices if choice is not right]
        longest += len(right.text) > max(map(len, others))
    count = len(lesson.questions)
    if count < 2:
        pytest.skip("One question shows no pattern.")
    assert max(letters.values()) <= (count + 1) // 2, letters
    assert longest <= count // 2


def test_no_measured_number_is_typed(lesson):
    for question in lesson.predictions.values():
        assert not RESULT.search(question.text)
    for question in [*lesson.predictions.values(), *lesson.questions.values()]:
        # A quiz may tell of a made-up case with numbers, and speak of these.
        told = set(RESULT.findall(question.text))
        for choice in question.choices:
            found = RESULT.findall(f"{choice.text} {choice.feedback} {choice.measured}")
            assert set(found) <= told, question.id


@pytest.mark.parametrize(
    "text, found",
    [
        ("12 % more", 1),
        ("by 3 points", 1),
        ("96 x 96 pixels, 20 labels", 0),
        ("a 95 % interval", 0),
    ],
)
def test_a_measured_number_would_be_seen(text, found):
    assert bool(RESULT.search(text)) == found
