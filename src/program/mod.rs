//! The compiled scenario: flat arrays, numbered names, no strings.
