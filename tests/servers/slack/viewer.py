"""Block Kit drawn as a page that a browser can show, so that people can look at what the bot says; nothing is sent here.

It shows what matters to a reader (words, order, buttons, fields, sizes of a phone and of a desk), not every line of Slack's own.
"""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

STYLE = """
body{margin:0;background:#fff;font:15px/1.46 Lato,'Noto Sans','DejaVu Sans',sans-serif;color:#1d1c1d}
.frame{width:WIDTHpx;padding:14px 16px;box-sizing:border-box}
.modal{border:1px solid #ddd;border-radius:8px;box-shadow:0 4px 16px #0002;margin:10px;width:calc(WIDTHpx - 20px)}
.modal>header{display:flex;font-weight:900;font-size:18px;border-bottom:1px solid #ddd;margin:-14px -16px 10px;
  padding:12px 16px}
.modal>footer{display:flex;gap:8px;justify-content:flex-end;border-top:1px solid #ddd;margin:10px -16px -14px;
  padding:10px 16px}
.who{display:flex;gap:8px;margin-bottom:4px}
.who b{font-weight:900}
.who span{color:#616061;font-size:12px}
.icon{width:36px;height:36px;border-radius:6px;background:#003087;color:#fff;display:grid;place-items:center;
  font-weight:900}
h3{font-size:18px;font-weight:900;margin:6px 0}
.section{display:flex;gap:12px;justify-content:space-between;margin:6px 0}
.section>div:first-child{flex:1;white-space:pre-wrap;overflow-wrap:anywhere}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:6px 14px;margin:6px 0}
.fields>div{white-space:pre-wrap;overflow-wrap:anywhere}
.context{color:#616061;font-size:12px;margin:6px 0}
.context p{margin:2px 0}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}
hr{border:0;border-top:1px solid #ddd;margin:12px 0}
.button{border:1px solid #bbb;border-radius:4px;padding:5px 12px;font-weight:700;font-size:13px;background:#fff;
  white-space:nowrap}
.primary{background:#007a5a;color:#fff;border-color:#007a5a}
.danger{color:#e01e5a;border-color:#e01e5a}
.select{border:1px solid #bbb;border-radius:4px;padding:5px 26px 5px 10px;font-size:13px;position:relative;
  color:#616061;background:#fff}
.select:after{content:'▾';position:absolute;right:9px}
.chosen{color:#1d1c1d}
.input{margin:12px 0}
.input label{font-weight:700;display:block;margin-bottom:3px}
.input i{font-style:normal;font-weight:400;color:#616061}
.text{border:1px solid #bbb;border-radius:4px;min-height:22px;padding:7px 10px;white-space:pre-wrap}
.lines{min-height:66px}
.hint{color:#616061;font-size:12px}
.tick{margin:3px 0}
.tick:before{content:'☐ '}
.ticked:before{content:'☑ '}
.chip{display:inline-block;background:#e8f5fa;border-radius:3px;padding:1px 6px;margin:1px}
.mention{color:#1264a3;background:#e8f5fa;border-radius:3px;padding:0 2px}
code{background:#f6f6f6;border:1px solid #ddd;border-radius:3px;padding:0 3px;color:#c01343;font-size:12px}
img{max-width:100%;border:1px solid #ddd;border-radius:6px}
"""


def page(inside: str, *, width: int) -> str:
    """A whole page of this width in points."""
    return f"<!doctype html><meta charset='utf-8'><style>{STYLE.replace('WIDTH', str(width))}</style>{inside}"


def message(blocks: Sequence[Block], *, files: Mapping[str, bytes] | None = None, only_you: bool = False) -> str:
    """A message of the bot."""
    note = "<div class='context'>Only visible to you</div>" if only_you else ""
    name = "<div class='who'><div class='icon'>Q</div><div><b>Quality Desk</b> <span>APP 08:47</span></div></div>"
    return f"<div class='frame'>{note}{name}{_all(blocks, files or {})}</div>"


def modal(view: Mapping[str, Any]) -> str:
    """A form, with its title and its two buttons."""
    submit = f"<span class='button primary'>{_words(view['submit'])}</span>" if view.get("submit") else ""
    close = f"<span class='button'>{_words(view['close'])}</span>" if view.get("close") else ""
    title = f"<header>{_words(view['title'])}</header>"
    return f"<div class='frame modal'>{title}{_all(view['blocks'], {})}<footer>{close}{submit}</footer></div>"


