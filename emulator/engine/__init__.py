"""What happens over time: the owners of state."""
