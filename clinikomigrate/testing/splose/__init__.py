"""A simulated workspace of Splose."""
