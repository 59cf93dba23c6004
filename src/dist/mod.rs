//! Distributions: checked parameters in, prepared laws out.
