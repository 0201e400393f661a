"""What may be asked of a submission and of who sent it: rules and policies decide by the same."""
