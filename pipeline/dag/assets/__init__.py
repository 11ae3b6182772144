"""The assets, one module a stage. Each says what it makes, from what, by which function; nothing is computed here."""
