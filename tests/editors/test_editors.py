"""The snippets of docs/editors.md in the editors themselves, where those are installed.

Each opens a config and a program, shows what `losslint check` says at the very places, and applies
the safe fixes. `python -m tests.editors.test_editors` writes the files of editors/ into the page.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from tests.editors.test_ci import PROGRAM, snippet
from tests.editors.test_schemas import FIXTURES, ROOT

NEOVIM = shutil.which("nvim")
EMACS = shutil.which("emacs")
VIM = shutil.which("vim")
PAGE = ROOT / "docs" / "editors.md"
# What the page shows, and the file that it is.
SNIPPETS: Mapping[str, Path] = MappingProxyType(
    {
        name: ROOT / "editors" / path
        for name, path in {
            "neovim": "neovim/losslint.lua",
            "neovim-older": "neovim/before-0.11.lua",
            "vim": "vim/losslint.vim",
            "emacs": "emacs/losslint.el",
            "helix": "helix/languages.toml",
            "sublime": "sublime/LSP.sublime-settings",
            "zed": "zed/extension.toml",
            "jetbrains": "jetbrains/template.json",
        }.items()
    }
)
CONFIG = (FIXTURES / "netspresso/broken/first-try.yaml").read_text("utf-8")
# A sign that is one character, two in the protocol and four bytes.
FILES: Mapping[str, str] = MappingProxyType(
    {"model.yaml": CONFIG, "train.py": PROGRAM.replace("model.", 'print("🙂"); model.')}
)


class Seen(NamedTuple):
    """What an editor shows: codes with their rows and columns from 1, and the file after a fix."""

    found: list[tuple[str, int, int]]
    fixed: str


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    script = tmp_path / "losslint"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m losslint "$@"\n')
    script.chmod(0o755)
    return folder


def run(command: list[str], project: Path) -> str:
    """What an editor prints, on whichever stream."""
    path = f"{project.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "PATH": path, "HOME": str(project.parent), "TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def told(name: str, folder: Path) -> Seen:
    """What the command says of a file, and what it makes of it."""
    command = [sys.executable, "-m", "losslint", "check", "--no-cache", "--exit-zero"]
    done = subprocess.run(
        [*command, "--format", "json", name], cwd=folder, capture_output=True, check=True
    )
    found = [
        (each["code"], each["location"]["row"], each["location"]["column"])
        for each in json.loads(done.stdout)
    ]
    assert found
    copy = folder.parent / "fixed" / name
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(folder / name, copy)
    subprocess.run([*command, "--fix", name], cwd=copy.parent, capture_output=True, check=True)
    assert copy.read_text("utf-8") != (folder / name).read_text("utf-8")
    return Seen(sorted(found), copy.read_text("utf-8"))


def seen(printed: str, name: str, folder: Path) -> Seen:
    """What the script of an editor printed and wrote."""
    rows = re.findall(r"found (\d+):(\d+) (LL\d+)", printed)
    assert rows, printed
    found = sorted((code, int(row), int(column)) for row, column, code in rows)
    return Seen(found, (folder / name).read_text("utf-8"))


_NEOVIM = """
vim.cmd('filetype on')
vim.cmd('edit {name}')
vim.wait(200000, function() return #vim.diagnostic.get(0) > 0 end)
for _, found in ipairs(vim.diagnostic.get(0)) do
  local line = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, true)[1]
  local column = vim.fn.strchars(line:sub(1, found.col)) + 1
  print('found ' .. (found.lnum + 1) .. ':' .. column .. ' ' .. found.code)
end
local clients = vim.lsp.get_clients or vim.lsp.get_active_clients
local _, client = next(clients())
local encoding = client.offset_encoding
local parameters = vim.lsp.util.make_range_params(0, encoding)
parameters.context = {{ diagnostics = {{}}, only = {{ 'source.fixAll' }} }}
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', parameters, 200000)
for id, answer in pairs(answers) do
  for _, action in ipairs(answer.result) do
    vim.lsp.util.apply_workspace_edit(action.edit, encoding)
  end
