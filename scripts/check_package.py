"""Build sdist and wheel, look into them, and use the wheel in a new project, as a host would."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_WHEEL = (
    "skillswap_kit/py.typed",
    "skillswap_kit/core/migrations/0001_initial.py",
    "skillswap_kit/exchange/migrations/0001_initial.py",
)
IN_SDIST = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tox.ini", "src/skillswap_kit/py.typed")
NEVER = (".venv", ".tox", ".git/", "__pycache__", ".sqlite3", "docs/_build")
DATA_SUFFIXES = {".html", ".txt", ".mo", ".css", ".js", ".svg", ".json", ".csv"}

SETTINGS = """

INSTALLED_APPS += [
    "rest_framework",
    "django_filters",
    "skillswap_kit.core",
    "skillswap_kit.exchange",
]
MIDDLEWARE[2:2] = ["django.middleware.locale.LocaleMiddleware", "skillswap_kit.core.web.middleware.PagesMiddleware"]
DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
LOGIN_URL = "admin:login"
"""

URLS = """

from django.urls import include

urlpatterns += [path("", include("skillswap_kit.urls"))]
"""


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def build(target: Path) -> tuple[Path, Path]:
    run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", target)
    return next(target.glob("*.tar.gz")), next(target.glob("*.whl"))


def look_into(sdist: Path, wheel: Path) -> list[str]:
    """What is missing from the archives, and what should not be there."""
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src" / "skillswap_kit").rglob("*")
        if path.suffix == ".py" or path.suffix in DATA_SUFFIXES
    }
    return [
        *(f"missing from the sdist: {name}" for name in IN_SDIST if name not in in_sdist),
        *(f"missing from the wheel: {name}" for name in sorted({*IN_WHEEL, *sources} - in_wheel)),
        *(f"must not be packed: {name}" for name in in_sdist | in_wheel if any(part in name for part in NEVER)),
    ]


def use(wheel: Path, folder: Path) -> None:
    """A new virtual environment and a new project with the wheel and no extra."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    run(python, "-m", "pip", "check")
    run(python, "-m", "django", "startproject", "host", folder)
    for name, text in {"settings.py": SETTINGS, "urls.py": URLS}.items():
        with (folder / "host" / name).open("a") as file:
            file.write(text)
    for command in (
        ("migrate", "--verbosity", "0"),
        ("check", "--fail-level", "WARNING"),
        ("makemigrations", "--check"),
    ):
        run(python, "manage.py", *command, cwd=folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sdist, wheel = build(folder / "dist")
        run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
        if faults := look_into(sdist, wheel):
            sys.exit("\n".join(faults))
        (folder / "project").mkdir()
        use(wheel, folder / "project")


if __name__ == "__main__":
    main()
