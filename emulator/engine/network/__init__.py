"""The real network: where callbacks may go and how they get there, and how media are fetched."""
