"""Another region: its own places, in a folder that the configuration names, are what messages are understood by."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.line import Line
from tests.tracker.desk import the_field

REGION = """schema = 1
[region]
name = "Westshire and the Isles"
quality_inbox = "quality@westshire.example"
[[trust]]
ods = "X01"
name = "Westshire Vale Hospitals NHS Trust"
kind = "acute"
aliases = ["WVH", "West Vale"]
[[trust.site]]
name = "Queen Maud Infirmary"
aliases = ["the Maud", "Maudies", "Old Mill Hospital"]
towns = ["Larkhaven"]
[[trust.site]]
name = "Brackenfold General"
[[hei]]
name = "University of Larkhaven"
ukprn = "10009999"
towns = ["Larkhaven"]
"""


@pytest.fixture
def region(line: Line, tmp_path: Path) -> Line:
    folder = tmp_path / "region"
    folder.mkdir()
    schools = "".join(
        f'[[school]]\nid = "{row.id}"\nname = "{row.name}"\n' for row in the_field().organisations.schools
    )
    (folder / "organisations.toml").write_text(REGION + schools, encoding="utf-8")
    line.config.write_text(line.config.read_text(encoding="utf-8") + '\n[field]\ndir = "region"\n', encoding="utf-8")
    return line


def said(line: Line, tmp_path: Path, *texts: str) -> list[dict[str, object]]:
    file = tmp_path / "texts.jsonl"
    rows = [
        {"id": text, "channel": "email", "eml": f"From: Robin Vale <r@trust.example>\nSubject: Rota\n\n{text}\n"}
        for text in texts
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return line("understand", file).json()


def test_the_regions_places_are_known_by_every_name_and_ours_are_not(region: Line, tmp_path: Path) -> None:
    full, nickname, old, misspelt, town, ours = said(
        region,
        tmp_path,
        "I'm an F2 at Queen Maud Infirmary and nobody supervises us.",
        "I'm an F2 at Maudies and nobody supervises us.",
        "I'm an F2 at the Old Mill Hospital and nobody supervises us.",
        "I'm an F2 at the Queen Maud Infirmery and nobody supervises us.",
        "I'm an F2 on the surgical ward in Larkhaven and nobody supervises us.",
        "I'm an F2 at the Royal Victoria Infirmary and nobody supervises us.",
    )
    for told in (full, nickname, old, misspelt, town):
        assert (told["provider"], told["site"]) == (["X01"], ["Queen Maud Infirmary"]), told["id"]
    assert (ours["provider"], ours["site"]) == ([], [])


def test_a_faulty_file_of_the_region_stops_nothing_silently(region: Line, tmp_path: Path) -> None:
    file = tmp_path / "region" / "organisations.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('kind = "acute"', 'kinds = "acute"'), encoding="utf-8")
    assert "organisations.toml: [[trust]] row 1 (X01)" in region("understand", tmp_path / "none", code=78).err
