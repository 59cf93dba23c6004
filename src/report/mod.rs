//! The tables: rows to files.