end
vim.cmd('write')
vim.cmd('qa!')
"""


def neovim(which: str) -> Callable[[str, Path], str]:
    """Neovim with one of the snippets."""

    def show(name: str, project: Path) -> str:
        if NEOVIM is None:
            pytest.skip("no Neovim")
        version = re.search(r"v0\.(\d+)", run([NEOVIM, "--version"], project))
        minor = int(version[1]) if version is not None else 99
        if minor < (11 if which == "neovim" else 8):
            pytest.skip(f"Neovim 0.{minor} is too old")
        script = project.parent / "init.lua"
        script.write_text(snippet("editors.md", which) + _NEOVIM.format(name=name))
        return run([NEOVIM, "--headless", "--clean", "-S", str(script)], project)

    return show


_VIM_BEFORE = """
set nocompatible
let g:ale_fixers = {'yaml': ['losslint'], 'python': ['losslint']}
let g:ale_lint_on_enter = 1
filetype plugin on
packadd ale
"""
_VIM = """
execute 'edit' '{name}'
function! Wait(what) abort
  for l:turn in range(2000)
    if eval(a:what) | return | endif
    sleep 100m
  endfor
endfunction
call ale#Queue(0)
call Wait('!empty(ale#engine#GetLoclist(bufnr("")))')
for s:found in ale#engine#GetLoclist(bufnr(''))
  call writefile(['found ' . s:found.lnum . ':' . s:found.col . ' ' . s:found.code], 'seen', 'a')
