//! The sampling engine: walks paths of a program.
