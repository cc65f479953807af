"""The snippets of docs/editors.md in the editors themselves, where those are installed."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.test_ci import PROGRAM, snippet
from tests.editors.test_schemas import FIXTURES

NEOVIM = shutil.which("nvim")
EMACS = shutil.which("emacs")

pytest.importorskip("pygls")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    shutil.copy(FIXTURES / "netspresso/broken/first-try.yaml", folder / "model.yaml")
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
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


# What Neovim 0.8 brought and the snippet uses.
_OLDER = """
vim.lsp.start = vim.lsp.start or function(config, options)
  local id = vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(options.bufnr, id)
end
vim.fs = vim.fs or { find = function() return {} end }
if vim.fn.has('nvim-0.8') == 0 then
  local create = vim.api.nvim_create_autocmd
  vim.api.nvim_create_autocmd = function(event, options)
    local callback = options.callback
    options.callback = function() callback({ buf = vim.api.nvim_get_current_buf() }) end
    return create(event, options)
  end
end
"""

_NEOVIM = """
vim.cmd('filetype on')
vim.cmd('edit model.yaml')
vim.wait(200000, function() return #vim.diagnostic.get(0) > 0 end)
for _, found in ipairs(vim.diagnostic.get(0)) do
  print('found ' .. found.lnum .. ':' .. found.col .. ' ' .. found.code)
end
local parameters = vim.lsp.util.make_range_params(0, 'utf-16')
parameters.context = { diagnostics = {}, only = { 'source.fixAll' } }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', parameters, 10000)
for id, answer in pairs(answers) do
  for _, action in ipairs(answer.result) do
    vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  end
end
vim.cmd('write')
vim.cmd('qa!')
"""


@pytest.mark.skipif(NEOVIM is None, reason="no Neovim")
def test_neovim(project: Path) -> None:
    version = re.search(r"v0\.(\d+)", run([str(NEOVIM), "--version"], project))
    name = "neovim" if version is not None and int(version[1]) >= 11 else "neovim-older"
    script = project.parent / "init.lua"
    script.write_text((_OLDER if name != "neovim" else "") + snippet("editors.md", name) + _NEOVIM)
    printed = run([str(NEOVIM), "--headless", "--clean", "-S", str(script)], project)
    codes = re.findall(r"found (\d+):(\d+) (LL\d+)", printed)
    assert ("23", "14", "LL211") in codes, printed
    assert "      weight: 0.5\n" in (project / "model.yaml").read_text()


_SHOW = """
vim.cmd('filetype on')
vim.cmd('edit {name}')
vim.wait(200000, function() return #vim.diagnostic.get(0) > 0 end)
for _, found in ipairs(vim.diagnostic.get(0)) do
  print('found ' .. found.lnum .. ':' .. found.col .. ' ' .. found.code)
end
vim.cmd('qa!')
"""


@pytest.mark.skipif(NEOVIM is None, reason="no Neovim")
@pytest.mark.parametrize("name", ["train.py", "train.ipynb"])
def test_programs_and_notebooks_in_neovim(name: str, project: Path) -> None:
    version = re.search(r"v0\.(\d+)", run([str(NEOVIM), "--version"], project))
    if version is None or int(version[1]) < 11:
        pytest.skip("the newer snippet is for 0.11")
    cell = {"cell_type": "code", "source": PROGRAM.splitlines(keepends=True)}
    notebook = json.dumps({"cells": [cell], "metadata": {}}, indent=1)
    text = PROGRAM if name == "train.py" else notebook
    (project / name).write_text(text)
    line = next(n for n, row in enumerate(text.split("\n")) if "huber_loss" in row)
    script = project.parent / "init.lua"
    script.write_text(snippet("editors.md", "neovim") + _SHOW.format(name=name))
    printed = run([str(NEOVIM), "--headless", "--clean", "-S", str(script)], project)
    assert re.search(rf"found {line}:\d+ LL101", printed), printed


_EMACS_BEFORE = """
(define-derived-mode yaml-mode fundamental-mode "YAML")
(add-to-list 'auto-mode-alist '("\\\\.yaml\\\\'" . yaml-mode))
(package-initialize)
"""
_EMACS = """
(setq eglot-sync-connect t eglot-connect-timeout 200)
(find-file "model.yaml")
(unless (memq 'eglot-ensure yaml-mode-hook) (error "the hook is not set"))
(unless (eglot-managed-p) (apply #'eglot (eglot--guess-contact)))
(let ((left 2000))
  (while (and (> left 0) (not (flymake-diagnostics)))
    (flymake-start) (accept-process-output nil 0.1) (setq left (1- left))))
(dolist (found (flymake-diagnostics))
  (message "found %s" (flymake-diagnostic-text found)))
"""


@pytest.mark.skipif(EMACS is None, reason="no Emacs")
def test_emacs(project: Path) -> None:
    probe = '(progn (package-initialize) (princ (locate-library "eglot")))'
    if "nil" in run([str(EMACS), "--batch", "--eval", probe], project):
        pytest.skip("this Emacs has no eglot")
    script = project.parent / "init.el"
    script.write_text(_EMACS_BEFORE + snippet("editors.md", "emacs") + _EMACS)
    printed = run([str(EMACS), "--batch", "-l", str(script)], project)
    for code in ("LL100", "LL211", "LL210"):
        assert re.search(rf"found .*\[{code}\]", printed), printed


def test_the_other_snippets_are_sound() -> None:
    tomllib = pytest.importorskip("tomllib")
    languages = tomllib.loads(snippet("editors.md", "helix"))
    assert languages["language-server"]["losslint"] == {"command": "losslint", "args": ["server"]}
    assert all("losslint" in each["language-servers"] for each in languages["language"])
