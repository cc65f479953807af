"""Folders to check: configs repeated with distinct content, and a repository of other YAML."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PER_FOLDER = 100

_SERVICE = """name: service-{number}
on: [push, pull_request]
defaults: &defaults
  image: registry.example.org/team/service-{number}:1.{number}
  retries: 3
  environment: {{LOG_LEVEL: info, REGION: eu-{number}, CACHE: "/var/cache/{number}"}}
jobs:
  build:
    <<: *defaults
    steps:
      - name: Check out
        uses: actions/checkout@v4
      - name: Build  # number {number}
        run: |
          make build TARGET={number}
          make check
  deploy:
    <<: *defaults
    needs: [build]
    replicas: {number}
    ports: [{{containerPort: 80{number}, protocol: TCP}}]
    resources:
      limits: {{cpu: 500m, memory: 128Mi}}
      requests: {{cpu: 250m, memory: 64Mi}}
"""

# The kinds of pattern of GitHub's template of a .gitignore for Python, about as many of each.
_PYTHON_IGNORES = """
__pycache__/ *.py[codz] *$py.class *.so .Python build/ develop-eggs/ dist/ downloads/ eggs/ .eggs/
lib/ lib64/ parts/ sdist/ var/ wheels/ share/python-wheels/ *.egg-info/ .installed.cfg *.egg
MANIFEST *.manifest *.spec pip-log.txt pip-delete-this-directory.txt htmlcov/ .tox/ .nox/ .coverage
.coverage.* .cache nosetests.xml coverage.xml *.cover *.py.cover .hypothesis/ .pytest_cache/ cover/
*.mo *.pot *.log local_settings.py db.sqlite3 db.sqlite3-journal instance/ .webassets-cache .scrapy
docs/_build/ .pybuilder/ target/ .ipynb_checkpoints profile_default/ ipython_config.py .pdm-python
.pdm-build/ __pypackages__/ celerybeat-schedule celerybeat.pid *.sage.py .env .envrc .venv env/
venv/ ENV/ env.bak/ venv.bak/ .spyderproject .spyproject .ropeproject /site .mypy_cache/
.dmypy.json dmypy.json .pyre/ .pytype/ cython_debug/ .ruff_cache/ .pypirc
"""


def configs(folder: Path | None) -> list[str]:
    """The texts of the YAML configs below a folder; without one, those of the fixtures."""
    top = folder or ROOT / "fixtures" / "netspresso"
    paths = sorted([*top.rglob("*.yaml"), *top.rglob("*.yml")])
    texts = [path.read_text("utf-8") for path in paths]
    if not texts:
        raise SystemExit(f"{top} holds no YAML")
    return texts


def repeat(texts: list[str], count: int, folder: Path) -> Path:
    """So many files with distinct content, a hundred to a folder."""
    for number in range(count):
        text = f"# config {number}\n{texts[number % len(texts)]}"
        _write(folder, number, text)
    return folder


def others(texts: list[str], count: int, folder: Path) -> Path:
    """So many YAML files that are no configs, except that one of them holds losses."""
    for number in range(count):
        _write(folder, number, _SERVICE.format(number=number))
    text = next(text for text in texts if "losses:" in text)
    _write(folder, count // 2, text)
    return folder


def everyday(text: str, folder: Path, others: int = 5_000) -> Path:
    """A repository as most are: one config, settings, ignore files, and thousands of others."""
    repository(text, folder, ignores=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.losslint]\n', "utf-8")
    suffixes = ("py", "md", "txt", "png", "csv", "sh", "toml", "js")
    for number in range(others):
        path = folder / f"part{number // PER_FOLDER}" / f"{number}.{suffixes[number % 8]}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# file {number}\nvalue = {number}\n" * 20, "utf-8")
    return folder


def _write(folder: Path, number: int, text: str) -> None:
    path = folder / f"{number // PER_FOLDER:03}" / f"{number:05}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def repository(text: str, folder: Path, *, ignores: bool) -> Path:
    """A git repository that holds one config, with or without a .gitignore as Python ones have."""
    (folder / ".git").mkdir(parents=True)
    if ignores:
        (folder / ".gitignore").write_text("\n".join(_PYTHON_IGNORES.split()) + "\n", "utf-8")
    (folder / "config.yaml").write_text(text, "utf-8")
    return folder
