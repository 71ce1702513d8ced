"""How each kind of record of one Cliniko account becomes a draft for another, a module for each family of kinds."""
