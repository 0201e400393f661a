"""Checking files without serving them: what is found in many of them at once."""

from pathlib import Path

from emulator.core.prediction.analysis import PERSONAL
from emulator.library.validation import Place, Report, validate


def report_of(folder: Path, **texts: str) -> Report:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return validate([Place(folder)])


def test_what_is_good_is_in_the_report(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        a="fixtures: [{name: f, when: {url: a}, visual: {}}]\n---\nname: s\n",
        b="projects: [{name: p, keys: k}]\n",
        c="# nothing yet\n",
    )
    assert (report.files, report.problems, report.warnings) == (3, (), [])
    assert [one.name for one in report.fixtures] == ["f"]
    assert [one.name for one in report.scenarios] == ["s"]
    assert [[*one.opened] for one in report.configurations] == [["k"]]


def test_problems_come_in_the_order_of_files_and_lines_whatever_they_are_about(
    tmp_path: Path,
) -> None:
    report = report_of(
        tmp_path,
        a="name: a b\n---\nfixtures: 1\n---\nprot: 1\n",
        b="prot: 1\nport: abc\n",
        c="fixtures: 2\n",
        d="\tno YAML",
        e="- a list\n",
    )
    assert [problem.where.removeprefix(f"{tmp_path}/") for problem in report.problems] == [
        *("a.yaml:1", "a.yaml:3", "a.yaml:5", "b.yaml:1", "b.yaml:2"),
        *("c.yaml:1", "d.yaml:1", "e.yaml:1"),
    ]


def test_paths_that_cannot_be_read_stand_in_the_order_in_which_they_are_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text("fixtures: 1\n")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    places = [tmp_path / "no", tmp_path / "a.yaml", Path("a" * 300), tmp_path / "b.yaml"]
    report = validate(map(Place, places))
    assert [str(problem) for problem in report.problems] == [
        f"{tmp_path}/no: there is no such file or folder",
        f"{tmp_path}/a.yaml:1: fixtures: expected a list, found 1",
        f"{'a' * 300}: cannot be read: File name too long",
        f"{tmp_path}/b.yaml: cannot be read: it is not UTF-8 (invalid start byte at byte 0)",
    ]


def test_two_configurations_may_have_heads_of_their_own(tmp_path: Path) -> None:
    """They are for two servers; what is scripted may use the classes of either."""
    report = report_of(
        tmp_path,
        a="projects: [{name: a, keys: k, extra_heads: {x: [a-no, a-yes]}}]\n",
        b="projects: [{name: a, keys: k, extra_heads: {y: [b-no, b-yes]}}]\n",
        f="fixtures: [{name: f, when: {url: a}, visual: {a-yes: 0.5, b-yes: 0.5}}]\n",
    )
    assert report.problems == ()


def test_a_document_must_be_what_its_place_is_for(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("name: s\n")
    assert validate([Place(file, "scenario")]).problems == ()
    for kind in ("fixtures", "configuration"):
        report = validate([Place(file, kind)])
        assert [str(problem) for problem in report.problems] == [
            f"{file}:1: this is a scenario: give it with --scenarios"
        ]
        assert report.scenarios == []


def test_of_bundled_files_nothing_is_warned_that_others_hide(tmp_path: Path) -> None:
    text = "fixtures: [{name: f, when: {url: a}, visual: {}}]\n---\nname: s\n"
    for name in ("own", "other", "bundled"):
        (tmp_path / f"{name}.yaml").write_text(text)
    own, other, bundled = (tmp_path / f"{name}.yaml" for name in ("own", "other", "bundled"))
    report = validate([Place(own), Place(other), Place(bundled, bundled=True)])
    assert [warning.where for warning in report.warnings] == [f"{other}:1", f"{other}:3"]


def test_a_file_is_read_once_by_whatever_names_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    file = tmp_path / "own" / "f.yaml"
    file.write_text("fixtures: [{name: f, when: {url: a}, visual: {}}]\n")
    (tmp_path / "link.yaml").symlink_to(file)
    around = tmp_path / "own" / ".." / "own" / "f.yaml"
    report = validate(map(Place, (around, tmp_path / "link.yaml", file, tmp_path)))
    assert (report.files, len(report.fixtures), report.warnings) == (1, 1, [])


def test_a_folder_in_which_there_is_nothing_to_check_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "fixtures.json").write_text("{}")
    report = validate([Place(tmp_path)])
    assert (report.files, report.problems) == (0, ())
    assert [str(warning) for warning in report.warnings] == [
        f"{tmp_path}: there is no YAML file in this folder: nothing was checked"
    ]


def test_a_folder_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    report = validate([Place(tmp_path / "nowhere")])
    assert (len(report.problems), report.warnings) == (1, [])


