"""Body + content type → Submission, as the bytes come in and with no I/O of its own."""
