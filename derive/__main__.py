"""``python -m derive``, and the command ``derive``."""

import sys


def main() -> None:
    """Run the command line; an interrupt while it is still being loaded ends it as quietly as any later one."""
    try:
        from derive.console.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


# Where processes are spawned (Windows, macOS) each worker imports this module again.
if __name__ == "__main__":
    main()
