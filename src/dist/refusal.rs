//! Why a distribution does not exist, in words that a non-programmer reads.

use std::fmt;

/// What was wrong with the parameters of a distribution.
///
/// The sentence is kept in pieces, because the caller knows the unit of the numbers in it: what is `86400` here reads as
/// `1 day` to the person who wrote it. [`Refusal::text`] puts them together; `Display` shows plain numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    parameter: &'static str,
    pieces: Vec<Piece>,
}

/// A piece of the sentence of a [`Refusal`].
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A number without a unit.
    Number(f64),
    /// A number in the unit of the distribution's result.
    Value(f64),
}

impl Refusal {
    /// The parameter that is at fault, empty where it is the whole distribution.
    pub fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// The pieces of the sentence, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The sentence, with every number that has the unit of the result written by `show`.
    pub fn text(&self, show: impl Fn(f64) -> String) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Number(number) => text.push_str(&plain(*number)),
                Piece::Value(value) => text.push_str(&show(*value)),
            }
        }
        text
    }

    /// A sentence about the whole distribution.
    #[cold]
    pub(crate) fn whole(words: impl Into<String>) -> Refusal {
        Refusal { parameter: "", pieces: vec![Piece::Text(words.into())] }
    }

    /// "the `parameter` of a `family` must be `rule`, not `found`".
    #[cold]
    pub(crate) fn new(family: &str, parameter: &'static str, rule: &str, found: Piece) -> Refusal {
        let article = if family.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        let text = format!("the {parameter} of {article} {family} must be {rule}, ");
        let pieces = match found {
            Piece::Number(number) | Piece::Value(number) if number.is_nan() => {
                vec![Piece::Text(text + "but is not a number")]
            }
            found => vec![Piece::Text(text + "not "), found],
        };
        Refusal { parameter, pieces }
    }

    /// The same sentence with words after it.
    pub(crate) fn then(mut self, words: impl Into<String>) -> Refusal {
        self.pieces.push(Piece::Text(words.into()));
        self
    }

    /// The same sentence with a number in the unit of the result after it.
    pub(crate) fn then_value(mut self, value: f64) -> Refusal {
        self.pieces.push(Piece::Value(value));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(plain))
    }
}

impl std::error::Error for Refusal {}

/// A number as a person would write it.
pub(crate) fn plain(number: f64) -> String {
    if number.is_nan() {
        "not a number".to_owned()
    } else if number == f64::INFINITY {
        "infinite".to_owned()
    } else if number == f64::NEG_INFINITY {
        "minus infinity".to_owned()
    } else if number != 0.0 && !(1e-5..1e15).contains(&number.abs()) {
        format!("{number:e}")
    } else {
        format!("{number}")
    }
}

/// Sizes beyond this are refused, so that nothing computed from them can overflow.
const LARGEST: f64 = 1e100;
const SMALLEST: f64 = 1e-100;

/// Refuses a size (a mean, a scale, a standard deviation) that is not above 0, or absurd.
#[inline]
pub(crate) fn size(family: &str, parameter: &'static str, value: f64) -> Result<(), Refusal> {
    if !(value > 0.0) {
        return Err(Refusal::new(family, parameter, "above 0", Piece::Value(value)));
    }
    if !(SMALLEST..=LARGEST).contains(&value) {
        return Err(Refusal::new(family, parameter, "between 1e-100 and 1e100", Piece::Value(value)));
    }
    Ok(())
}

/// Refuses a place on the line that is not a finite number, or absurd.
#[inline]
pub(crate) fn place(family: &str, parameter: &'static str, value: f64) -> Result<(), Refusal> {
    if !(value.abs() <= LARGEST) {
        let rule = if value.is_finite() { "between -1e100 and 1e100" } else { "a finite number" };
        return Err(Refusal::new(family, parameter, rule, Piece::Value(value)));
    }
    Ok(())
}

/// Refuses a number without a unit that is not above 0, or not within the range for which the arithmetic was checked.
#[inline]
pub(crate) fn shape(
    family: &str,
    parameter: &'static str,
    value: f64,
    (low, high): (f64, f64),
) -> Result<(), Refusal> {
    if !(value > 0.0) {
        return Err(Refusal::new(family, parameter, "above 0", Piece::Number(value)));
    }
    if !(low..=high).contains(&value) {
        let rule = format!("between {} and {}", plain(low), plain(high));
        return Err(Refusal::new(family, parameter, &rule, Piece::Number(value)));
    }
    Ok(())
}

/// Refuses a probability that is not strictly between 0 and 1.
#[inline]
pub(crate) fn inside_unit(family: &str, parameter: &'static str, value: f64) -> Result<(), Refusal> {
    if !(value > 0.0 && value < 1.0) {
        return Err(Refusal::new(family, parameter, "between 0 and 1, both excluded", Piece::Number(value)));
    }
    Ok(())
}

/// Refuses two ends that are not in order.
#[inline]
pub(crate) fn in_order(
    family: &str,
    (low_name, low): (&'static str, f64),
    (high_name, high): (&'static str, f64),
) -> Result<(), Refusal> {
    place(family, low_name, low)?;
    place(family, high_name, high)?;
    if !(high > low) {
        let rule = format!("above its {low_name}");
        return Err(Refusal::new(family, high_name, &rule, Piece::Value(high))
            .then(format!(" (its {low_name} is "))
            .then_value(low)
            .then(")"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_a_sentence() {
        let refusal = shape("gamma", "shape", -2.0, (1e-6, 1e9)).unwrap_err();
        assert_eq!(refusal.to_string(), "the shape of a gamma must be above 0, not -2");
        let refusal = size("erlang", "mean", f64::NAN).unwrap_err();
        assert_eq!(refusal.to_string(), "the mean of an erlang must be above 0, but is not a number");
    }

    #[test]
    fn the_caller_writes_the_values() {
        let refusal = in_order("uniform", ("low", 172_800.0), ("high", 86_400.0)).unwrap_err();
        assert_eq!(
            refusal.text(|seconds| format!("{} days", seconds / 86_400.0)),
            "the high of a uniform must be above its low, not 1 days (its low is 2 days)"
        );
    }
}