def home(view: Mapping[str, Any]) -> str:
    """A Home tab."""
    return f"<div class='frame'>{_all(view['blocks'], {})}</div>"


def _all(blocks: Sequence[Block], files: Mapping[str, bytes]) -> str:
    return "".join(_block(block, files) for block in blocks)


def _block(block: Block, files: Mapping[str, bytes]) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{_words(block['text'])}</h3>"
        case "section":
            if "fields" in block:
                return f"<div class='fields'>{''.join(f'<div>{_words(each)}</div>' for each in block['fields'])}</div>"
            beside = f"<div>{_element(block['accessory'])}</div>" if block.get("accessory") else ""
            return f"<div class='section'><div>{_words(block['text'])}</div>{beside}</div>"
        case "context":
            return f"<div class='context'>{''.join(f'<p>{_words(each)}</p>' for each in block['elements'])}</div>"
        case "actions":
            return f"<div class='actions'>{''.join(map(_element, block['elements']))}</div>"
        case "divider":
            return "<hr>"
        case "input":
            may = " <i>(optional)</i>" if block.get("optional") else ""
            hint = f"<div class='hint'>{_words(block['hint'])}</div>" if block.get("hint") else ""
            return f"<div class='input'><label>{_words(block['label'])}{may}</label>{_element(block['element'])}{hint}</div>"
        case "image":
            content = files.get((block.get("slack_file") or {}).get("id", ""), b"")
            shown = base64.b64encode(content).decode()
            return f"<img alt='{html.escape(block['alt_text'], quote=True)}' src='data:image/png;base64,{shown}'>"
        case other:
            return f"<p>({html.escape(str(other))})</p>"


def _element(element: Block) -> str:
    match element["type"]:
        case "button":
            return f"<span class='button {element.get('style', '')}'>{_words(element['text'])}</span>"
        case "plain_text_input":
            lines = " lines" if element.get("multiline") else ""
            return f"<div class='text{lines}'>{html.escape(element.get('initial_value', ''))}</div>"
        case "checkboxes":
            ticked = element.get("initial_options") or ()
            return "".join(
                f"<div class='tick {'ticked' if option in ticked else ''}'>{_option(option)}</div>"
                for option in element["options"]
            )
        case "multi_static_select":
            chips = "".join(
                f"<span class='chip'>{_option(option)}</span>" for option in element.get("initial_options") or ()
            )
            return f"<div class='select'>{chips or _words(element['placeholder'])}</div>"
        case _:
            chosen = element.get("initial_option")
            shown = (
                f"<span class='chosen'>{_option(chosen)}</span>"
                if chosen
                else _words(element.get("placeholder") or {"text": "…"})
            )
            return f"<span class='select'>{shown}</span>"


def _option(option: Block) -> str:
    below = f" <span class='hint'>{_words(option['description'])}</span>" if option.get("description") else ""
    return _words(option["text"]) + below


def _words(text: Block) -> str:
    """plain_text and mrkdwn as HTML. What Slack wants escaped is escaped already; only its own marks are put in."""
    if text.get("type") != "mrkdwn":
        return _entities(text.get("text", ""))
    marked = _entities(text["text"])
    marked = re.sub(r"&lt;!date\^\d+\^[^|]*\|([^&]*)&gt;", r"\1", marked)
    marked = re.sub(r"&lt;[@#]([A-Z0-9]+)&gt;", r"<span class='mention'>@\1</span>", marked)
    marked = re.sub(r"&lt;!subteam\^([A-Z0-9]+)&gt;", r"<span class='mention'>@\1</span>", marked)
    marked = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", marked)
    return re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", marked)


def _entities(text: str) -> str:
    """Slack's three entities are read first, then everything is escaped for HTML: what a reader sees is what is drawn."""
    marks = re.split(r"(<[^<>]*>)", text)
    return "".join(
        html.escape(part) if part.startswith("<") and part.endswith(">") else html.escape(html.unescape(part))
        for part in marks
    )
