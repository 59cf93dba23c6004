//! `low to high`, where one end may lend its unit to the other: `2 to 21 days`, `6 to 16%`.

use super::slip::{self, Fault, fault, written};
use super::{Expr, Kind};
use crate::diag::Span;
use crate::quantity::TimeUnit;

/// The interval from `low` to `high`; a bare number at the low end takes the unit of the high end.
pub(super) fn interval(text: &str, low: Expr, high: Expr) -> Result<Expr, Fault> {
    if let Some(suffix) = lost(&low, &high) {
        let end = Span { start: high.span.end, ..high.span };
        let words = &text[high.span.start as usize..high.span.end as usize];
        let fault = fault(high.span, format!("`{words}` has no unit, but the low end has"))
            .label("the unit stands behind the high end, or behind both");
        // A percentage that would be below the low end was meant as a fraction.
        return Err(match (&low.kind, bare(&high)) {
            (Kind::Percent(least), Some(value))
                if value > *least && value < 100.0 * least && value <= 1.0 =>
            {
                fault.edit(high.span, format!("{}%", crate::quantity::prose::number(100.0 * value)))
            }
            _ => fault.edit(end, suffix),
        });
    }
    let low = match unit(&high) {
        Some(Unit::Percent) => percent(text, low, &high)?,
        Some(Unit::Time(unit)) => timed(low, unit),
        None => match &high.kind {
            Kind::Per(amount, count, per) if bare(&low).is_some() => {
                let span = low.span;
                let amount =
                    if let Some(Unit::Percent) = unit(amount) { percent(text, low, amount)? } else { low };
                Expr { span, kind: Kind::Per(Box::new(amount), *count, *per) }
            }
            _ => low,
        },
    };
    Ok(Expr { span: low.span.to(high.span), kind: Kind::To(Box::new(low), Box::new(high)) })
}

/// A percentage as a fraction: the nearest number to it, so that `0.1%` is `0.001`.
pub(super) fn hundredth(words: &str, value: f64) -> f64 {
    if words.contains(['e', 'E']) {
        return value / 100.0;
    }
    format!("{}e-2", words.replace('_', "")).parse().unwrap_or(value / 100.0)
}

enum Unit {
    Percent,
    Time(TimeUnit),
}

/// The unit of a literal, signed or not.
fn unit(expr: &Expr) -> Option<Unit> {
    match &expr.kind {
        Kind::Percent(_) => Some(Unit::Percent),
        Kind::Duration(_, unit) => Some(Unit::Time(*unit)),
        Kind::Negative(inner) => unit(inner),
        _ => None,
    }
}

/// The value of a number without a unit, signed or not.
fn bare(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        Kind::Number { value, .. } => Some(*value),
        Kind::Negative(inner) => bare(inner).map(|v| -v),
        _ => None,
    }
}

/// What is missing behind a bare high end, where the low end has a unit.
fn lost(low: &Expr, high: &Expr) -> Option<String> {
    let value = bare(high)?;
    match unit(low)? {
        Unit::Percent => Some("%".to_string()),
        Unit::Time(unit) => Some(format!(" {}{}", slip::name(unit), if value == 1.0 { "" } else { "s" })),
    }
}

fn timed(low: Expr, unit: TimeUnit) -> Expr {
    let kind = match low.kind {
        Kind::Number { value, .. } => Kind::Duration(value, unit),
        Kind::Negative(inner) => Kind::Negative(Box::new(timed(*inner, unit))),
        other => other,
    };
    Expr { kind, ..low }
}

fn percent(text: &str, low: Expr, high: &Expr) -> Result<Expr, Fault> {
    let words = text[low.span.start as usize..low.span.end as usize].trim_matches(['(', ')', ' ']);
    if let (Kind::Number { value, .. }, Kind::Percent(top)) = (&low.kind, &high.kind)
        && *value > 0.0
        && value < top
    {
        let fraction = crate::quantity::prose::number(100.0 * value);
        return Err(written(
            low.span,
            format!("`{words}` could be {words}% or a fraction"),
            format!("{words}%"),
        )
        .label("both ends need their `%` here")
        .note(format!("as a fraction, `{words}` would be {fraction}%")));
    }
    let kind = match low.kind {
        Kind::Number { value, .. } => Kind::Percent(hundredth(words, value)),
        Kind::Negative(inner) => Kind::Negative(Box::new(percent(text, *inner, high)?)),
        other => other,
    };
    Ok(Expr { kind, ..low })
}