endfor
let s:tick = b:changedtick
ALEFix
call Wait('b:changedtick > ' . s:tick)
write
qall!
"""


def vim(name: str, project: Path) -> str:
    """Vim with ALE, which counts columns as the protocol does."""
    if VIM is None:
        pytest.skip("no Vim")
    probe = ["-c", "try | packadd ale | call writefile(['there'], 'probe') | catch | endtry"]
    run([VIM, "-N", "-u", "NONE", "-es", *probe, "-c", "qall!"], project)
    if not (project / "probe").exists():
        pytest.skip("this Vim has no ALE")
    (project / name).write_text(FILES[name].replace("🙂", ":)"), "utf-8")
    script = project.parent / "vimrc"
    script.write_text(_VIM_BEFORE + snippet("editors.md", "vim") + _VIM.format(name=name))
    printed = run([VIM, "-N", "-n", "-u", str(script), "-es"], project)
    found = project / "seen"
    return found.read_text("utf-8") if found.exists() else printed


_EMACS_BEFORE = """
(package-initialize)
(unless (fboundp 'yaml-mode)
  (define-derived-mode yaml-mode fundamental-mode "YAML")
  (add-to-list 'auto-mode-alist '("\\\\.yaml\\\\'" . yaml-mode)))
(prefer-coding-system 'utf-8)
"""
_EMACS = """
(setq eglot-sync-connect t eglot-connect-timeout 200)
(find-file "{name}")
(unless (memq 'eglot-ensure (symbol-value (intern (format "%s-hook" major-mode))))
  (error "the hook is not set"))
(unless (eglot-managed-p) (apply #'eglot (eglot--guess-contact)))
(let ((left 2000))
  (while (and (> left 0) (not (flymake-diagnostics)))
    (flymake-start) (accept-process-output nil 0.1) (setq left (1- left))))
(dolist (found (flymake-diagnostics))
  (save-excursion
    (goto-char (flymake-diagnostic-beg found))
    (let ((column (1+ (- (point) (line-beginning-position))))
          (text (format "%s %S" (flymake-diagnostic-text found) (flymake-diagnostic-data found))))
      (string-match "LL[0-9]+" text)
      (message "found %d:%d %s" (line-number-at-pos) column (match-string 0 text)))))
(eglot-code-actions (point-min) (point-max) "source.fixAll.losslint" t)
(save-buffer)
"""


def emacs(name: str, project: Path) -> str:
    """Emacs with eglot."""
    if EMACS is None:
        pytest.skip("no Emacs")
    probe = '(progn (package-initialize) (princ (locate-library "eglot")))'
    if "nil" in run([EMACS, "--batch", "--eval", probe], project):
        pytest.skip("this Emacs has no eglot")
    script = project.parent / "init.el"
    text = _EMACS_BEFORE + snippet("editors.md", "emacs") + _EMACS.format(name=name)
    script.write_text(text)
    return run([EMACS, "--batch", "-l", str(script)], project)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
@pytest.mark.parametrize(
    "editor",
    [neovim("neovim"), neovim("neovim-older"), vim, emacs],
    ids=["neovim", "neovim-older", "vim", "emacs"],
)
def test_an_editor_shows_and_fixes_what_the_command_does(
    editor: Callable[[str, Path], str], name: str, project: Path
) -> None:
    pytest.importorskip("pygls")
    if editor is vim:
        (project / name).write_text(FILES[name].replace("🙂", ":)"), "utf-8")
    expected = told(name, project)
    assert seen(editor(name, project), name, project) == expected


@pytest.mark.slow
def test_a_notebook_in_neovim(project: Path) -> None:
    pytest.importorskip("pygls")
    cell = {"cell_type": "code", "source": PROGRAM.splitlines(keepends=True)}
    text = json.dumps({"cells": [cell], "metadata": {}}, indent=1)
    (project / "train.ipynb").write_text(text)
    line = next(n for n, row in enumerate(text.split("\n"), 1) if "huber_loss" in row)
    printed = neovim("neovim")("train.ipynb", project)
    assert re.search(rf"found {line}:\d+ LL101", printed), printed


@pytest.mark.parametrize("name", list(SNIPPETS))
def test_the_page_shows_the_files_as_they_are(name: str) -> None:
    assert snippet("editors.md", name) == SNIPPETS[name].read_text("utf-8")


def test_every_snippet_of_the_page_is_a_file_or_for_vs_code() -> None:
    shown = re.findall(r"<!-- snippet: ([\w-]+) -->", PAGE.read_text("utf-8"))
    assert set(shown) - {"vscode"} == set(SNIPPETS)


def test_the_snippets_that_no_editor_tries_are_sound() -> None:
    command = ["losslint", "server"]
    sublime: dict[str, Any] = json.loads(SNIPPETS["sublime"].read_text())
    assert sublime["clients"]["losslint"]["command"] == command
    jetbrains: dict[str, Any] = json.loads(SNIPPETS["jetbrains"].read_text())
    assert jetbrains["programArgs"]["windows"].split() == command
    assert {each["languageId"] for each in jetbrains["fileTypeMappings"]} == {
        "yaml",
        "json",
        "python",
    }
    tomllib = pytest.importorskip("tomllib")
    languages = tomllib.loads(SNIPPETS["helix"].read_text())
    assert languages["language-server"]["losslint"] == {"command": "losslint", "args": ["server"]}
    assert all("losslint" in each["language-servers"] for each in languages["language"])
    zed = tomllib.loads(SNIPPETS["zed"].read_text())
    server = zed["language_servers"]["losslint"]
    assert set(server["languages"]) == set(server["language_ids"])
    cargo = tomllib.loads((SNIPPETS["zed"].parent / "Cargo.toml").read_text())
    assert zed["version"] == cargo["package"]["version"]


def update() -> None:
    """Write the files of editors/ into the page."""
    text = PAGE.read_text("utf-8")
    for name, path in SNIPPETS.items():
        start = rf"(<!-- snippet: {name} -->\n```\w+\n).*?(?=```)"
        text = re.sub(start, lambda m, p=path: m[1] + p.read_text("utf-8"), text, flags=re.S)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
