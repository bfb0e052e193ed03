"""Flows: `python -m flows`, the same as the command `atelier`."""

import sys

from flows.commands.signals import INTERRUPTED, exit_code, handle_signals, tell

handle_signals()  # before the other imports, which take a second on a busy machine
try:
    from flows.cli import app
    from flows.followers import dismiss, follow, is_follower
except KeyboardInterrupt:
    tell(INTERRUPTED)
    sys.exit(INTERRUPTED)

if is_follower():
    try:
        follow()
    except (SystemExit, KeyboardInterrupt) as end:
        sys.exit(exit_code(end.code if isinstance(end, SystemExit) else INTERRUPTED))
    sys.exit()
try:
    app(prog_name="python -m flows")
except SystemExit as end:
    if not end.code:
        dismiss()
    raise
