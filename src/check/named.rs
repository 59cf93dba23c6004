//! Parameters of distributions that are given without their names, where a distribution needs these, and by names of others.

use super::builder::Builder;
use crate::diag::Span;
use crate::dist::{FormId, Spelling, Unit};
use crate::expr::{Argument, Callee};
use crate::model::{Expr, Node, Ty};

/// What parameters are called elsewhere, and what they are called here.
const CALLED: [(&str, &str); 8] = [
    ("mu", "mean"),
    ("loc", "mean"),
    ("sigma", "sd"),
    ("scale", "sd"),
    ("std", "sd"),
    ("stdev", "sd"),
    ("stddev", "sd"),
    ("std_dev", "sd"),
];

/// Which of these parameters it is that has such a name elsewhere.
pub(super) fn called(name: &str, params: &[&str]) -> Option<&'static str> {
    let called = CALLED.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    called.map(|(_, own)| *own).filter(|own| params.contains(own))
}

impl Builder {
    /// The text from a parameter on to the last that has another name elsewhere, with the names that these have here.
    pub fn renamed(
        &self,
        named: &[(String, Span)],
        (first, own): (Span, &str),
        params: &[&str],
    ) -> (Span, String) {
        let last = named.iter().rev().find(|(name, _)| called(name, params).is_some());
        let whole = Span { end: last.map_or(first.end, |(_, at)| at.end.max(first.end)), ..first };
        let mut meant = self.texts.words(whole).to_string();
        let within = |at: &Span| at.start >= first.start && at.end <= whole.end;
        for (name, at) in named.iter().rev().filter(|(_, at)| within(at)) {
            let own = if *at == first { Some(own) } else { called(name, params) };
            let place = (at.start - first.start) as usize..(at.end - first.start) as usize;
            meant.replace_range(place, own.unwrap_or(name));
        }
        (whole, meant)
    }

    /// The call with the names of the first form that takes so many parameters of these kinds.
    pub fn with_names(
        &self,
        callee: &Callee,
        args: &[Argument],
        values: &[Expr],
        forms: &[FormId],
    ) -> Option<String> {
        // Where single words cannot be pointed at, there are none to write.
        if args.iter().any(|arg| arg.value.span == callee.span) {
            return None;
        }
        let form = forms.iter().map(|id| id.form()).find(|form| {
            form.spelling == Spelling::Plain
                && form.params.len() == values.len()
                && fits(form.params.iter().map(|p| p.unit), form.number_only, values)
        })?;
        let named: Vec<String> = form
            .params
            .iter()
            .zip(args)
            .map(|(param, arg)| format!("{} = {}", param.name, self.texts.words(arg.value.span)))
            .collect();
        Some(format!("{}({})", callee.name, named.join(", ")))
    }
}

/// Whether values have these units, for some unit of the result.
fn fits(units: impl Iterator<Item = Unit>, number_only: bool, values: &[Expr]) -> bool {
    let mut result = number_only.then_some(0);
    for (unit, value) in units.zip(values) {
        let Ty::Number { time, .. } = value.ty else { return false };
        // A zero has any unit.
        if value.node == Node::Const(0.0) {
            continue;
        }
        let wanted = match unit {
            Unit::Number => Some(0),
            Unit::Same => Some(*result.get_or_insert(time)),
            Unit::PerSame => Some(-*result.get_or_insert(-time)),
        };
        // A rate belongs to a duration.
        if wanted != Some(time) || (unit == Unit::Same && time < 0) || (unit == Unit::PerSame && time > 0) {
            return false;
        }
    }
    true
}
