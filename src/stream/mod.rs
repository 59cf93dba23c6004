//! Named random numbers: a draw depends on (seed, world, path, name, occurrence) and on nothing else.
