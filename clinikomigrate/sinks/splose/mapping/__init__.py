"""The mapper, a module for each family of kinds."""
