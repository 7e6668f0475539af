"""A learner signed in, and a module to learn."""

from __future__ import annotations

import pytest
from django.test import Client

from content.editions import ModuleEdition
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import Person, User
from tests.courses.learning import factories
from tests.factories import AT, make_user, sign_in


@pytest.fixture
def user(db: None) -> User:
    return make_user(given_name="Amina", family_name="Benali")


@pytest.fixture
def person(user: User) -> Person:
    return user.person


@pytest.fixture
def learner(user: User) -> Client:
    """A browser in which the person is signed in."""
    return sign_in(Client(), user)


@pytest.fixture
def edition(db: None) -> ModuleEdition:
    """Two sections and three questions, in English and French."""
    return factories.taught(sections=2, questions=3)


@pytest.fixture
def way(person: Person, edition: ModuleEdition) -> Enrolment:
    return enrolments.start(person, edition.module, AT)
