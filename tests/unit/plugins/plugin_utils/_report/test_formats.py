# SPDX-FileCopyrightText: 2026 SecSign Nextcloud collection contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each file of the report by itself: that other programs can read it, and that no name breaks out of it."""

from __future__ import annotations

import csv
import datetime
import html.parser
import itertools
import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from audit_fleet import exemption, fleet, same, state, user
from test_writer import write

from ansible_collections.secsign.nextcloud.plugins.module_utils._text import UNPRINTABLE, printable
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._audit.policy import schema
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report import oscal
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.csv_files import safe
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.junit import clean
from ansible_collections.secsign.nextcloud.plugins.plugin_utils._report.render import TEMPLATES, code, markdown

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'o\'neil "bob" & co',
    "</td></table></style></svg>",
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://evil")',
    "+1",
    "-2",
    "@SUM(A1)",
    "'quoted",
    "| pipe | `tick` *star* [link](http://evil) #1 @team",
    "עליזה בן־דוד",
    "\u202egnp.exe",
    "jürgen 🦊👩‍👩‍👧",
    "x" * 200,
    "two\nlines\tand tab",
    "\x00\x07\x1b[31mred",
    "lone \ud800 surrogate",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A report in which every text that comes from outside is hostile."""
    exempt = [exemption(name, owner=name, reason=name) for name in HOSTILE[:6]] + [
        exemption(HOSTILE[2], "group", reason="x")
    ]
    rows = [user(name, "locked_out", groups=[name], backend=name) for name in HOSTILE] + [
        user("admin", groups=["admin"])
    ]
    read: dict[str, Any] = {
        "h": state(
            rows, exemptions=exempt, enforcement={"excluded_groups": HOSTILE}, nextcloud={"release": HOSTILE[0]}
        ),
        HOSTILE[0]: {"failed": True, "msg": " ".join(HOSTILE)},
        HOSTILE[3]: state([user("admin", groups=["admin"])], app={"version": HOSTILE[0]}),
    }
    drift = {
        "h": {
            "changed": True,
            "diff": {"before": {"app": {HOSTILE[0]: HOSTILE[1]}}, "after": {"app": {HOSTILE[0]: HOSTILE[3]}}},
        }
    }
    output = tmp_path_factory.mktemp("reports") / "out"
    rules = [
        {"id": "r", "check": "factor", "title": HOSTILE[0]},
        {"id": "l", "check": "locked_out", "title": HOSTILE[10]},
    ]
    rules += [{"id": check, "check": check} for check in ("enforced", "drift")] + [
        {"id": "e", "check": "exemptions", "max_days": 1}
    ]
    for day in (1, 2):
        when = datetime.datetime(2026, 11, day, tzinfo=datetime.timezone.utc)
        found = write(output, read, drift, policy={"name": HOSTILE[1], "rules": rules}, when=when)
    return found


def test_no_file_has_a_control_character_and_each_name_is_escaped(made: tuple[Path, dict[str, Any]]) -> None:
    folder, report = made
    assert {path.name for path in folder.iterdir()} >= set(report["run"]["files"])
    for path in folder.iterdir():
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        found = UNPRINTABLE.search(text.replace("\n", ""))
        assert found is None, f"{path.name}: {found!a}"
    for name in ("\\u202egnp.exe", "\\x00\\x07\\x1b[31mred", "two\\nlines\\tand tab", "lone \\ud800 surrogate"):
        for file in ("users.csv", "report.html", "junit.xml"):
            assert name in (folder / file).read_text(encoding="utf-8"), (name, file)
        assert [one for one in report["users"] if one["user"] == name and one["remediation"]["command"] is None]


# ---------------------------------------------------------------------- report.html


class Page(html.parser.HTMLParser):
    """What a browser would make of the page, as far as the tests ask."""

    VOID = ("meta", "rect", "circle", "line", "polyline", "polygon", "br", "link", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> inside {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_no_name_breaks_out_of_the_page(made: tuple[Path, dict[str, Any]]) -> None:
    found = page(made[0])
    assert not found.wrong and not found.open, "every element is closed where it was opened"
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "img", "iframe", "object", "embed", "link", "form", "base"}
    assert not [attributes for _, attributes in found.tags if any(key.startswith("on") for key in attributes)]
    texts = set(found.texts)
    for name in HOSTILE:
        expected = printable(name)
        assert expected in texts or expected.strip() in {text.strip() for text in texts}, f"{name!r} is not shown"
    bidi = [i for i, (tag, _) in enumerate(found.tags) if tag == "bdi"]
    assert len(bidi) > len(HOSTILE), (
        "names are isolated, so that right-to-left text does not turn what stands beside it"
    )


def test_the_page_needs_nothing_from_elsewhere(made: tuple[Path, dict[str, Any]]) -> None:
    found = page(made[0])
    for tag, attributes in found.tags:
        for key in ("src", "href", "xlink:href", "data", "action"):
            assert (attributes.get(key) or "#").startswith("#"), (tag, attributes)
    text = (made[0] / "report.html").read_text(encoding="utf-8")
    style = text[text.index("<style>") : text.index("</style>")]
    assert "@import" not in style and not re.search(r"url\((?!#)", style)
    assert "default-src 'none'" in (found.named("meta")[3]["content"] or "") + str(found.named("meta"))


def test_the_page_can_be_used_without_seeing_it_and_without_a_mouse(made: tuple[Path, dict[str, Any]]) -> None:
    found = page(made[0])
    assert found.named("html")[0]["lang"] == "en"
    for landmark in ("header", "nav", "main", "footer"):
        assert len(found.named(landmark)) == 1
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), "ids are unique"
    targets = [str(a["href"])[1:] for a in found.named("a")]
    refs = " ".join(str(a.get("aria-labelledby") or "") for _, a in found.tags).split()
    assert set(targets) | set(refs) <= set(map(str, ids)), "every link and label leads somewhere"
    assert found.tags[[tag for tag, _ in found.tags].index("body") + 1][1].get("class") == "skip", (
        "the first link skips the navigation"
    )
    for attributes in found.named("svg"):
        assert (
            attributes.get("aria-hidden") == "true" or attributes.get("aria-label") or attributes.get("aria-labelledby")
        ), attributes
    assert found.named("th") and all(attributes.get("scope") in ("col", "row") for attributes in found.named("th"))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), "no level of headings is left out"
    text = (made[0] / "report.html").read_text(encoding="utf-8")
    for table in re.findall(r"<table[^>]*>.*?</table>", text, re.S):
        assert "<caption>" in table or "aria-labelledby" in table.split(">")[0] or "scope" in table
    assert "<svg" in text and "polyline" in text and "stroke-dasharray" in text


def test_the_worst_comes_first(made: tuple[Path, dict[str, Any]]) -> None:
    text = (made[0] / "report.html").read_text(encoding="utf-8")
    order = [
        text.index(f'<section id="{name}"')
        for name in ("glance", "users", "servers", "exemptions", "drift", "rules", "controls", "trend")
    ]
    assert order == sorted(order)


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z_-]+):\s*(#[0-9a-f]{3,6})\b", block))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str) -> None:
    css = (TEMPLATES / "style.css.j2").read_text(encoding="utf-8")
    light, dark = (
        css.split("@media (prefers-color-scheme: dark)")[0],
        css.split("@media (prefers-color-scheme: dark)")[1].split("\n}")[0],
    )
    colours = _colours(light)
    if scheme == "dark":
        colours.update(_colours(dark))
    pairs = [(ink, back) for ink in ("ink", "quiet", "link") for back in ("page", "card")] + [("ink", "code")]
    pairs += [(f"{kind}-ink", f"{kind}-back") for kind in ("good", "warn", "bad", "none")]
    for ink, back in pairs:
        assert _contrast(colours[ink], colours[back]) >= 4.5, (ink, back)
    for state_name in ("covered", "enrols", "exempt", "uncovered", "locked_out"):
        # insufficient is a yellow, which no shade makes both yellow and dark; its number stands beside it
        assert _contrast(colours[state_name], colours["card"]) >= 2.8, state_name


def test_two_hundred_hosts_are_all_there(tmp_path: Path) -> None:
    folder, report = write(tmp_path / "out", fleet(200, 2000))
    text = (folder / "report.html").read_text(encoding="utf-8")
    servers = text[text.index('<section id="servers"') : text.index('<section id="exemptions"')]
    assert [
        name
        for name in re.findall(
            r"cloud\d{3}\.example\.com(?=</bdi>\s*<small)|cloud\d{3}\.example\.com(?=</bdi>\n)", servers
        )
    ]
    assert {host["name"] for host in report["hosts"]} == set(
        re.findall(r'data-label="Server"><bdi>(.*?)</bdi>', servers)
    )


# ---------------------------------------------------------------------- users.csv


def test_users_csv_comes_back_as_it_went_in_and_holds_no_formula(made: tuple[Path, dict[str, Any]]) -> None:
    raw = (made[0] / "users.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == len(HOSTILE) + 2
    shown = [row["user"] for row in rows]
    for name in HOSTILE:
        one_line = printable(name)
        assert one_line in shown or "'" + one_line in shown, name
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert {row["host"] for row in rows} == {"h", HOSTILE[3]}
    assert next(row for row in rows if row["user"] == "admin")["level"] == ""


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "\uff1d1", "|x", "%x"]
)
def test_a_formula_becomes_a_text(cell: str) -> None:
    assert safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["", "alice", "a=b", "o'neil", "1-2", "jürgen", "עליזה"])
def test_a_plain_text_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == cell


# ---------------------------------------------------------------------- junit.xml


def test_junit_has_a_case_for_each_rule_and_host(made: tuple[Path, dict[str, Any]]) -> None:
    folder, report = made
    top = ET.parse(folder / "junit.xml").getroot()
    assert [suite.get("name") for suite in top] == [clean(host["name"]) for host in report["hosts"]]
    status = {(clean(host["name"]), v["rule"]): v["status"] for host in report["hosts"] for v in host["rule_results"]}
    cases = {(str(c.get("classname")), str(c.get("name")).split(":")[0]): c for c in top.iter("testcase")}
    assert set(cases) == set(status)
    for key, case in cases.items():
        found = (
            "failure"
            if case.find("failure") is not None
            else "unknown"
            if case.find("skipped") is not None
            else "passed"
        )
        assert (
            found == {"failure": "failure", "unknown": "unknown", "met": "passed", "warning": "passed"}[status[key]]
        ), key
    assert top.get("failures") == str(sum(one == "failure" for one in status.values()))
    assert top.get("skipped") == str(sum(one == "unknown" for one in status.values()))
    assert top.get("tests") == str(len(status))
    text = "".join(top.itertext())
    for name in (HOSTILE[0], HOSTILE[2], HOSTILE[11], HOSTILE[13], HOSTILE[14]):
        assert name in text
    assert not UNPRINTABLE.search(text.replace("\n", ""))


def test_a_warning_is_in_a_case_that_passes(tmp_path: Path) -> None:
    folder, _ = write(tmp_path / "out", {"h": state([user("admin", groups=["admin"], backup_codes=None)])})
    cases = {str(c.get("name")).split(":")[0]: c for c in ET.parse(folder / "junit.xml").getroot().iter("testcase")}
    case = cases["admins-have-backup-codes"]
    assert case.find("failure") is None and "Warning: 1 user does not have the factor." in (
        case.findtext("system-out") or ""
    )
    assert "admin" in (case.findtext("system-out") or "")


# ---------------------------------------------------------------------- summary.md


def test_no_name_means_anything_in_markdown(made: tuple[Path, dict[str, Any]]) -> None:
    text = (made[0] / "summary.md").read_text(encoding="utf-8")
    outside = re.sub(r"(`+) ?.*?\1", "", text)  # without commands
    assert "<" not in outside
    assert "@" not in outside and "](" not in outside and "*star*" not in outside
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in tables}
    assert widths <= {5, 7, 8}, "no cell makes a column of its own"
    assert markdown("a|b `c` <d> @e\nf") == "a&#124;b &#96;c&#96; &#60;d&#62; &#64;e f"
    assert code("a `b` ``c``") == "``` a `b` ``c`` ```"


# ---------------------------------------------------------------------- report.json


def test_report_json_is_what_its_schema_says(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    jsonschema = pytest.importorskip(
        "jsonschema", reason="jsonschema is not installed: report.json is not checked against its schema"
    )
    validator = jsonschema.Draft202012Validator(schema("report"))
    reports = [
        made[1],
        write(tmp_path / "a", {"h": state([])})[1],
        write(tmp_path / "b", {"h": None}, {})[1],
        write(tmp_path / "c", fleet(3, 300))[1],
    ]
    for report in reports:
        assert not list(validator.iter_errors(report))
    for wrong in (
        dict(reports[0], more=1),
        {key: value for key, value in reports[0].items() if key != "fleet"},
        dict(reports[0], users_total=-1),
    ):
        assert not validator.is_valid(wrong)


# ---------------------------------------------------------------------- OSCAL


def test_without_the_library_the_summary_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.split(".")[0] == "trestle":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "trestle", None)
    folder, report = write(tmp_path / "out", {"h": state([user("admin", groups=["admin"])])})
    assert not (folder / oscal.FILE).exists()
    assert report["run"]["oscal"] is False and oscal.FILE not in report["run"]["files"]
    for name in ("summary.md", "report.html"):
        assert "compliance-trestle is not installed" in (folder / name).read_text(encoding="utf-8")


def test_oscal_is_valid_and_says_the_same(made: tuple[Path, dict[str, Any]]) -> None:
    results = pytest.importorskip(
        "trestle.oscal.assessment_results",
        reason="compliance-trestle is not installed: the OSCAL file is not made or checked",
    )
    folder, report = made
    read = results.AssessmentResults.oscal_read(folder / oscal.FILE)
    result = read.results[0]
    assert len(result.observations) == sum(len(host["rule_results"]) for host in report["hosts"])
    assert len(result.local_definitions.inventory_items) == len(report["hosts"])
    wanted: set[tuple[str, bool]] = {
        (control["id"], control["status"] in ("met", "warning"))
        for f in report["frameworks"]
        for control in f["controls"]
        if control["rules"]
    }
    states = {
        (f.target.target_id, getattr(f.target.status.state, "value", f.target.status.state) == "satisfied")
        for f in result.findings
    }
    assert states == wanted
    known = {observation.uuid for observation in result.observations}
    assert {link.observation_uuid for f in result.findings for link in f.related_observations or []} <= known
    assert report["run"]["oscal"] is True and report["run"]["note"] is None
    again = json.loads((folder / oscal.FILE).read_text(encoding="utf-8"))
    assert (
        again["assessment-results"]["import-ap"]["href"][1:]
        == again["assessment-results"]["back-matter"]["resources"][0]["uuid"]
    )


def test_same_is_the_same() -> None:
    assert same()["diff"]["before"] == same()["diff"]["after"]
