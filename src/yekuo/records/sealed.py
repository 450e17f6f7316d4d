"""密封字段: personal data at rest: encrypted for its own row, found by blind index, masked when shown.

A box is: format (1 byte), length of the key's name, the key's name, nonce (12 bytes), ciphertext with its tag. The table,
column and row it belongs to are bound into the tag, so that a box copied elsewhere does not open.
"""

import hmac
import json
import os
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

FORMATS: dict[int, tuple[Callable[[bytes], Any], int]] = {1: (SM4, 16), 2: (AES, 32)}
FORMAT_OF = {"SM4": 1, "AES": 2}
NONCE = 12
TAG = 16
INDEX_BYTES = 16
FACTORS = "second factors"
"""The place the secrets of second factors are sealed for: their table is not ours."""


class Unreadable(Exception):  # noqa: N818 - says what the box is
    """Raised when a box does not open: its key is gone, or it was changed or moved."""


def _key(name: str, number: int) -> bytes:
    keys: Mapping[str, bytes] = settings.FIELD_KEYS
    if name not in keys:
        raise Unreadable(f"没有名为 {name} 的字段密钥，个人信息无法解密")
    size = FORMATS[number][1]
    return _derived(keys[name], f"yekuo field {number}", size)


@cache
def _derived(key: bytes, purpose: str, size: int) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")[:size]


def current_prefix() -> bytes:
    """This function will give the first bytes of every box sealed now: the cipher's format and the key's name."""
    if not settings.FIELD_KEYS:
        raise ImproperlyConfigured("没有字段密钥（FIELD_KEYS），不能保存个人信息")
    name = next(iter(settings.FIELD_KEYS)).encode()
    number = FORMAT_OF[getattr(settings, "FIELD_CIPHER", "SM4")]
    return bytes((number, len(name))) + name


