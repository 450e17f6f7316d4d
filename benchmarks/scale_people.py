"""演练客户: applicants and sites with names and addresses sealed as the product seals them, made by several processes."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yekuo.project.settings")
import django

django.setup()

from yekuo.records import sealed, sites  # noqa: E402

FIRST = 10_000_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英秀兰玉梅志建国华文辉"
STREETS = [one + two for one in "东西南北中新长安永丰和平文兴" for two in "街路巷道园桥塘湖"]
Row = tuple[object, ...]


def name(n: int) -> str:
    return FAMILY[n % 20] + GIVEN[n // 20 % 32] + GIVEN[n // 640 % 32] + ("" if n < 20480 else str(n // 20480))


def phone(n: int) -> str:
    return f"139{n * 7919 % 100_000_000:08d}"


def address(n: int) -> tuple[str, str]:
    county = f"演练{n % 60 + 1}县"
    return (
        county,
        f"江州市{county}{STREETS[n // 60 % len(STREETS)]} {n % 997 + 1} 号 {n % 31 + 1} 幢 {n % 2903 + 101} 室",
    )


def tails() -> Iterator[Row]:
    for n in range(10_000):
        yield n, sealed.tail_index(f"139{n:08d}")


def sealed_people(bounds: tuple[int, int]) -> list[Row]:
    return [_person(n) for n in range(*bounds)]


def _person(n: int) -> Row:
    row = uuid.uuid4()
    words = {"name": name(n), "id_number": f"33010619{n % 40 + 60}0101{n % 10000:04d}", "phone": phone(n)}
    boxes = [sealed.seal(text, place=f"records_person/{column}/{row}") for column, text in words.items()]
    marks = (
        sealed.name_index(words["name"]), sealed.number_index(words["id_number"]), sealed.phone_index(words["phone"]),
        sealed.tail_index(words["phone"]),
    )  # fmt: skip
    return (FIRST + n, row, "resident_id", *boxes, *[b""] * 5, *marks, f"scale{n}", NOW)


def sealed_sites(bounds: tuple[int, int]) -> list[Row]:
    return [_site(n) for n in range(*bounds)]


def _site(n: int) -> Row:
    row = uuid.uuid4()
    area, text = address(n)
    box = sealed.seal(text, place=f"records_site/address/{row}")
    mark = sealed.address_index(area + text)
    return (FIRST + n, row, area, box, b"", mark, sites.grams(area + text), f"scale{n}", NOW)
