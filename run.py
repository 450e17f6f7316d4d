#!/usr/bin/env python3
"""起步: `python3 run.py demo` starts the product, `python3 run.py test` checks it; needs nothing but Python 3.11.

Makes the environment (.venv, or YEKUO_VENV), installs exactly the locked packages by hash, then hands over to
`python -m yekuo`. Standard library only; written so that an older Python can still read it and say why not.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("YEKUO_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
MARKER = VENV / "yekuo-installed.json"
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
OLDEST = (3, 11)


USAGE = """用法：
  python3 run.py demo [--fresh] [--port N]    启动带样例数据的演示（--fresh 重新开始）
  python3 run.py test [pytest 的参数]          运行全部检查与测试
  python3 run.py 命令 --help                   其余命令：serve worker migrate …"""


class Stop(Exception):
    """Raised with the one plain sentence to say before giving up."""


def say(text):
    """This function will print one line, also on a terminal that cannot show Chinese."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def main(arguments):
    """This function will see to the environment and hand over to `python -m yekuo`."""
    keep_standard_streams()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if sys.version_info < OLDEST:
        raise Stop(
            "需要 Python 3.11 或更高版本，现在是 %d.%d。 (Python 3.11 or newer is needed.)" % sys.version_info[:2]
        )
    if not arguments or arguments[0] in ("-h", "--help"):
        say(USAGE)
        return
    locks = [RUNTIME, DEVELOPMENT] if arguments[0] == "test" else [RUNTIME]
    with only_one_installer() as lock:
        install(locks, lock)
    environment = dict(os.environ, PYTHONUTF8="1")
    environment.pop("PYTHONHOME", None)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(str(PYTHON), [str(PYTHON), "-m", "yekuo", *arguments], environment)  # noqa: S606 - replaces this process


def keep_standard_streams():
    """This function will open what was closed of standard input, output and error, so that no file takes their number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - positional only
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for good


@contextlib.contextmanager
def only_one_installer():
    """This function will let one process at a time work on the environment."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with open(VENV.with_name(VENV.name + ".lock"), "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个进程正在安装，等它完成…… (waiting for another installation)")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def install(locks, lock):
    """This function will bring the environment to the locked set; a half-made one is made anew."""
    wanted = {name: fingerprint(name) for name in locks}
    have = installed()
    if have and all(have.get(name) == value for name, value in wanted.items()):
        return
    if not have:
        say("正在准备运行环境…… (making the environment)")
        make_environment()
    MARKER.unlink(missing_ok=True)
    for name in locks:
        if have.get(name) != wanted[name]:
            install_locked(name, lock)
    point_to_source()
    write_marker({**have, **wanted})


def fingerprint(name):
    """This function will identify a lock file's content together with the Python it was installed for."""
    content = (ROOT / name).read_bytes()
    return "%d.%d %s" % (*sys.version_info[:2], hashlib.sha256(content).hexdigest())


def installed():
    """This function will return what the marker says, or nothing when the environment cannot be trusted."""
    try:
        have = json.loads(MARKER.read_text(encoding="utf-8"))
        test = "import sys, importlib.util as u; sys.exit(any(u.find_spec(n) is None for n in sys.argv[1:]))"
        works = subprocess.run(
            [str(PYTHON), "-I", "-c", test, "django", "psycopg", "granian", "yekuo"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return have if works.returncode == 0 and isinstance(have, dict) else {}
    except (OSError, ValueError):
        return {}


def make_environment():
    """This function will make an empty virtual environment, with whatever way this machine offers."""
    if VENV.is_symlink() or VENV.is_file():
        raise Stop("%s 不是文件夹，请移走它。 (not a folder, please move it away)" % VENV)
    shutil.rmtree(str(VENV), ignore_errors=True)
    for way in (["venv"], ["venv", "--without-pip"]):
        done = quiet([sys.executable, "-m", *way, str(VENV)])
        if done.returncode == 0:
            return
        shutil.rmtree(str(VENV), ignore_errors=True)
    raise Stop("这台机器的 Python 不能建立虚拟环境，请安装 python3-venv。 (please install python3-venv)")


def install_locked(name, lock):
    """This function will install one lock file by hash: with uv where it is, else with pip."""
    number = sum(
        1 for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "==" in line and line[0] != " "
    )
    say("正在安装 %d 个锁定的依赖包（%s）…… (installing)" % (number, name))
    uv = shutil.which("uv")
    if uv:
        arguments = ["pip", "install", "--python", str(PYTHON), "--require-hashes", "-r", str(ROOT / name)]
        if subprocess.run([uv, *arguments], stdin=subprocess.DEVNULL, pass_fds=[lock], check=False).returncode == 0:
            return
        say("uv 没有成功，改用 pip。 (falling back to pip)")
    run_pip(["install", "--require-hashes", "--disable-pip-version-check", "-r", str(ROOT / name)], number, lock)


def run_pip(arguments, number, lock):
    """This function will run pip, the environment's own or the machine's, and show how far it is.

    pip inherits the lock: should we be killed, the next run waits until pip has noticed.
    """
    pip = [str(PYTHON), "-m", "pip"]
    if quiet([*pip, "--version"]).returncode != 0:
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        if quiet([*pip, "--version"]).returncode != 0:
            raise Stop(
                "没有 pip 可用，请安装 python3-venv 或 python3-pip。 (please install python3-venv or python3-pip)"
            )
    child = subprocess.Popen(
        [*pip, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace", pass_fds=[lock],
    )  # fmt: skip
    try:
        lines = follow(child, number)
    finally:
        if child.poll() is None:
            child.terminate()
    if child.wait() != 0:
        say("\n".join(lines[-15:]))
        raise Stop("依赖包没有装成，原因见上；请检查网络后重试。 (packages could not be installed, see above)")


def follow(child, number):
    """This function will show pip's progress until it ends, and return what it said."""
    lines, seen = [], 0
    for line in child.stdout:
        lines.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            progress(seen, number, line.split()[1].split("==")[0])
        elif line.startswith("Installing collected"):
            progress(number, number, "写入磁盘")
    if sys.stdout.isatty():
        print(flush=True)
    child.wait()
    return lines


def progress(seen, number, name):
    """This function will show one moving line on a terminal, and a line now and then elsewhere."""
    if sys.stdout.isatty():
        print("\r  %d/%d %-40s" % (seen, number, name), end="", flush=True)
    elif seen % 15 == 0 or seen == number:
        say("  %d/%d" % (seen, number))


def point_to_source():
    """This function will let the environment import src/ without a build."""
    site = quiet([str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).stdout.strip()
    source = ROOT / "src"
    if VENV.parent == ROOT:  # relative, so that a moved clone and a path in any script still work
        source = Path(os.path.relpath(str(source), site))
    (Path(site) / "yekuo.pth").write_text("%s\n" % source, encoding="utf-8")


def write_marker(have):
    """This function will note, last of all and at once, that the environment is complete."""
    part = MARKER.with_suffix(".part")
    part.write_text(json.dumps(have, indent=1), encoding="utf-8")
    part.replace(MARKER)


def quiet(command):
    """This function will run a command and keep what it says."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False,
    )  # fmt: skip


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as reason:
        say(str(reason))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
