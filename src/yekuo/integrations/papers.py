"""资料检查: what an uploaded file really is; photos are written anew, PDFs are refused when they carry more than pages."""

import io
from dataclasses import dataclass
from datetime import datetime

import puremagic
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Problem, Refused

MOST_PIXELS = {"JPEG": 110_000_000}
"""A JPEG is decoded at a fraction of its size; whatever else is decoded whole."""
MOST_PIXELS_ELSE = 25_000_000
LONGEST_SIDE = 2400
QUALITY = 85
PICTURES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/x-ms-bmp": "BMP",
    "image/gif": "GIF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """已查文件: the bytes to keep, what they are, and when a photo says that it was taken."""

    content: bytes
    type: str
    suffix: str
    taken_at: datetime | None = None


def check(content: bytes, *, name: str, most_bytes: int) -> Checked:
    """This function will check an upload and give what is to be kept. Raises Refused in words for whoever uploaded it."""
    if not content:
        raise _refused(name, "是空的，请重新选择")
    if len(content) > most_bytes:
        size = len(content) / 1024 / 1024
        raise _refused(name, f"有 {size:.1f} MB，超过 {most_bytes // 1024 // 1024} MB，请压缩后再传，或拍照上传")
    found = _kind(content)
    if found in PICTURES:
        return _picture(content, name=name, kind=PICTURES[found])
    if found == "application/pdf":
        from yekuo.integrations import pdfs  # loads for a fifth of a second, and most processes never see a PDF

        why = pdfs.problem(content)
        if why:
            raise _refused(name, why)
        return Checked(content=content, type="application/pdf", suffix=".pdf")
    if found in ("image/heic", "image/heif"):
        raise _refused(name, "是 HEIC 格式的照片，请在手机相机设置里选“兼容性最佳”，或截图后再传")
    raise _refused(name, "不是照片也不是 PDF，请上传 JPG、PNG 图片或 PDF 文件")


def _refused(name: str, why: str) -> Refused:
    whole = f"文件“{_short(name)}”{why}"
    return Refused(f"文件{why}", problems=(Problem("papers", whole),), code="bad_file")


def _short(name: str) -> str:
    plain = "".join(char for char in name if char.isprintable())
    return plain if len(plain) <= 40 else f"{plain[:20]}…{plain[-16:]}"


def _kind(content: bytes) -> str:
    try:
        found = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        found = []
    types = [one.mime_type.lower() for one in sorted(found, key=lambda one: -one.confidence)]
    if content.lstrip()[:5] == b"%PDF-":
        return "application/pdf"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"heif", b"msf1"):
        return "image/heic"
    return next((one for one in types if one in PICTURES), types[0] if types else "")


def _picture(content: bytes, *, name: str, kind: str) -> Checked:
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS.get(kind, MOST_PIXELS_ELSE):
                raise _too_large(name)
            return _anew(opened, kind, _taken(opened))
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large(name) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning):
        raise _refused(name, "打不开，照片可能已损坏，请重新拍一张") from None


def _too_large(name: str) -> Refused:
    return _refused(name, "的像素太大了，请用手机普通模式拍照，或缩小后再传")


def _anew(opened: Image.Image, kind: str, taken_at: datetime | None) -> Checked:
    """Only pixels are carried over: no place, no time, no camera, no hidden tail."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(opened)
    flat = _flat(upright)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.frombytes("RGB", flat.size, flat.tobytes())
    out = io.BytesIO()
    if kind == "PNG":
        clean.save(out, "PNG", optimize=False)
        return Checked(content=out.getvalue(), type="image/png", suffix=".png", taken_at=taken_at)
    clean.save(out, "JPEG", quality=QUALITY)
    return Checked(content=out.getvalue(), type="image/jpeg", suffix=".jpg", taken_at=taken_at)


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _taken(picture: Image.Image) -> datetime | None:
    """Cameras write local time without a zone: ours."""
    try:
        exif = picture.getexif()
        text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=BEIJING) if text else None
    except (ValueError, TypeError, KeyError, OSError, SyntaxError):
        return None
