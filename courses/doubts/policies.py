"""Who answers doubts about dates."""

from __future__ import annotations

from lms.people.groups import HR_ADMIN
from lms.people.policies import members_of

BASIS_DOUBTS = members_of(HR_ADMIN)
