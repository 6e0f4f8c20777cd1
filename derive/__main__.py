"""``python -m derive``."""

from derive.cli import main

# Where processes are spawned (Windows, macOS) each worker imports this module again.
if __name__ == "__main__":
    main()
