"""From which folder the paths of a report count, wherever losslint is called."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from losslint.cli import main
from losslint.report import FORMATS, format_named

BROKEN = "model: {losses: [{criterion: focal_los, weight: 1.0}]}\n"
SERVICES = {"github": "GITHUB_WORKSPACE", "sarif": "GITHUB_WORKSPACE", "gitlab": "CI_PROJECT_DIR"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a config, and another config beside it."""
    folder = tmp_path / "work" / "repository"
    (folder / "team" / "configs").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "team" / "configs" / "a b.yaml").write_text(BROKEN)
    (tmp_path / "outside.yaml").write_text(BROKEN)
    return folder


def check(format: str, cwd: Path, *paths: str | Path, **environment: str) -> str:
    """The report on standard output."""
    told, before = io.StringIO(), os.getcwd()
    services = dict.fromkeys(SERVICES.values(), "")
    os.chdir(cwd)
    try:
        with (
            mock.patch.dict(os.environ, {**services, **environment}),
            redirect_stdout(told),
            pytest.raises(SystemExit) as left,
        ):
            main(["check", "--no-cache", "-f", format, *map(str, paths)])
    finally:
        os.chdir(before)
    assert left.value.code == 1
    return told.getvalue()


def named(format: str, report: str) -> set[str]:
    """The files that a report names."""
    if format == "github":
        return set(re.findall(r",file=([^,]*),", report))
    data = json.loads(report)
    if format == "gitlab":
        return {item["location"]["path"] for item in data}
    places = [place for result in data["runs"][0]["results"] for place in result["locations"]]
    artifacts = [place["physicalLocation"]["artifactLocation"] for place in places]
    assert all(("uriBaseId" in each) != each["uri"].startswith("file:") for each in artifacts)
    return {each["uri"].replace("%20", " ") for each in artifacts}


def test_every_format_of_a_service_is_tried() -> None:
    assert {name: format_named(name).root_in for name in FORMATS if format_named(name).root_in} == (
        SERVICES
    )


@pytest.mark.parametrize("format", SERVICES)
@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("", "."),
        ("", "team/configs/a b.yaml"),
        ("team", "."),
        ("team", "configs/../configs"),
        ("team/configs", "a b.yaml"),
        ("team/configs", ".."),
        ("..", "repository"),
        ("../..", "work"),
    ],
)
def test_the_repository_without_a_service(
    format: str, folder: str, path: str, repository: Path
) -> None:
    wanted = "team/configs/a b.yaml" if path != "work" else "work/repository/team/configs/a b.yaml"
    assert named(format, check(format, repository / folder, path)) == {wanted}


@pytest.mark.parametrize("format", SERVICES)
@pytest.mark.parametrize("folder", ["", "team", "team/configs", "..", "../.."])
@pytest.mark.parametrize("absolute", [False, True])
def test_the_folder_that_the_service_tells(
    format: str, folder: str, absolute: bool, repository: Path
) -> None:
    file = repository / "team" / "configs" / "a b.yaml"
    path = file if absolute else os.path.relpath(file, repository / folder)
    told = {SERVICES[format]: str(repository.parent)}
    report = check(format, repository / folder, path, **told)
    assert named(format, report) == {"repository/team/configs/a b.yaml"}


@pytest.mark.parametrize("format", SERVICES)
def test_a_folder_that_is_told_through_a_link(format: str, repository: Path) -> None:
    link = repository.parent.parent / "link"
    link.symlink_to(repository)
    told = {SERVICES[format]: str(link)}
    for path in (".", link / "team", repository / "team"):
        assert named(format, check(format, repository, path, **told)) == {"team/configs/a b.yaml"}
        assert named(format, check(format, link, path)) == {"team/configs/a b.yaml"}


@pytest.mark.parametrize("format", SERVICES)
@pytest.mark.parametrize("told", ["", "relative", "/nonexistent"])
def test_a_folder_that_is_none_is_not_believed(format: str, told: str, repository: Path) -> None:
    report = check(format, repository / "team", ".", **{SERVICES[format]: told})
    assert named(format, report) == {"team/configs/a b.yaml"}


@pytest.mark.parametrize("format", SERVICES)
def test_a_file_outside_has_its_whole_name(format: str, repository: Path) -> None:
    outside = repository.parent.parent / "outside.yaml"
    (found,) = named(format, check(format, repository / "team", "../../../outside.yaml"))
    assert found.removeprefix("file://") == str(outside)


@pytest.mark.parametrize("format", SERVICES)
def test_without_a_repository_the_current_folder_counts(format: str, repository: Path) -> None:
    (repository / ".git").rmdir()
    assert named(format, check(format, repository / "team", ".")) == {"configs/a b.yaml"}


def test_a_worktree_and_a_module_are_repositories(repository: Path) -> None:
    (repository / "team" / ".git").write_text("gitdir: ../.git/modules/team\n")
    report = check("gitlab", repository / "team" / "configs", ".")
    assert named("gitlab", report) == {"configs/a b.yaml"}


@pytest.mark.parametrize("format", ["gitlab", "sarif"])
def test_a_fingerprint_is_the_same_from_everywhere(format: str, repository: Path) -> None:
    def prints(data: object) -> list[str]:
        if isinstance(data, list):
            return [each for item in data for each in prints(item)]
        found = data.items() if isinstance(data, Mapping) else ()
        own = [value for key, value in found if key in ("fingerprint", "losslint/v1")]
        return own + [each for _, value in found for each in prints(value)]

    told = [
        prints(json.loads(check(format, repository / folder, ".")))
        for folder in ("", "team", "team/configs")
    ]
    assert told[0]
    assert told[0] == told[1] == told[2]


def test_what_people_read_counts_from_where_they_are(repository: Path) -> None:
    told = {name: str(repository.parent) for name in SERVICES.values()}
    for format in ("concise", "junit"):
        report = check(format, repository / "team", ".", **told)
        assert "configs/a b.yaml:1:" in report
        assert "team/configs" not in report
