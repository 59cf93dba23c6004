//! Units of time, calendar dates and numbers in prose.
