"""What mail programs mark in their HTML: quoted mail, signature, hidden text; tags and text are read in html."""

import re
from html import unescape

_ATTRIBUTE = re.compile(r"([A-Za-z\-:]{1,40})\s{0,20}=\s{0,20}(\"[^\"]*\"|'[^']*'|[^\s>\"']+)")
_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all|"
    r"(?:^|[;\s])opacity\s{0,9}:\s{0,9}0(?:;|!|$)|"
    r"(?:^|[;\s])(?:max-height|font-size)\s{0,9}:\s{0,9}0(?:px|pt|em|%)?\s{0,9}(?:;|!|$)",
    re.IGNORECASE,
)
_QUOTE_CLASSES = {
    "gmail_quote", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "front-blockquote", "spark_quote",
}  # fmt: skip
_CUT_IDS = {
    "divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message", "stopspelling",
}  # fmt: skip
_PERHAPS_IDS = {"zwchr", "origbody", "outlookmessageheader", "isforwardcontent", "olk_src_body_section"}
_CUT_CLASSES = {"outlookmessageheader", "ms-outlook-mobile-reference-message"}
_SIGNATURE_IDS = {"signature", "ms-outlook-mobile-signature", "applemailsignature", "appendsignature"}
_SIGNATURE_CLASSES = {"gmail_signature", "moz-signature", "protonmail_signature_block", "yahoo_signature", "signature"}
_OUTLOOK_RULE = re.compile(
    r"border:\s{0,9}none;\s{0,9}border-top:\s{0,9}solid\s+#?(?:b5c4df|e1e1e1|windowtext)\s+1\.0pt|"
    r"border-style:\s{0,9}solid\s+none\s+none;\s{0,9}border-top:\s{0,9}1pt\s+solid", re.I,
)  # fmt: skip


def hides(values: dict[str, str], hidden_classes: set[str]) -> bool:
    """Whether an element is never seen, by its own attributes or by a class that the page's style sheet hides."""
    if not values:
        return False
    style = values.get("style", "")
    return (
        "hidden" in values
        or bool(style and _HIDDEN.search(style[:1000]))
        or bool(hidden_classes and hidden_classes.intersection(values.get("class", "").lower().split()))
    )


def attributes(text: str) -> dict[str, str]:
    """Attributes of a tag by lower-case name, entities undone."""
    values = {name.lower(): unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(text)}
    if "hidden" in text and re.search(r"(?:^|\s)hidden(?:\s|/|$)", text[:1000]):
        values["hidden"] = ""
    return values


def signs(values: dict[str, str]) -> bool:
    """Whether a client meant this element as the signature."""
    if not values:
        return False
    return values.get("id", "").lower() in _SIGNATURE_IDS or not _SIGNATURE_CLASSES.isdisjoint(
        values.get("class", "").lower().split()
    )


def quotes(name: str, values: dict[str, str]) -> bool:
    """Whether a client meant this element as its quoted mail."""
    classes = values.get("class", "").lower().split()
    if name == "blockquote":
        return (
            values.get("type", "").lower() == "cite"
            or "cite" in values
            or not _QUOTE_CLASSES.isdisjoint(classes)
            or "border-left" in values.get("style", "").lower()
        )
    return name == "div" and not _QUOTE_CLASSES.difference({"gmail_quote"}).isdisjoint(classes)


def cuts(values: dict[str, str]) -> str:
    """ "cut" where a client begins the mail it answers at this element and ends it only with the mail; "perhaps" where
    it does if the header of that mail follows (a rule above a header may as well stand above a signature); else ""."""
    name = values.get("id", "").lower()
    if name in _CUT_IDS or not _CUT_CLASSES.isdisjoint(values.get("class", "").lower().split()):
        return "cut"
    return "perhaps" if name in _PERHAPS_IDS or _OUTLOOK_RULE.search(values.get("style", "")[:1000]) else ""
