//! From a scenario file to a checked scenario: names, types, faults and lints.
