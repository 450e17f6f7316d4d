"""演练资料: the pictures that stand for papers of the demo, each drawn once and checked once like any upload."""

import io
from functools import cache
from importlib import resources

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from yekuo.integrations import papers as checking
from yekuo.records import tables

WIDTH, HEIGHT = 720, 510
NOT_PAPERS = {
    "survey_photo": "现场勘查照片", "meter_photo": "装表照片", "hidden_photo": "隐蔽工程照片", "design": "设计图纸",
    "rectified_photo": "整改照片", "pause_letter": "客户书面申请", "permit_receipt": "占掘路许可受理单",
    "terminate_note": "终止说明", "call_record": "通话记录",
}  # fmt: skip


@cache
def picture(code: str) -> bytes:
    """This function will draw a plain picture that stands for a paper of the demo, the same for the same code."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), (246, 248, 248))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((20, 20, WIDTH - 20, HEIGHT - 20), outline=(0, 112, 107), width=4)
    pen.text((52, 46), _name(code), fill=(40, 60, 60), font=_font(34))
    pen.text((52, 100), f"演示资料，不是真实证件  {code}", fill=(90, 106, 106), font=_font(18))
    for line in range(6):
        top = 160 + line * 50
        pen.rectangle((52, top, WIDTH - 52 - (line * 97) % 260, top + 14), fill=(214, 224, 224))
    kept = io.BytesIO()
    sheet.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def _name(code: str) -> str:
    names = {one.code: one.name for one in tables.materials().papers}
    return names.get(code) or NOT_PAPERS.get(code, code)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        return ImageFont.truetype(str(path), size)


@cache
def checked(code: str) -> checking.Checked:
    """This function will check that picture as an upload is checked; the same bytes need it once."""
    return checking.check(picture(code), name=f"{code}.png", most_bytes=settings.UPLOAD_MAX_BYTES)
