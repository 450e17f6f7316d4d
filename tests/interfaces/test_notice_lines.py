"""日期行: lines of days as a person writes them, and a line that is nothing but blanks between two letters."""

import pytest

from yekuo.interfaces.admin.notices import read_lines
from yekuo.rules.refusal import Refused


def test_names_stand_before_the_days_however_they_are_set_off() -> None:
    lines = ("春节：2027-02-05", " 春节 2027-02-05 ", "春节 ： 2027-02-05", "　春节: 2027-02-05", "2027-02-05")
    for line in lines:
        days, names = read_lines(line)
        assert [f"{day}" for day in days] == ["2027-02-05"]
        assert [name for _, name in names] == (["春节"] if "春" in line else [])


def test_a_line_of_blanks_is_answered() -> None:
    with pytest.raises(Refused, match="日期"):
        read_lines(f"一{' ' * 7900}二")
