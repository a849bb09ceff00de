"""What an explorer shows, for the tests of all explorers."""

import base64
import html
import re


def pictures(explorer, kind):
    """The files of an explorer's pictures (list of bytes), and their descriptions.

    `kind` is what all of them are: "webp", "svg+xml".
    """
    tags = re.findall(r"<img [^>]*>", explorer.pictures.value)
    start = re.escape(f"data:image/{kind};base64,")
    files = [re.search(rf'src="{start}([^"]+)"', tag).group(1) for tag in tags]
    alts = [html.unescape(re.search(r'alt="([^"]+)"', tag).group(1)) for tag in tags]
    return [base64.b64decode(file) for file in files], alts


def text(explorer):
    """The words between an explorer's pictures."""
    return html.unescape(re.sub(r"<[^>]+>", " ", explorer.pictures.value))
