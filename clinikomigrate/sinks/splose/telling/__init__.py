"""What Splose has no records for is told in documents among a client's files, each record once."""
