"""Each kind of record as Splose's API has it: what can be done with it and what its list can be asked for."""
