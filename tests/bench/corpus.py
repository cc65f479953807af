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


def _write(folder: Path, number: int, text: str) -> None:
    path = folder / f"{number // PER_FOLDER:03}" / f"{number:05}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
