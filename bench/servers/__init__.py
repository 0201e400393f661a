"""The servers that the emulator is compared with; each is started as a process of its own."""
