"""What is on disk: YAML → core values, with file, line and what was expected."""
