"""资料: uploads are what they say, lose what nobody should see, and are opened by their readers only."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from pytest_django import Settings

from tests.operations.people import AT, PHONE, application, clerk, company, customer
from yekuo.integrations.papers import LONGEST_SIDE
from yekuo.integrations.storage import FolderStore
from yekuo.operations import intake, papers
from yekuo.operations.casefile import NotFound
from yekuo.records.models import File, Unit
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, kind, **more)
    return out.getvalue()


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def store(content: bytes, name: str = "照片.jpg", by: Actor | None = None, code: str = "id_card", **more: Any) -> File:
    paper = papers.store_paper(content=content, name=name, code=code, by=by or customer(), at=AT, **more)
    row = File.objects.get(pk=paper.file)
    assert paper.digest == row.sha256
    return row


def refused(content: bytes, name: str = "x.jpg") -> str:
    with pytest.raises(Refused) as caught:
        store(content, name)
    assert not File.objects.exists()
    assert caught.value.problems[0].field == "papers"
    assert name in caught.value.problems[0].message
    return caught.value.message


def read(row: File, by: Actor | None = None) -> bytes:
    opened = papers.open_paper(file=row.pk, by=by or customer())
    with opened.stream as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("kind", "mode", "found"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("WEBP", "RGB", "image/jpeg"),
        ("BMP", "RGB", "image/jpeg"),
        ("GIF", "P", "image/jpeg"),
    ],
)
def test_every_usual_picture_is_kept_as_a_plain_one(kind: str, mode: str, found: str) -> None:
    row = store(picture(kind, mode=mode))
    kept = read(row)
    assert row.type == found
    assert row.sha256 == sha256(kept).hexdigest()
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.size == (640, 480)


def test_a_photo_loses_place_time_and_camera_and_we_keep_when_it_was_taken() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "PhoneMaker"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 08:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    row = store(picture(exif=exif.tobytes(), comment=b"secret"))
    kept = read(row)
    for trace in (b"Exif", b"PhoneMaker", b"secret", b"2026:11:20"):
        assert trace not in kept
    assert row.taken_at == datetime(2026, 11, 20, 8, 30, tzinfo=BEIJING)


def test_a_photo_held_upright_stays_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    with Image.open(io.BytesIO(read(store(picture(size=(400, 200), exif=exif.tobytes()))))) as opened:
        assert opened.size == (200, 400)


def test_a_large_photo_is_made_smaller() -> None:
    row = store(picture(size=(5000, 3000), mode="L", quality=40))
    with Image.open(io.BytesIO(read(row))) as opened:
        assert max(opened.size) == LONGEST_SIDE
        assert opened.size == (2400, 1440)


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    assert b"<script>" not in read(store(picture() + b"<script>alert(1)</script>"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"hello", "不是照片也不是 PDF"),
        (b"<html><script>alert(1)</script>", "不是照片也不是 PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "不是照片也不是 PDF"),
        (b"PK\x03\x04" + b"0" * 100, "不是照片也不是 PDF"),
        (b"MZ" + b"0" * 100, "不是照片也不是 PDF"),
        (b"\x00\x00\x00\x18ftypheic" + b"0" * 100, "HEIC"),
        (b"\xff\xd8\xff\xe0" + b"0" * 200, "损坏"),
        (b"%PDF-1.7\nnonsense", "损坏"),
        (b"0" * (10 * MB + 1), "超过 10 MB"),
    ],
)
def test_what_is_no_paper_is_refused_in_chinese(content: bytes, told: str) -> None:
    assert told in refused(content)


def test_a_picture_cut_short_is_refused() -> None:
    whole = picture("PNG")
    assert "损坏" in refused(whole[: len(whole) // 2])


def test_a_bomb_of_pixels_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 3_000)).save(out, "PNG")
    assert len(out.getvalue()) < MB
    assert "像素太大" in refused(out.getvalue())
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert "像素太大" in refused(out.getvalue())


def test_a_name_that_lies_is_not_believed() -> None:
    row = store(pdf(), "身份证.exe.jpg")
    assert row.type == "application/pdf"
    assert row.name.open() == "身份证.exe.pdf"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd.jpg"), ("C:\\fotos\\我.png", "我.jpg"), ("", "资料.jpg"), ("a\x00b\n.jpg", "ab.jpg"),
     ("." * 50, "资料.jpg"), ("长" * 300 + ".jpg", "长" * 80 + ".jpg"), ('a"b<c>.jpg', "abc.jpg")],
)  # fmt: skip
def test_names_are_made_harmless(name: str, kept: str) -> None:
    assert store(picture(), name).name.open() == kept


def test_names_are_not_kept_in_the_open() -> None:
    store(picture(), "欧阳雪梅身份证.jpg")
    with connection.cursor() as cursor:
        cursor.execute("select name from records_file")
        assert "欧阳".encode() not in bytes(cursor.fetchone()[0])


def _script(writer: PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)


def _attached(writer: PdfWriter) -> None:
    writer.add_attachment("x.exe", b"MZ")


def _launch(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


def _locked(writer: PdfWriter) -> None:
    writer.encrypt("secret")


@pytest.mark.parametrize(
    ("change", "told"), [(_script, "脚本"), (_attached, "附件"), (_launch, "脚本"), (_locked, "密码保护")]
)
def test_a_pdf_that_carries_more_than_pages_is_refused(change: Callable[[PdfWriter], object], told: str) -> None:
    assert told in refused(pdf(change), "图纸.pdf")


def test_pdfs_have_pages_and_not_too_many() -> None:
    assert "没有页面" in refused(pdf(pages=0), "图纸.pdf")
    assert "501 页" in refused(pdf(pages=501), "图纸.pdf")
    content = pdf(pages=3)
    assert read(store(content, "图纸.pdf")) == content


@pytest.mark.parametrize("code", ["", "Ab", "a b", "../x", "x" * 41, "1a"])
def test_a_strange_kind_of_paper_is_refused(code: str) -> None:
    with pytest.raises(Refused):
        store(picture(), code=code)


def test_the_same_bytes_are_kept_once_and_readably_by_us_alone(folder: Path) -> None:
    content = pdf()
    one, other = store(content), store(content)
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert one.sha256 == other.sha256 == kept[0].name
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o077 == 0


def test_a_store_never_looks_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    kept = FolderStore(tmp_path / "files")
    for digest in ("../secret", "", "/etc/passwd", "g" * 64, "A" * 64, "0" * 63):
        assert not kept.holds(digest)
        with pytest.raises(FileNotFoundError):
            kept.open(digest)


@pytest.fixture
def places() -> dict[str, Unit]:
    return company()


@pytest.fixture
def filed(places: dict[str, Unit]) -> File:
    by = customer()
    row = store(pdf(), by=by)
    intake.file_application(
        application=application(), papers=(papers.kept_papers(by=by)[0].paper,), channel="web", by=by, at=AT,
        key="key-00000001", unit=places["county"].pk,
    )  # fmt: skip
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("unit", "may"), [("county", True), ("city", True), ("top", True), ("other", False), ("station", False)]
)
def test_staff_open_papers_of_cases_in_reach(filed: File, places: dict[str, Unit], unit: str, may: bool) -> None:
    by = clerk(places[unit])
    if may:
        assert read(filed, by)
    else:
        with pytest.raises(NotFound):
            papers.open_paper(file=filed.pk, by=by)
        with pytest.raises(NotFound):
            papers.kept_papers(by=by, case=filed.case)


def test_customers_open_their_own_papers_only(filed: File) -> None:
    assert read(filed, customer(PHONE))
    for key in (filed.pk, filed.pk + 1):
        with pytest.raises(NotFound):
            papers.open_paper(file=key, by=customer("13900000000"))


def test_before_it_is_filed_only_who_uploaded_a_paper_opens_it(places: dict[str, Unit]) -> None:
    row = store(pdf())
    assert read(row)
    for by in (customer("13900000000"), clerk(places["top"])):
        with pytest.raises(NotFound):
            papers.open_paper(file=row.pk, by=by)


def test_nobody_uploads_into_a_case_out_of_reach(filed: File, places: dict[str, Unit]) -> None:
    for by in (customer("13900000000"), clerk(places["other"])):
        with pytest.raises(Refused) as caught:
            store(picture(), by=by, case=filed.case)
        assert caught.value.code == "not_found"
    assert store(picture(), by=clerk(places["county"]), case=filed.case).case == filed.case


def test_an_upload_is_taken_back_before_it_is_filed_and_not_after(filed: File) -> None:
    row = store(picture())
    with pytest.raises(Refused):
        papers.remove_paper(file=row.pk, by=customer("13900000000"), at=AT)
    papers.remove_paper(file=row.pk, by=customer(), at=AT)
    with pytest.raises(NotFound):
        papers.open_paper(file=row.pk, by=customer())
    with pytest.raises(Refused) as caught:
        papers.remove_paper(file=filed.pk, by=customer(), at=AT)
    assert caught.value.code == "filed"
    assert read(filed)


def test_there_is_an_end_to_uploading_without_filing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_WAITING", 2)
    store(picture())
    store(picture())
    with pytest.raises(Refused) as caught:
        store(picture())
    assert caught.value.code == "too_many"


def test_a_sweep_forgets_only_what_nobody_names(filed: File) -> None:
    gone = store(picture())
    papers.remove_paper(file=gone.pk, by=customer(), at=AT)
    kept = papers.store()
    assert papers.sweep(before=datetime(2026, 1, 1, tzinfo=BEIJING)) == 0
    assert kept.holds(gone.sha256)
    assert papers.sweep(before=datetime(2100, 1, 1, tzinfo=BEIJING)) == 1
    assert not kept.holds(gone.sha256)
    assert read(filed)


def test_what_nobody_came_back_to_is_let_go_after_ninety_days(filed: File) -> None:
    row = store(picture())
    intake.keep_draft(by=customer(), form="apply", content="x", at=AT)
    assert papers.tidy(at=AT + timedelta(days=90)) == 0
    assert read(row)
    assert papers.tidy(at=AT + timedelta(days=91)) >= 2
    assert intake.read_draft(by=customer(), form="apply") is None
    with pytest.raises(NotFound):
        papers.open_paper(file=row.pk, by=customer())
    assert read(filed)


def test_a_file_lost_from_the_store_is_not_found_and_no_crash(filed: File) -> None:
    papers.store().remove(filed.sha256)
    with pytest.raises(NotFound):
        papers.open_paper(file=filed.pk, by=customer())


def test_a_refused_upload_leaves_nothing_behind(folder: Path) -> None:
    refused(b"hello")
    assert not folder.exists()


def test_listing_shows_what_was_uploaded(filed: File) -> None:
    store(picture(), "电表.jpg")
    (waiting,) = papers.kept_papers(by=customer())
    assert (waiting.name, waiting.type, waiting.at) == ("电表.jpg", "image/jpeg", AT)
    assert [one.file for one in papers.kept_papers(by=customer(), case=filed.case)] == [filed.pk]
