"""演练角色: the told stories' cases by the serial they are known by, and the phones of the demo; light, for the start page."""

from dataclasses import dataclass

from yekuo.records import applications

SHOP, HOSPITAL, FACTORY, CHEAT, PAUSED = 201, 202, 203, 204, 205


def phone(serial: int) -> str:
    """This function will make a telephone number of the demo."""
    return f"1380571{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """导览工单: the case numbers of the told stories by serial; a number is '' where the demo holds no such case."""

    numbers: dict[int, str]

    def number(self, serial: int) -> str:
        """This function will give the number of a story's case."""
        return self.numbers.get(serial, "")


def cast(*serials: int) -> Cast:
    """This function will find the cases of stories by the keys they were filed under, in one query."""
    keys = {f"demo-{serial:04d}-file": serial for serial in serials}
    return Cast(numbers={keys[key]: number for key, number in applications.numbers_filed(keys).items()})
