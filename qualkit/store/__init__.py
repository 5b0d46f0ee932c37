"""The project database: the only room that knows SQL."""
