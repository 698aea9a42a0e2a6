"""What pages that hand out documents say about them."""

from __future__ import annotations

from dash import html

from services.documents import typography as type_

LISTED = dict.fromkeys(face.named for face in (type_.TITLE, type_.BODY, type_.KAI, type_.HEI, type_.SONG))
FACES = (
    f"Word 文件按 GB/T 9704 写明字体（{'、'.join(LISTED)}），电脑上没有的字体会以别的字体代替，版面随之变动，"
    "请在装有公文字体的电脑上排定；PDF 已嵌入字体，不受影响。"
)


def faces() -> html.P:
    """The faces a Word file names are not free: whoever lacks them is told before the paper looks otherwise."""
    return html.P(FACES, className="hint")


def made_lately() -> html.P:
    """The way to what was made in the background."""
    return html.P(["较长的文件在后台生成：", html.A("一天内生成的文件", href="/printing")], className="hint")
