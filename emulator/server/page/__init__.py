"""The page: what the emulator did and why, in a browser."""
