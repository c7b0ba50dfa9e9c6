"""Recipes by name and in files. The oracle of the schema is fastjsonschema."""

import json

import fastjsonschema
import pytest

import documents
from harness import ROOT

SCHEMA = json.loads((ROOT / "docs/recipe.schema.json").read_text())
NAMES = ["text", "words", "full", "app", "etl"]
# What the recipe `app` makes of a.pdf.
APP = ["extracted_links/a.json", "page_text/a_files.parquet", "page_text/a_links.parquet",
       "page_text/a_raw_text.parquet", "pdf-structure/a.json", "pdf_page_images/a/page_0001.webp"]


@pytest.fixture(scope="module")
def validate():
    return fastjsonschema.compile(SCHEMA)


def wrong_values():
    """(path, value) that the schema refuses, for each setting."""
    for name, property in SCHEMA["properties"].items():
        members = property.get("properties", {None: property})
        for member, declared in members.items():
            value = [[]] if declared.get("type") != "array" else ["nothing"]
            if "enum" in declared:
                value = "neither"
            elif declared.get("type") == "integer":
                value = declared["maximum"] + 1
            elif declared.get("type") == "number":
                value = 2
            yield pytest.param({name: {member: value} if member else value}, id=f"{name}.{member}" if member else name)


class TestNames:
    def test_are_listed(self, release):
        listed = release.run("recipe", "list", "--json")
        assert listed.code == 0
        assert [recipe["name"] for recipe in json.loads(listed.stdout)] == NAMES

    @pytest.mark.parametrize("name", NAMES)
    def test_are_recipes_by_the_schema_and_by_the_program(self, release, validate, name):
        shown = release.run("recipe", "show", name, "--json")
        assert shown.code == 0
        validate(json.loads(shown.stdout))
        path = release.folder / "recipe.json"
        path.write_text(shown.stdout)
        checked = release.run("recipe", "check", path)
        assert checked.code == 0, checked.stderr
        # What is shown is the recipe itself.
        assert checked.stdout.split("hash ")[1] == release.run("recipe", "check", name).stdout.split("hash ")[1]

    def test_every_setting_is_explained(self, release):
        shown = release.run("recipe", "show", "text").stdout
        for name, property in SCHEMA["properties"].items():
            for member in property.get("properties", [None]):
                assert f"\n{name}.{member} = " in "\n" + shown if member else f"\n{name} = " in "\n" + shown


class TestFiles:
    @pytest.mark.parametrize("recipe", list(wrong_values()))
    def test_what_the_schema_refuses_is_refused_by_name(self, release, validate, recipe):
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            validate(recipe)
        path = release.folder / "recipe.json"
        path.write_text(json.dumps(recipe))
        checked = release.run("recipe", "check", path)
        assert checked.code == 2
        ((name, value),) = recipe.items()
        spelled = f"{name}.{next(iter(value))}" if isinstance(value, dict) else name
        assert f'"{spelled}": expected' in checked.stderr

    def test_an_unknown_key_is_told_with_the_nearest(self, release):
        path = release.folder / "recipe.json"
        path.write_text('{"page_images": {"dip": 72}}')
        for args in (["recipe", "check", path], [*release.sweep_args(), "--recipe", path]):
            refused = release.run(*args)
            assert refused.code == 2
            assert 'unknown key "page_images_dip"' in refused.stderr and '"page_images.dpi"' in refused.stderr

    def test_a_configuration_may_lie_in_somebody_elses_file(self, release):
        release.write("a.pdf", documents.pdf("one"))
        (release.folder / "app_config.json").write_text(
            json.dumps({"docmill": {"outputs": ["words"]}, "prompts": [{"title": None}]}))
        assert release.sweep("--config", "app_config.json", "--config-key", "docmill").code == 0
        assert [path.name for path in release.out.glob("*.parquet")] == ["a_words.parquet"]


class TestLayout:
    def test_of_a_document_application(self, release):
        release.write("a.pdf", documents.pdf("one"))
        assert release.sweep("--recipe", "app").code == 0
        made = sorted(str(path.relative_to(release.out)) for path in release.out.rglob("*") if path.is_file())
        assert [name for name in made if not name.startswith("_docmill/")] == APP
        again = release.sweep("--recipe", "app", "--summary", "json")
        assert json.loads(again.stdout)["documents_skipped"] == 1

    def test_outputs_may_lie_around_the_source(self, release):
        release.write("a.pdf", documents.pdf("one"))
        around = release.folder
        refused = release.run("sweep", "--in", release.source, "--out", around)
        assert refused.code == 2 and "contains it" in refused.stderr
        assert release.run("sweep", "--in", release.source, "--out", around, "--recipe", "app").code == 0
        assert (around / "page_text/a_raw_text.parquet").exists()
        assert sorted(path.name for path in release.source.iterdir()) == ["a.pdf"]

    def test_what_is_written_within_the_source_is_no_document(self, release):
        release.write("a.pdf", documents.pdf("one"))
        for _ in range(2):
            swept = release.run("sweep", "--in", release.source, "--out", release.source, "--recipe", "app",
                                "--summary", "json")
            assert swept.code == 0
            assert json.loads(swept.stdout)["documents"] == 1

    def test_prune_goes_by_it(self, release):
        release.write("a.pdf", documents.pdf("one"))
        release.write("b.pdf", documents.pdf("two"))
        assert release.sweep("--recipe", "app").code == 0
        (release.source / "b.pdf").unlink()
        args = ["prune", "--in", release.source, "--out", release.out]
        assert release.run(*args, "--recipe", "app", "--yes").code == 0
        made = sorted(str(path.relative_to(release.out)) for path in release.out.rglob("*") if path.is_file())
        assert [name for name in made if not name.startswith("_docmill/")] == APP

    @pytest.mark.parametrize("prefix", ["/abs/", "../", "a", "_docmill/"])
    def test_a_prefix_is_a_folder_of_its_own(self, release, prefix):
        assert release.sweep("--tables-prefix", prefix).code == 2
