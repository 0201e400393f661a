"""`python -m emulator` is the same as the command `hive-emulator`."""

from emulator.cli import main

if __name__ == "__main__":
    main()
