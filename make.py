"""Set up and run the project with nothing but Python: ``python make.py demo``.

``make demo`` and, on Windows, ``py make.py demo`` are the same thing. It makes ``.venv``, installs
what is locked (with hashes) and the project itself, and runs the task. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

NEWEST, OLDEST = 14, 11  # Python 3.x
ROOT = Path(__file__).resolve().parent
VENV, CLIENTS = ROOT / ".venv", ROOT / ".clients"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STARTED = time.monotonic()


def say(ko: str, en: str) -> None:
    """One line of progress with the elapsed time, in the reader's language."""
    sys.path.insert(0, str(ROOT / "src"))
    from dataro.cli.language import LANGUAGE

    sys.path.pop(0)
    print(f"[{time.monotonic() - STARTED:5.1f} s] {ko if LANGUAGE == 'ko' else en}", flush=True)


def stop(ko: str, en: str) -> NoReturn:
    """End with a sentence for the person who can act."""
    say(ko, en)
    sys.exit(1)


def run(*command: str | Path) -> None:
    """Run a command in the project's folder; end with its exit code where it fails."""
    code = call(*command)
    if code:
        sys.exit(code)


def call(*command: str | Path) -> int:
    """Run a command in the project's folder and give its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


# Setting up


def locked(name: str) -> Path:
    return ROOT / "locks" / f"{name}.txt"


def once(what: str, *inputs: Path) -> Path | None:
    """The stamp to write when ``what`` is done, or None where it was done with these inputs."""
    digest = hashlib.sha256(b"".join(one.read_bytes() for one in inputs if one.exists()))
    stamp = VENV / "stamps" / what
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return None
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    return stamp.with_name(f"{what}.{digest.hexdigest()}")


def done(stamp: Path) -> None:
    """Remember a step by the digest of what went into it."""
    what, digest = stamp.name.rsplit(".", 1)
    stamp.with_name(what).write_text(digest)


def environment() -> None:
    """Make ``.venv`` with uv in it, which installs the rest in a fifth of pip's time."""
    if not PYTHON.exists():
        say("가상 환경(.venv)을 만듭니다.", "Making the virtual environment .venv.")
        if call(sys.executable, "-m", "venv", VENV):
            shutil.rmtree(VENV, ignore_errors=True)
            stop(
                "가상 환경을 만들지 못했습니다. 데비안·우분투라면 `apt install python3-venv`를 "
                "먼저 실행해 주세요.",
                "The virtual environment could not be made. On Debian or Ubuntu run "
                "`apt install python3-venv` first.",
            )
    if stamp := once("uv", locked("uv")):
        say("설치 도구 uv를 설치합니다.", "Installing the installer, uv.")
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check",
            "--require-hashes", "-r", locked("uv"))  # fmt: skip
        done(stamp)


def install(name: str, python: Path = PYTHON) -> None:
    """Install what ``locks/NAME.txt`` pins, unless it is there already."""
    if stamp := once(name, locked(name)):
        count = locked(name).read_text(encoding="utf-8").count("==")
        say(f"패키지 {count}개를 설치합니다({name}).", f"Installing {count} packages ({name}).")
        # compiled once here, so that no first start (nor each of many short runs) compiles it again
        run(BIN / "uv", "pip", "install", "-q", "--python", python, "--compile-bytecode",
            "--require-hashes", "-r", locked(name))  # fmt: skip
        done(stamp)


def clients() -> None:
    """Other people's clients and validators, apart in ``.clients``: some need older packages."""
    python = CLIENTS / BIN.name / PYTHON.name
    if not python.exists():
        run(BIN / "uv", "venv", "-q", "--allow-existing", "--python", sys.executable, CLIENTS)
        (VENV / "stamps" / "clients").unlink(missing_ok=True)
    install("clients", python)


def project() -> None:
    """Install the project itself, editable; its build hook makes the browser assets."""
    environment()
    install("run")
    made_from = ("pyproject.toml", "hatch_build.py", "package-lock.json", "tools/assets.py")
    assets = ROOT / "src/dataro/portal/static/vendor/manifest.json"
    if not assets.exists():
        (VENV / "stamps" / "project").unlink(missing_ok=True)
    if stamp := once("project", *(ROOT / name for name in made_from)):
        install("build")
        if not shutil.which("npm"):
            install("node")
        say("이 프로젝트를 설치합니다.", "Installing the project itself.")
        run(BIN / "uv", "pip", "install", "-q", "--python", PYTHON,
            "--no-deps", "--no-build-isolation", "--editable", ROOT)  # fmt: skip
        done(stamp)


