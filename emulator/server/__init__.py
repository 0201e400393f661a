"""How the emulator is reached: translation between HTTP and the engine, and nothing else."""