def test_who_named_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    [problem] = validate([Place(tmp_path / "no", "fixtures", asked="option --fixtures")]).problems
    assert problem.what == "there is no such file or folder (option --fixtures)"


FIXTURES = "fixtures: [{name: f, when: {url: a}, visual: {}}]\n"


def test_what_lies_side_by_side_and_cannot_be_served_so_is_noted(tmp_path: Path) -> None:
    report = report_of(tmp_path, f=FIXTURES, s="name: s\n")
    assert (report.problems, report.warnings) == ((), [])
    wanted = "`serve` wants a folder or file of its own for"
    assert [str(note) for note in report.notes] == [
        f"{tmp_path}: {wanted} fixtures (--fixtures) and scenarios (--scenarios)"
    ]


def test_a_file_of_several_sorts_is_noted_by_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(f"{FIXTURES}---\nname: s\n---\nseed: 1\n")
    [note] = validate([Place(file)]).notes
    assert note.where == str(file)
    assert note.what.endswith(
        "fixtures (--fixtures) and scenarios (--scenarios) and a configuration (--config)"
    )


def test_what_has_a_folder_or_a_name_of_its_own_is_not_noted(tmp_path: Path) -> None:
    for folder, text in (("fixtures", FIXTURES), ("scenarios", "name: s\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(text)
    (tmp_path / "c.yaml").write_text("seed: 1\n")
    assert validate([Place(tmp_path)]).notes == []
    (tmp_path / "s.yaml").write_text("name: t\n")
    assert validate([Place(tmp_path / "c.yaml"), Place(tmp_path / "s.yaml")]).notes == []
    assert len(validate([Place(tmp_path)]).notes) == 1


OWN = " If it is one of your own (extra_heads), name the configuration too"


def test_a_class_that_a_configuration_may_add_is_told_with_that_hint(tmp_path: Path) -> None:
    text = "fixtures: [{name: f, when: {url: a}, visual: {furry-yes_furry: 1, gun_in_han: 1, "
    own, slip, either = report_of(tmp_path, a=f"{text}gun-in_hand: 1}}}}]\n").problems
    assert own.what.startswith("'furry-yes_furry' is no visual class. 116 are known, such as ")
    assert own.what.endswith(f" and 112 more.{OWN}")
    assert slip.what == "'gun_in_han' is no visual class. Did you mean 'gun_in_hand'?"
    assert either.what.endswith(f"no visual class. Did you mean 'gun_in_hand'?{OWN}")


def test_beside_a_configuration_that_does_not_have_the_class_there_is_no_such_hint(
    tmp_path: Path,
) -> None:
    text = "fixtures: [{name: f, when: {url: a}, visual: {furry-yes_furry: 1}}]\n"
    [problem] = report_of(tmp_path, a=text, c="seed: 1\n").problems
    assert problem.what.endswith(" and 112 more")


def test_what_cannot_be_read_below_a_folder_stands_in_its_place(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "z.yaml").write_text("fixtures: 1\n")
        (tmp_path / name / "lost.yaml").symlink_to("nowhere")
    report = validate([Place(tmp_path / "b"), Place(tmp_path / "a")])
    assert [problem.where.removeprefix(f"{tmp_path}/") for problem in report.problems] == [
        *("b/lost.yaml", "b/z.yaml:1", "a/lost.yaml", "a/z.yaml:1")
    ]


def an_application(*rules: str, name: str = "forum", keys: str = "k") -> str:
    """A configuration with an application and its rules, the first of which is in line 5."""
    lines = "".join(f"      - {{{rule}}}\n" for rule in rules)
    return f"applications:\n  - name: {name}\n    keys: {keys}\n    rules:\n{lines}"


def a_rule(name: str, when: str, *, action: str = "delete_post", more: str = "") -> str:
    return f"name: {name}, type: post, when: {{{when}}}, action: {action}{more and ', '}{more}"


SWEARS = a_rule("Swears", "profanity: true")


def test_a_rule_that_can_never_fire_is_warned_of_and_why(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        c=an_application(
            SWEARS,
            a_rule("Loud", "text: {hate: {gte: 5}}"),
            a_rule("Sure", "visual: {no_gun: {gt: 1}}"),
            a_rule("Both", "profanity: true, visual: {no_gun: {gt: 0.9}}"),
            a_rule("Two tongues", "all: [{language: EN}, {language: FR}]"),
        ),
    )
    assert report.problems == ()
    assert [str(warning) for warning in report.warnings][:2] == [
        (
            f"{tmp_path}/c.yaml:6: the rule 'Loud' can never fire: "
            "hate is never at least 5: its severities are 0, 1, 2, 3"
        ),
        (
            f"{tmp_path}/c.yaml:7: the rule 'Sure' can never fire: "
            "no_gun is never above 1: a score is from 0 to 1"
        ),
    ]
    told = [warning.what.partition(" can never fire: ")[0] for warning in report.warnings]
    assert told[2:] == ["the rule 'Both'", "the rule 'Two tongues'"]


def test_a_rule_that_does_what_another_does_is_warned_of_and_the_other_is_named(
    tmp_path: Path,
) -> None:
    report = report_of(
        tmp_path,
        c=an_application(
            a_rule("Swears in French", "profanity: true, language: FR"),
            SWEARS,
            a_rule("Swears again", "profanity: true"),
            a_rule("Swears and is banned", "profanity: true", action="ban_patron"),
            a_rule("Swears no more", "profanity: true", more="active: false"),
        ),
    )
    told = "whenever it fires, 'Swears' does the same or has done it"
    file = f"{tmp_path}/c.yaml"
    assert [str(warning) for warning in report.warnings] == [
        f"{file}:{line}: the rule {name!r} is useless: {told} ({file}:6)"
        for line, name in ((5, "Swears in French"), (7, "Swears again"))
    ]


def test_a_rule_that_fires_once_is_useless_beside_the_same_that_always_does(tmp_path: Path) -> None:
    always = a_rule("Always", "profanity: true", more="trigger_frequency: always")
    report = report_of(tmp_path, c=an_application(SWEARS, always))
    assert [warning.where for warning in report.warnings] == [f"{tmp_path}/c.yaml:5"]


def test_personal_data_that_no_pattern_finds_are_warned_of(tmp_path: Path) -> None:
    types = "pii: [Email Address, Mailing Address]"
    report = report_of(
        tmp_path,
        c=an_application(a_rule("Contact", "pii: true"), a_rule("Address", f"not: {{{types}}}")),
    )
    assert [str(warning) for warning in report.warnings] == [
        (
            f"{tmp_path}/c.yaml:6: the rule 'Address': no pattern finds personal data of type "
            "'Mailing Address', only a fixture can say that it is there. Patterns find "
            + " and ".join(map(repr, PERSONAL))
        )
    ]


LOUD = a_rule("Loud", "text: {hate: {gte: 5}}")


def test_the_rules_of_an_application_with_several_keys_are_looked_at_once(tmp_path: Path) -> None:
    report = report_of(tmp_path, c=an_application(LOUD, keys="[k, l, m]"))
    assert [warning.where for warning in report.warnings] == [f"{tmp_path}/c.yaml:5"]


def test_rules_are_looked_at_in_every_configuration_each_application_by_itself(
    tmp_path: Path,
) -> None:
    second = an_application(LOUD, name="shop", keys="l").removeprefix("applications:\n")
    report = report_of(
        tmp_path,
        a=an_application(SWEARS) + second,
        b=an_application(SWEARS),
        c=an_application(LOUD),
    )
    assert [warning.where.removeprefix(f"{tmp_path}/") for warning in report.warnings] == [
        *("a.yaml:9", "c.yaml:5")
    ]


def test_a_head_of_a_project_is_none_of_an_application_unless_that_has_it_too(
    tmp_path: Path,
) -> None:
    heads = "extra_heads: {furry: [furry-no, furry-yes]}"
    rules = an_application(a_rule("Furry", "visual: {furry-yes: {gte: 0.9}}"))
    projects = f"projects: [{{name: p, keys: p, {heads}}}]\n"
    report = report_of(tmp_path, c=projects + rules)
    [warning] = report.warnings
    assert warning.what == (
        "the rule 'Furry' can never fire: the model has no visual class 'furry-yes'"
    )
    own = rules.replace("    keys:", f"    {heads}\n    keys:")
    assert own != rules
    report = report_of(tmp_path, c=projects + own)
    assert (report.problems, report.warnings) == ((), [])


def test_warnings_stand_in_the_order_of_the_lines(tmp_path: Path) -> None:
    hate = "text: {hate: {gte: 2}}"
    rules = (a_rule("a", hate), a_rule("b", hate), a_rule("c", "text: {drugs: {gte: 1}}"))
    report = report_of(tmp_path, c=an_application(*rules, a_rule("d", "pii: iban")))
    lines = [int(warning.where.rpartition(":")[2]) for warning in report.warnings]
    assert lines == sorted(lines)
    assert len(set(lines)) == 3


def test_a_rule_in_which_something_is_wrong_is_a_problem_and_no_warning(tmp_path: Path) -> None:
    report = report_of(tmp_path, c=an_application(a_rule("Loud", "text: {hatred: {gte: 5}}")))
    assert [problem.where for problem in report.problems] == [f"{tmp_path}/c.yaml:5"]
    assert report.warnings == []
