"""What every typed client is made of: refs, conditions, lazy lists, and the conversion between JSON and models."""
