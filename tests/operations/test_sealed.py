"""密封字段: what is kept cannot be read from the table, opens only in its own place, and is found by its index."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import override_settings

from yekuo.records.models import Person, Site
from yekuo.records.sealed import Secret, Unreadable, number_index, phone_index, seal, tail_index, unseal

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_a_box_opens_only_where_it_was_sealed() -> None:
    box = seal("330106199001011234", place="a/b/1")
    assert unseal(box, place="a/b/1") == "330106199001011234"
    with pytest.raises(Unreadable):
        unseal(box, place="a/b/2")


def test_the_same_text_never_gives_the_same_box() -> None:
    assert seal("张三", place="a") != seal("张三", place="a")


@pytest.mark.parametrize("bit", [0, 1, 5, 20, -1])
def test_a_changed_box_does_not_open(bit: int) -> None:
    box = bytearray(seal("13812344483", place="a"))
    box[bit] ^= 1
    with pytest.raises(Unreadable):
        unseal(bytes(box), place="a")


@pytest.mark.parametrize("short", [b"\x01", b"\x01\x02k1", b"\x07\x02k1" + b"0" * 40])
def test_what_is_no_box_is_said_to_be_unreadable(short: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(short, place="a")


@pytest.mark.parametrize("cipher", ["SM4", "AES"])
def test_old_keys_open_and_the_first_key_seals(cipher: str) -> None:
    with override_settings(FIELD_KEYS={"k1": b"1" * 32}, FIELD_CIPHER=cipher):
        old = seal("旧", place="a")
    with override_settings(FIELD_KEYS={"k2": b"2" * 32, "k1": b"1" * 32}, FIELD_CIPHER=cipher):
        assert unseal(old, place="a") == "旧"
        assert b"k2" in seal("新", place="a")[:4]
    with override_settings(FIELD_KEYS={"k2": b"2" * 32}), pytest.raises(Unreadable):
        unseal(old, place="a")


def test_indexes_forgive_how_a_number_is_typed() -> None:
    assert phone_index("+86 138-1234-4483") == phone_index("１３８１２３４４４８３")
    assert number_index("33010619900101123x") == number_index(" 33010619900101123X")
    assert tail_index("13812344483") == tail_index("4483")
    assert phone_index("") is None
    assert phone_index("4483") != tail_index("4483")


def _kept(**content: str) -> Person:
    return Person.objects.create(id_type="resident_id", digest=uuid.uuid4().hex, kept_at=AT, **content)


@pytest.mark.django_db
def test_a_model_shows_masked_and_stores_nothing_in_the_open() -> None:
    kept = _kept(name="张三丰", id_number="330106199001011234", phone="13812344483")
    found = Person.objects.get(pk=kept.pk)
    assert str(found.phone) == "138****4483"
    assert f"{found.id_number}" == "330106********1234"
    assert "张三丰" not in repr(found.name) + str(found.name)
    assert found.name.open() == "张三丰"
    assert not found.contact
    with connection.cursor() as cursor:
        cursor.execute("select * from records_person")
        row = b"|".join(bytes(one) for one in cursor.fetchall()[0] if isinstance(one, bytes | memoryview))
    for secret in ("张三丰", "330106199001011234", "13812344483", "4483"):
        assert secret.encode() not in row


@pytest.mark.django_db
def test_a_box_moved_to_another_row_does_not_open() -> None:
    one, other = _kept(phone="13812344483"), _kept(phone="13900000000")
    Person.objects.filter(pk=other.pk).update(phone=one.phone.box)
    with pytest.raises(Unreadable):
        Person.objects.get(pk=other.pk).phone.open()


@pytest.mark.django_db
def test_copying_a_secret_to_another_row_seals_it_anew() -> None:
    one, other = _kept(phone="13812344483"), _kept()
    other.phone = one.phone
    other.save()
    assert Person.objects.get(pk=other.pk).phone.open() == "13812344483"


@pytest.mark.django_db
def test_deferred_and_refreshed_columns_still_open() -> None:
    kept = _kept(phone="13812344483")
    lazy = Person.objects.defer("phone").get(pk=kept.pk)
    assert lazy.phone.open() == "13812344483"
    kept.refresh_from_db()
    assert isinstance(kept.phone, Secret)
    assert kept.phone.open() == "13812344483"


@pytest.mark.django_db
def test_a_sealed_column_is_not_searched_by_text() -> None:
    with pytest.raises(TypeError):
        list(Site.objects.filter(address="文三路 1 号"))
