"""Measures what a request costs the emulator, beside a bare server and hand-written mocks."""