def seal(text: str, *, place: str) -> bytes:
    """This function will encrypt a text for one place (table/column/row); '' stays empty."""
    if not text:
        return b""
    head = current_prefix()
    number, name = head[0], head[2:].decode()
    nonce = os.urandom(NONCE)
    encryptor = Cipher(FORMATS[number][0](_key(name, number)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place.encode())
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return head + nonce + body + encryptor.tag


def unseal(box: bytes, *, place: str) -> str:
    """This function will decrypt a box for its place. Raises Unreadable when it was changed, moved or its key is gone."""
    if not box:
        return ""
    number, end = box[0], 2 + box[1] if len(box) > 1 else 0
    if number not in FORMATS or len(box) < end + NONCE + TAG:
        raise Unreadable("密文格式不对")
    name, nonce = box[2:end].decode(errors="replace"), box[end : end + NONCE]
    body, tag = box[end + NONCE : -TAG], box[-TAG:]
    decryptor = Cipher(FORMATS[number][0](_key(name, number)), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(place.encode())
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag:
        raise Unreadable(f"密文被改动过，或不属于 {place.rsplit('/', 1)[0]}") from None


def _hidden(text: str) -> str:
    return "****" if text else ""


class Secret:
    """密封值: prints masked, opens only where `open` is called, which is what the reader of the code looks for."""

    __slots__ = ("_mask", "box", "place")

    def __init__(self, box: bytes, place: str, mask: Callable[[str], str] = _hidden) -> None:
        """This function will hold a box, the place it was sealed for, and how to show it."""
        self.box = box
        self.place = place
        self._mask = mask

    def open(self) -> str:
        """This function will decrypt the value. Raises Unreadable."""
        return unseal(self.box, place=self.place)

    def __bool__(self) -> bool:
        """This function will say whether there is a value at all."""
        return bool(self.box)

    def __str__(self) -> str:
        """This function will give the masked value, and never the whole one."""
        return self._mask(self.open())

    def __repr__(self) -> str:
        """This function will give nothing away in a log or a traceback."""
        return f"<Secret {self.place.rsplit('/', 1)[0]}>"


class _SealedAttribute(DeferredAttribute):
    """What stands on a model in place of a sealed column: reads give a Secret, writes seal."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        box = super().__get__(instance, cls)
        return Secret(bytes(box or b""), self.field.place_on(instance), self.field.mask)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.box_for(instance, value)


if TYPE_CHECKING:
    _Binary = models.BinaryField[str | Secret | bytes, Secret]
else:
    _Binary = models.BinaryField


class SealedField(_Binary):
    """密封列: text kept encrypted; give it a str and read a Secret. Only models with a `row` (Sealed) may have one."""

    _pyi_private_set_type: str | Secret | bytes
    _pyi_private_get_type: Secret  # type: ignore[assignment]
    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, mask: Callable[[str], str] = _hidden, **kwargs: Any) -> None:
        """This function will make a column that is never null; `mask` is how its value is shown."""
        kwargs["blank"] = True
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)
        self.mask = mask

    def place_on(self, instance: models.Model) -> str:
        """This function will name the place a box is bound to: table, column, row."""
        return f"{self.model._meta.db_table}/{self.column}/{instance.row}"  # type: ignore[attr-defined]  # noqa: SLF001

    def box_for(self, instance: models.Model, value: str | Secret | bytes | memoryview | None) -> bytes:
        """This function will seal a text, move a Secret to this row, and take bytes for the box they are."""
        if isinstance(value, str):
            return seal(value, place=self.place_on(instance))
        if isinstance(value, Secret):
            place = self.place_on(instance)
            return value.box if value.place == place else seal(value.open(), place=place)
        return bytes(value or b"")

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        """This function will hand the box, not the Secret, to the database."""
        return bytes(model_instance.__dict__[self.attname])

    def get_prep_value(self, value: Any) -> Any:
        """This function will refuse to search a sealed column by text; the blind index is for that."""
        if isinstance(value, str | Secret):
            raise TypeError(f"{self.name} is sealed: search its blind index")
        return super().get_prep_value(value)


class Sealed(models.Model):
    """密封表: a table with sealed columns; `row` names the row inside every box and never changes."""

    row = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        """Columns for others."""

        abstract = True


def normal(text: str) -> str:
    """This function will write what people type in one way: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def normal_phone(text: str) -> str:
    """This function will keep the digits of a phone number without the country's code."""
    digits = "".join(one for one in unicodedata.normalize("NFKC", text) if one.isdigit())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def normal_address(text: str) -> str:
    """This function will keep an address's letters, characters and digits."""
    return "".join(one for one in normal(text) if one.isalnum())


def blind(purpose: str, value: str) -> bytes | None:
    """This function will index a normalised value so that only equality shows; None for an empty one."""
    return _keyed(f"index {purpose}", value.encode())[:INDEX_BYTES] if value else None


def phone_index(phone: str) -> bytes | None:
    """This function will index a whole phone number."""
    return blind("phone", normal_phone(phone))


def tail_index(phone: str) -> bytes | None:
    """This function will index the last four digits of a phone number."""
    return blind("phone4", normal_phone(phone)[-4:])


def number_index(number: str) -> bytes | None:
    """This function will index an identity or organisation number."""
    return blind("id", normal(number))


def name_index(name: str) -> bytes | None:
    """This function will index a person's or an organisation's name."""
    return blind("name", normal(name))


def address_index(address: str) -> bytes | None:
    """This function will index an address."""
    return blind("address", normal_address(address))


def digest_of(kind: str, content: Mapping[str, object]) -> str:
    """This function will fingerprint a record with a key, so that nobody can guess the content from the log."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return _keyed(f"digest {kind}", text.encode()).hex()


def keyed_mark(purpose: str, value: str) -> str:
    """This function will mark a short-lived secret (a code, a link) so that the stored mark does not tell it."""
    return _keyed(f"mark {purpose}", value.encode()).hex()


def _keyed(purpose: str, value: bytes) -> bytes:
    key: bytes = settings.INDEX_KEY
    if not key:
        raise ImproperlyConfigured("没有索引密钥（INDEX_KEY），不能保存或查找个人信息")
    return hmac.digest(_derived(key, purpose, sha256().digest_size), value, "sha256")
