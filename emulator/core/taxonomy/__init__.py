"""What the models know: the visual heads with their classes, and the text classes."""
