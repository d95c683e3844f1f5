"""``python -m local_hub FOLDER`` (in tests/): serve a folder of repositories until Ctrl+C or SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from local_hub.body_faults import Cut, Trickle
from local_hub.folder import repositories
from local_hub.hub import LocalHub


def main() -> int:
    """Print one line, ``HF_ENDPOINT=...``, on stdout and serve."""
    parser = _parser()
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        found = repositories(options.folder)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    tokens = dict(pair.split("=", 1)[::-1] for pair in options.user)
    with LocalHub(*found, tokens=tokens, lfs=options.lfs, port=options.port) as hub:
        if options.slow:
            hub.fault("*", Trickle(options.slow), times=None)
        if options.cut:
            hub.fault("*.gguf", Cut(options.cut, reset=True), times=options.cuts)
        print(f"HF_ENDPOINT={hub.url}", flush=True)
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="local_hub", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds ORG/NAME/files")
    parser.add_argument("--port", type=int, default=0, help="of the Hub; any free one unless given")
    parser.add_argument(
        "--lfs", default="relative", choices=["relative", "absolute", "cdn", "direct"]
    )
    parser.add_argument("--user", action="append", default=[], metavar="NAME=TOKEN")
    parser.add_argument("--slow", type=int, metavar="BYTES", help="send so many per second")
    parser.add_argument("--cut", type=int, metavar="BYTES", help="reset GGUF files after so many")
    parser.add_argument("--cuts", type=int, default=1, help="how often --cut happens")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
