"""受理台来件: whatever is typed at the counter is answered in words and stays on the page."""

import pytest

from tests.interfaces.desk_stage import Stage
from tests.interfaces.test_desk_pages import sit
from yekuo.operations.intake import DRAFT_AT_MOST

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wish", ["check", "file"])
def test_a_text_without_end_is_told_and_stays(wish: str) -> None:
    endless = "长" * (DRAFT_AT_MOST + 1)
    answer = sit(Stage(), "clerk").post("/desk/new/", {"name": "王芳", "remark": endless, "wish": wish})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "太长" in page
    assert endless in page
    assert 'value="王芳"' in page


def test_a_page_of_the_desk_is_kept_by_no_browser() -> None:
    desk = sit(Stage(), "clerk")
    for address in ("/desk/", "/desk/cases/", "/desk/new/", "/desk/powers/"):
        assert "no-store" in desk.get(address).headers["Cache-Control"]
