"""Which kinds of file may be put forward beside a report: scans, papers, pictures, films, archives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """`key` is stored; `suffixes` are those its files go by, the usual one first."""

    key: str
    label: str
    suffixes: tuple[str, ...]


MEDIA: tuple[Media, ...] = (
    Media("pdf", "PDF", ("pdf",)),
    Media("ofd", "OFD", ("ofd",)),
    Media("docx", "Word 文档", ("docx", "docm")),
    Media("xlsx", "Excel 表格", ("xlsx", "xlsm")),
    Media("pptx", "演示文稿", ("pptx", "ppsx")),
    Media("doc", "旧版 Word 或 WPS 文字", ("doc", "wps", "dot", "wpt")),
    Media("xls", "旧版 Excel 或 WPS 表格", ("xls", "et", "xlt", "ett")),
    Media("ppt", "旧版演示文稿", ("ppt", "dps", "pps")),
    Media("odf", "OpenDocument 文档", ("odt", "ods", "odp")),
    Media("jpg", "图片", ("jpg", "jpeg", "jfif")),
    Media("png", "图片", ("png",)),
    Media("gif", "图片", ("gif",)),
    Media("bmp", "图片", ("bmp",)),
    Media("tif", "图片", ("tif", "tiff")),
    Media("webp", "图片", ("webp",)),
    Media("heic", "图片", ("heic", "heif")),
    Media("mp4", "视频", ("mp4", "m4v", "3gp")),
    Media("mov", "视频", ("mov", "qt")),
    Media("avi", "视频", ("avi",)),
    Media("wmv", "视频", ("wmv", "asf")),
    Media("mkv", "视频", ("mkv",)),
    Media("webm", "视频", ("webm",)),
    Media("flv", "视频", ("flv",)),
    Media("mpg", "视频", ("mpg", "mpeg", "vob")),
    Media("zip", "压缩包", ("zip",)),
    Media("rar", "压缩包", ("rar",)),
    Media("7z", "压缩包", ("7z",)),
    Media("gz", "压缩包", ("gz", "tgz")),
    Media("tar", "压缩包", ("tar",)),
)
BY_KEY: dict[str, Media] = {media.key: media for media in MEDIA}
ACCEPTED = "PDF、OFD、图片、WPS 或 Office 文档、视频、压缩包"


def download_name(name: str, media: Media) -> str:
    """The name a file is handed out under: what it is by content, whatever it was called."""
    return name if name.rpartition(".")[2].lower() in media.suffixes else f"{name}.{media.suffixes[0]}"
