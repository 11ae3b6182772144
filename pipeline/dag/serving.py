"""Dagster as a service: its webserver and its daemon (schedules, sensors, runs), as one process that ends as one.

Belongs here: starting, watching and ending the two. Does not belong here: what they serve (webserver.py,
definitions.py).
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from pipeline.dag.execute import home
from pipeline.errors import PipelineError
from pipeline.settings import ROOT, Settings

HOST = "127.0.0.1"
_LOOK_SECONDS = 0.5
_END_SECONDS = 30
_PR_SET_PDEATHSIG = 1


def serve(settings: Settings, port: int) -> None:
    """Serve until a signal (Ctrl-C, SIGTERM) or until either process ends, which is an error.

    Raises PipelineError when the port is taken or a process ends by itself, StoreError when the processed folder cannot
    be written.
    """
    _refuse_taken(port)
    environment = os.environ | {
        "DAGSTER_HOME": str(home(settings)),
        "PIPELINE_RAW": str(settings.raw),
        "PIPELINE_PROCESSED": str(settings.processed),
    }
    workspace = ["-w", str(ROOT / "workspace.yaml")]
    commands = {
        "webserver": [
            "pipeline.dag.webserver",
            "--host",
            HOST,
            "--port",
            str(port),
            "--dagster-log-level",
            "warning",
            *workspace,
        ],
        "daemon": ["dagster._daemon", "run", "--log-level", "warning", *workspace],
    }
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), _running(commands, environment) as processes:
        while True:
            for name, process in processes.items():
                if process.poll() is not None:
                    raise PipelineError(f"Dagster's {name} ended by itself, with status {process.returncode}")
            time.sleep(_LOOK_SECONDS)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise PipelineError(f"port {port} on {HOST} cannot be used ({error}); give another with --port") from None


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _running(
    commands: dict[str, list[str]], environment: dict[str, str]
) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """Processes that end when this one does, even when it is killed (Linux)."""
    processes = {
        name: subprocess.Popen(  # noqa: S603  our own modules
            [sys.executable, "-m", *command],
            env=environment,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  no other thread runs yet
        )
        for name, command in commands.items()
    }
    try:
        yield processes
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
