"""What the API means: values in, values out, with no I/O, no clock, no chance and no framework."""
