"""The control API under `/_emulator`: look into a sandbox, script it, and let its time pass."""
