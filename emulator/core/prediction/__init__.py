"""From content to prediction: what was scripted, completed; what was not, quiet or invented."""
