"""`goodstanding`, and `python -m goodstanding`, is the command line."""

import os
import sys
from contextlib import suppress

INTERRUPTED = 130


def main() -> int:
    """Run the command line and return its exit code; what was interrupted ends at once, and says so to the shell."""
    try:
        from goodstanding.cli import main as command_line

        code = command_line()
    except KeyboardInterrupt:  # while the command line itself was being imported
        code = INTERRUPTED
        with suppress(OSError):
            os.write(2, b"interrupted\n")
    if code == INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):
                stream.flush()
        os._exit(code)  # Python would clean up for another second, or send itself the signal once more
    return code


if __name__ == "__main__":
    sys.exit(main())
