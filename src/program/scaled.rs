//! Distributions of which the scale alone varies: they are drawn from the table of one that is made from constants.

use super::code::Value;
use super::law::LawTree;
use super::lower::Lower;
use crate::dist::{FormId, Law, Scale};

/// A law that is another, made from constants, stretched: it is drawn from the table of that.
#[derive(Clone, Debug)]
pub struct Scaled {
    /// The number of the law with a scale of 1 among the program's laws.
    pub unit: u32,
    /// The scale, or one over it.
    pub scale: Value,
    /// Whether it is one over it.
    pub over: bool,
    /// The law as it is written.
    pub form: LawTree,
}

impl Scaled {
    /// The scale for a value of what it comes of, if there is such a law.
    #[inline]
    pub fn of(&self, value: f64) -> Option<f64> {
        let scale = if self.over { 1.0 / value } else { value };
        (scale > 0.0 && scale < f64::INFINITY).then_some(scale)
    }
}

/// The law that a form makes with a scale of 1, what the scale comes of, and whether it is one over that; none where more varies than
/// the scale, or less.
pub(super) fn unit(lower: &Lower<'_>, form: FormId, args: &[Value]) -> Option<(Law, Value, bool)> {
    let (at, over) = match form.form().scale()? {
        Scale::Times(at) => (at, false),
        Scale::Over(at) => (at, true),
    };
    let fits = |(nth, arg): (usize, &Value)| arg.deps.constant() == (nth != at);
    // Before constants have their values nothing can be made.
    if lower.measuring || !args.iter().enumerate().all(fits) {
        return None;
    }
    let mut values = vec![f64::NAN; lower.layout.pool().start];
    values.extend(&lower.pool);
    let mut numbers: Vec<f64> = args.iter().map(|arg| lower.code.evaluate(arg, &mut values)).collect();
    numbers[at] = 1.0;
    // What is refused is so where it is drawn.
    let law = form.build(&numbers).ok().filter(Law::is_continuous)?;
    Some((law, args[at], over))
}
