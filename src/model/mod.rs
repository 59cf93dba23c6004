//! The checked scenario, valid by construction.