# Tasks


def demo(settings: dict[str, str]) -> None:
    """Build the synthetic city in demo/ and show it on http://127.0.0.1:8000 (SERVE=0: only build)."""
    project()
    serve = settings.get("SERVE", "1") not in ("0", "no", "false")
    run(PYTHON, "-m", "dataro", "demo", "demo", "--serve" if serve else "--no-serve")


def test(settings: dict[str, str]) -> None:
    """All checks and tests that a bare machine can run: a few minutes."""
    project()
    install("dev")
    say("테스트를 실행합니다.", "Running the tests.")
    tests = call(PYTHON, "-m", "pytest", "-m", "not slow and not browser", "-n", "2")
    report({"pytest": tests, **static_checks()})


def test_all(settings: dict[str, str]) -> None:
    """The slow, server and browser tests too; these need Chromium."""
    project()
    install("dev")
    install("browser")
    clients()
    say("모든 테스트를 실행합니다.", "Running every test.")
    report({"pytest": call(PYTHON, "-m", "pytest", "-n", "2")})


def check(settings: dict[str, str]) -> None:
    """Lint, formatting, types and layers; changes nothing."""
    project()
    install("dev")
    report(static_checks())


def fix(settings: dict[str, str]) -> None:
    """Mend what can be mended by itself: lint, formatting, generated pages."""
    project()
    install("dev")
    run(BIN / "ruff", "check", "-q", "--fix", "--exit-zero", ".")
    run(BIN / "ruff", "format", "-q", ".")
    run(PYTHON, "tools/pages.py")


def lock(settings: dict[str, str]) -> None:
    """Resolve the newest allowed versions anew and write locks/, without any address."""
    environment()
    compile_ = (BIN / "uv", "pip", "compile", "-q", "--upgrade", "--universal", "--python-version",
                f"3.{OLDEST}", "--generate-hashes", "--no-header")  # fmt: skip
    for name in ("uv", "build", "node"):
        run(*compile_, "--group", f"pyproject.toml:{name}", "-o", f"locks/{name}.txt")
    run(*compile_, "--group", "pyproject.toml:clients", "-o", "locks/clients.txt")
    run(*compile_, "pyproject.toml", "-o", "locks/run.txt")
    for name in ("dev", "browser"):
        run(*compile_, "pyproject.toml", "--group", name, "-c", "locks/run.txt",
            "-o", f"locks/{name}.txt")  # fmt: skip
    say("locks/를 새로 썼습니다.", "Wrote locks/ anew.")


def static_checks() -> dict[str, int]:
    """Each tool with its exit code."""
    say("코드를 검사합니다.", "Checking the code.")
    return {
        "ruff check": call(BIN / "ruff", "check", "-q", "."),
        "ruff format": call(BIN / "ruff", "format", "-q", "--check", "."),
        "mypy": call(BIN / "mypy", "--no-error-summary"),
        "lint-imports": call(BIN / "lint-imports", "--no-logo"),
    }


def report(checks: dict[str, int]) -> None:
    """Say which checks failed and end accordingly."""
    failed = [name for name, code in checks.items() if code]
    if failed:
        stop(f"실패: {', '.join(failed)}", f"Failed: {', '.join(failed)}")
    say("모두 통과했습니다.", "All passed.")


TASKS = {"demo": demo, "test": test, "test-all": test_all, "check": check, "fix": fix, "lock": lock}


def main(arguments: list[str]) -> None:
    """Run the tasks that are named; ``NAME=value`` among them are settings, as with make."""
    settings = {**os.environ, **dict(one.split("=", 1) for one in arguments if "=" in one)}
    wanted = [one for one in arguments if "=" not in one]
    if not wanted or any(one not in TASKS for one in wanted):
        for name, task in TASKS.items():
            print(f"  {name:10}{task.__doc__}")
        sys.exit(0 if wanted in ([], ["help"]) else 2)
    for one in wanted:
        TASKS[one](settings)


def with_a_newer_python() -> None:
    """Start again with a newer Python of this machine, or say that one is needed."""
    for minor in range(NEWEST, OLDEST - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", ""]) == 0:
            sys.exit(subprocess.call([found, str(Path(__file__).resolve()), *sys.argv[1:]]))
    sys.exit(
        f"Python 3.{OLDEST} 이상이 필요합니다(지금은 {sys.version.split()[0]}). "
        f"Python 3.{OLDEST} or newer is needed."
    )


if __name__ == "__main__":
    if sys.version_info < (3, OLDEST):
        with_a_newer_python()
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
