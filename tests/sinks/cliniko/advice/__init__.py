"""What a clinic's owner should know before the first write."""
