"""Similarities from files: one's own table, and the relations of ESCO."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from skillswap_kit.exchange.services import propose_skill
from skillswap_kit.matching.models import SkillSimilarity
from skillswap_kit.matching.similarity.importing import FileProblem, read_esco, read_own
from skillswap_kit.testing.factories import make_category, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def skills():
    named = {"TypeScript": ["TS"], "JavaScript": ["JS", "جافاسكربت"], "Knitting": ["حياكة"], "Web pages": ["HTML"]}
    return {name: make_skill(name, aliases=aliases).pk for name, aliases in named.items()}


@pytest.fixture
def file(tmp_path):
    """Writes a file of these lines."""

    def write(*lines, name="similar.csv", encoding="utf-8", end="\n"):
        path = tmp_path / name
        path.write_bytes("".join(f"{line}{end}" for line in lines).encode(encoding))
        return path

    return write


def problems(read, *arguments, **options):
    with pytest.raises(FileProblem) as refusal:
        read(*arguments, **options)
    return list(refusal.value.problems)


def run(*arguments):
    output, errors = StringIO(), StringIO()
    try:
        call_command("skillswap_similarity", "import", *map(str, arguments), stdout=output, stderr=errors)
    except CommandError as error:
        return output.getvalue(), f"{errors.getvalue()}{error}"
    return output.getvalue(), errors.getvalue()


# One's own table


def test_names_aliases_and_slugs_stand_for_skills(skills, file):
    found = read_own(file("wanted,taught,weight", "TypeScript,js,40", "TS,حِيَاكة,7", "web-pages, JavaScript ,60"))
    assert found.weights == {
        (skills["TypeScript"], skills["JavaScript"]): 40,
        (skills["TypeScript"], skills["Knitting"]): 7,
        (skills["Web pages"], skills["JavaScript"]): 60,
    }
    assert (found.rows, found.unknown) == (3, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_of_spreadsheets_are_read(skills, file, encoding, separator, end):
    lines = [["Weight", "note", " WANTED ", "Taught"], ["40", "“Web”\u2028pages", "TS", '"JavaScript"'], []]
    path = file(*map(separator.join, lines), encoding=encoding, end=end)
    assert read_own(path).weights == {(skills["TypeScript"], skills["JavaScript"]): 40}


def test_names_that_stand_for_nothing_are_told_with_their_lines(skills, file, make_user):
    propose_skill(by=make_user(), name="Chess", category=make_category())
    lines = ("wanted,taught,weight", "TypeScript,Jawa,40", '"Chess",JS,10', ",JS,10", "Jawa,Jawa,3")
    assert read_own(file(*lines)).unknown == {"Jawa": [2, 5, 5], "Chess": [3], "": [4]}


def test_all_that_is_wrong_is_told_at_once(skills, file):
    path = file(
        "wanted,taught,weight",
        "TS,JS,40",
        "TS,JS,0",
        "TS,JS,61",
        "TS,JS,0.4",
        "TS,JS,",
        "TS,JS,٤٠",
        "TypeScript,JavaScript,20",
        "JS,JavaScript,20",
    )
    assert problems(read_own, path) == [
        "line 3: “0” is no whole number from 1 to 60",
        "line 4: “61” is no whole number from 1 to 60",
        "line 5: “0.4” is no whole number from 1 to 60",
        "line 6: “” is no whole number from 1 to 60",
        "line 7: “٤٠” is no whole number from 1 to 60",
        "line 8: these two skills stand in line 2 already",
        "line 9: both names stand for the same skill",
    ]


@pytest.mark.parametrize("header", ["", "TypeScript,JavaScript,40", "wanted,taught", "wanted taught weight"])
def test_the_header_is_asked_for(skills, file, header):
    [problem] = problems(read_own, file(header, "TS,JS,40"))
    assert problem.startswith("the first line must name the columns wanted, taught, weight; it has ")


def test_an_empty_file_has_no_header(file):
    [problem] = problems(read_own, file())
    assert problem.endswith("it has none")


def test_a_header_alone_is_an_empty_table(file):
    assert read_own(file("wanted,taught,weight")).weights == {}


def test_lines_of_other_widths_are_told(skills, file):
    path = file("wanted,taught,weight", "TS,JS", "TS,JS,40", "", "TS,JS,40,Web")
    assert problems(read_own, path) == [
        "line 2 has 2 columns, the first line 3",
        "line 5 has 4 columns, the first line 3",
    ]


def test_other_encodings_are_told_with_the_line(skills, file):
    lines = ("wanted,taught,weight", "TS,JS,40", "حياكة,JS,40")
    assert problems(read_own, file(*lines, encoding="cp1256")) == ["line 3 is not UTF-8; save the file as “CSV UTF-8”"]
    assert "is not UTF-8" in problems(read_own, file(*lines, encoding="utf-16"))[0]


def test_open_quotes_are_told_with_the_line(file):
    [problem] = problems(read_own, file("wanted,taught,weight", 'TS,"JS,40'))
    assert problem == "line 2: unexpected end of data"


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    assert problems(read_own, tmp_path / "none.csv") == ["cannot be read: No such file or directory"]
    assert problems(read_own, tmp_path) == ["cannot be read: Is a directory"]


def test_a_file_takes_few_queries_however_long_it_is(skills, file, django_assert_num_queries):
    with django_assert_num_queries(2):
        read_own(file("wanted,taught,weight", *(f"Web pages,None of {number},9" for number in range(500)), "TS,JS,40"))


# The command


def test_the_command_imports(skills, file):
    output, errors = run(file("wanted,taught,weight", "TypeScript,JavaScript,40", "Web pages,JS,20"))
    assert errors == ""
    assert "2 rows lead to 2 pairs of skills" in output
    assert " 40 TypeScript ← JavaScript\n 20 Web pages ← JavaScript\n" in output
    assert "2 added, 0 changed, 0 removed" in output
    assert set(SkillSimilarity.objects.values_list("weight", "source")) == {(40, "imported"), (20, "imported")}


def test_with_an_unknown_name_nothing_is_imported(skills, file):
    run(file("wanted,taught,weight", "TypeScript,JavaScript,40"))
    path = file("wanted,taught,weight", "Web pages,JS,20", *["Knitting,Jawa,10"] * 12)
    output, errors = run(path)
    assert "No skill is called “Jawa”: line 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …" in errors
    assert "Nothing was imported" in errors
    assert SkillSimilarity.objects.get().weight == 40
    output, errors = run(path, "--ignore-unknown")
    assert "“Jawa”" in errors
    assert "1 added, 0 changed, 1 removed" in output
    assert SkillSimilarity.objects.get().weight == 20


def test_the_command_says_what_is_wrong_with_the_file(skills, file):
    _output, errors = run(file("wanted,taught,weight", "TS,JS,0", "TS,JS,61", name="mine.csv"))
    assert errors.startswith("mine.csv: line 2: “0” is no whole number")
    assert "\nmine.csv: line 3: “61”" in errors


def test_the_command_can_only_say_what_it_would_do(skills, file):
    output, _errors = run(file("wanted,taught,weight", "TypeScript,JavaScript,40"), "--dry-run")
    assert "Would be: 1 added" in output
    assert not SkillSimilarity.objects.exists()


# ESCO

SKILL = "http://data.europa.eu/esco/skill/"


@pytest.fixture
def esco(file):
    """The two files as the European Commission publishes them, in short: TypeScript needs JavaScript."""
    labels = file(
        "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status",
        f'KnowledgeSkillCompetence,{SKILL}1,knowledge,sector-specific,TypeScript,"TS\nTS 5",,released',
        f'KnowledgeSkillCompetence,{SKILL}2,knowledge,sector-specific,ECMA,"ECMAScript\n js ",,released',
        f"KnowledgeSkillCompetence,{SKILL}3,knowledge,sector-specific,HTML,,,released",
        f"KnowledgeSkillCompetence,{SKILL}4,skill/competence,cross-sector,prison work,,,released",
        f"KnowledgeSkillCompetence,{SKILL}5,skill/competence,cross-sector,JavaScript,TypeScript,,released",
        name="skills_en.csv",
    )
    relations = file(
        "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri",
        f"{SKILL}1,knowledge,optional,knowledge,{SKILL}5",
        f"{SKILL}1,knowledge,essential,knowledge,{SKILL}2",
        f"{SKILL}2,knowledge,optional,knowledge,{SKILL}3",
        f"{SKILL}2,knowledge,optional,knowledge,{SKILL}5",
        f"{SKILL}3,knowledge,optional,knowledge,{SKILL}4",
        f"{SKILL}3,knowledge,optional,knowledge,{SKILL}99",
        name="skillSkillRelations_en.csv",
    )
    return relations, labels


def test_what_a_skill_needs_helps_with_it(skills, esco):
    found = read_esco(*esco)
    assert found.weights == {
        (skills["TypeScript"], skills["JavaScript"]): 40,
        (skills["JavaScript"], skills["Web pages"]): 20,
    }
    assert (found.rows, found.unknown) == (6, {})


def test_the_weights_of_relations_can_be_chosen(skills, esco):
    assert set(read_esco(*esco, essential=5, optional=9).weights.values()) == {9}


def test_the_edition_of_tabiya_is_read(skills, file):
    labels = file("ORIGINURI,ID,PREFERREDLABEL,ALTLABELS", "u,key_1,TS,", "u,key_2,x,JavaScript", name="skills.csv")
    relations = file("REQUIRINGID,RELATIONTYPE,REQUIREDID", "key_1,optional,key_2", "key_1,essential,key_3")
    assert read_esco(relations, labels).weights == {(skills["TypeScript"], skills["JavaScript"]): 20}


def test_files_in_each_others_place_are_told(esco):
    relations, labels = esco
    [problem] = problems(read_esco, labels, relations)
    assert "originalskilluri, relationtype, relatedskilluri or requiringid, relationtype, requiredid" in problem
    [problem] = problems(read_esco, relations, relations)
    assert "concepturi, preferredlabel, altlabels or id, preferredlabel, altlabels" in problem


def test_another_type_of_relation_is_told(esco, file):
    relations = file("requiringid,relationtype,requiredid", "1,Essential,2", "1,broader,2")
    assert problems(read_esco, relations, esco[1]) == ["relations are essential or optional, not 'broader'"]


def test_the_command_imports_esco(skills, esco):
    relations, labels = esco
    output, errors = run(relations, "--esco-skills", labels, "--essential", 50, "--optional", 10)
    assert errors == ""
    assert "6 rows lead to 2 pairs of skills" in output
    assert set(SkillSimilarity.objects.values_list("weight", flat=True)) == {50, 10}
    _output, errors = run(relations)
    assert "must name the columns wanted, taught, weight" in errors


@pytest.mark.parametrize("weight", ["0", "61", "half"])
def test_the_command_refuses_weights_that_there_are_not(esco, weight):
    relations, labels = esco
    _output, errors = run(relations, "--esco-skills", labels, f"--essential={weight}")
    assert "give hundredths from 1 to 60" in errors
