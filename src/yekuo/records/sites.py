"""用电地址查询: sites kept once per content and found by their address."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from yekuo.records.models import Site
from yekuo.records.sealed import address_index, blind, digest_of, normal_address

GRAM_BYTES = 2
"""So short that strangers share a mark: it narrows a search and names no address."""

PART_AT_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContent:
    """用电地址内容: `point` is 'longitude,latitude' in WGS-84 or ''."""

    area: str = ""
    address: str
    point: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSite:
    """用电地址显示: the address masked for the public, whole for staff who have to go there."""

    key: int
    area: str
    address: str
    public_address: str
    point: str
    erased: bool


def keep(content: SiteContent, *, at: datetime) -> Site:
    """This function will keep a site; the very same content again gives the same row."""
    tidy = SiteContent(**{field: value.strip() for field, value in asdict(content).items()})
    columns = {
        **asdict(tidy),
        "address_index": address_index(tidy.area + tidy.address),
        "grams": grams(tidy.area + tidy.address),
        "kept_at": at,
        "erased_at": None,
    }
    kept, made = Site.objects.get_or_create(digest=digest_of("site", asdict(tidy)), defaults=columns)
    if not made and kept.erased_at:
        for column, value in columns.items():
            setattr(kept, column, value)
        kept.save()
    return kept


def grams(address: str) -> list[int]:
    """This function will mark each two neighbouring characters of an address, so that a part of it can be found."""
    plain = normal_address(address)
    marks = {blind("address gram", plain[place : place + 2]) for place in range(len(plain) - 1)}
    return sorted(int.from_bytes(mark[:GRAM_BYTES]) for mark in marks if mark)


def is_part(text: str) -> bool:
    """This function will say whether a text may be part of an address: three characters or more, not only digits."""
    plain = normal_address(text)
    return len(plain) >= PART_AT_LEAST and not plain.isascii()


def holding(part: str, keys: Iterable[int]) -> tuple[int, ...]:
    """This function will keep the sites in whose address a part stands; its marks alone only make that likely."""
    plain = normal_address(part)
    found = Site.objects.filter(pk__in=tuple(keys), erased_at=None).only("row", "area", "address")
    return tuple(one.pk for one in found if plain in normal_address(one.area + one.address.open()))


def content_of(site: Site) -> SiteContent:
    """This function will open a site whole."""
    return SiteContent(area=site.area, address=site.address.open(), point=site.point.open())


def unchanged(site: Site) -> bool:
    """This function will say whether the content still is what the digest in the log was taken of."""
    return site.erased_at is None and digest_of("site", asdict(content_of(site))) == site.digest


def site(key: int) -> Site | None:
    """This function will find a site."""
    return Site.objects.filter(pk=key).first()


def shown(keys: Iterable[int]) -> dict[int, ShownSite]:
    """This function will give sites by key as they may be shown, in one query."""
    return {one.pk: show(one) for one in Site.objects.filter(pk__in={key for key in keys if key})}


def show(one: Site) -> ShownSite:
    """This function will give one site as it may be shown."""
    return ShownSite(
        key=one.pk,
        area=one.area,
        address="（已删除）" if one.erased_at else one.area + one.address.open(),
        public_address="（已删除）" if one.erased_at else one.area + str(one.address),
        point=one.point.open(),
        erased=one.erased_at is not None,
    )


def same_address(one: Site) -> tuple[int, ...]:
    """This function will list the rows with the same address, the row itself included."""
    if not one.address_index:
        return (one.pk,)
    return tuple(Site.objects.filter(address_index=one.address_index).values_list("pk", flat=True))


def keys_found(text: str) -> tuple[int, ...]:
    """This function will list the keys of the sites with exactly this address, however it is spaced."""
    index = address_index(text)
    return tuple(Site.objects.filter(address_index=index).values_list("pk", flat=True)[:1000]) if index else ()


def found_many(texts: Iterable[str]) -> dict[int, str]:
    """This function will say which rows have one of many addresses: the address without spaces by key, in one query."""
    wanted = {address_index(one): "".join(one.split()) for one in texts if one}
    found = Site.objects.filter(address_index__in=[one for one in wanted if one]).values_list("pk", "address_index")
    return {key: wanted[bytes(index)] for key, index in found if index}


def erase(keys: Iterable[int], *, at: datetime) -> int:
    """This function will empty sites for good, leaving row and digest for the log; returns how many were emptied."""
    return Site.objects.filter(pk__in=tuple(keys), erased_at=None).update(
        address=b"", point=b"", address_index=None, grams=[], erased_at=at
    )
