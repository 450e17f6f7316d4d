"""PDF 检查: a PDF is taken when it opens, has pages, and carries nothing but them."""

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

MOST_PAGES = 500
MOST_OBJECTS = 200_000
FORBIDDEN = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA", "/SubmitForm")


def problem(content: bytes) -> str:
    """This function will say in words for whoever uploaded it why a PDF cannot be taken, '' when it can."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            return "有密码保护，请去掉密码后再传"
        pages = len(reader.pages)
        carried = next(_carried(reader), "") if 0 < pages <= MOST_PAGES else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return "打不开，PDF 可能已损坏，请重新导出"
    if pages == 0:
        return "没有页面"
    if pages > MOST_PAGES:
        return f"有 {pages} 页，最多 {MOST_PAGES} 页，请拆开上传"
    return "里有脚本、附件或表单动作，不能接收；请打印成 PDF 后再传" if carried else ""


def _carried(reader: PdfReader) -> Iterator[str]:
    """Every object that a page or the catalogue leads to is looked at, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[PdfObject] = [reader.trailer]
    count = 0
    while waiting and count < MOST_OBJECTS:
        one = waiting.pop()
        count += 1
        if isinstance(one, IndirectObject):
            mark = (one.idnum, one.generation)
            if mark in seen:
                continue
            seen.add(mark)
            found = one.get_object()
            waiting.extend([found] if found is not None else [])
        elif isinstance(one, DictionaryObject):
            yield from _forbidden(one)
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(one)
    if waiting:
        yield "/TooMany"


def _forbidden(one: DictionaryObject) -> Iterator[str]:
    kinds = [str(one.raw_get(key)) for key in ("/S", "/Type", "/Subtype") if key in one]
    yield from (word for word in FORBIDDEN if word in one or word in kinds)
