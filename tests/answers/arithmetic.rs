//! The right side of a RESULT: arithmetic of numbers, in the grammar that scenarios use.

use detente::diag::Span;
use detente::expr::{Expr, Kind, Label, Op, parse};
use std::result::Result as Std;

/// A number, or both ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Interval(f64, f64),
}

/// The value of `text`: numbers, fractions, `exp`, `ln`, `sqrt`, `asin`, `pi`, `low to high`.
pub fn value(text: &str) -> Std<Value, String> {
    let span = Span::default();
    let tree = parse(text, span, false).map_err(|e| format!("cannot read `{text}`: {}", e.title))?;
    match &tree.kind {
        Kind::To(low, high) => Ok(Value::Interval(number(low)?, number(high)?)),
        _ => Ok(Value::Number(number(&tree)?)),
    }
}

fn number(expr: &Expr) -> Std<f64, String> {
    Ok(match &expr.kind {
        Kind::Number { value, .. } | Kind::Percent(value) => *value,
        Kind::Name(name) if name == "pi" => std::f64::consts::PI,
        Kind::Negative(a) => -number(a)?,
        Kind::Binary(op, a, b) => {
            let (a, b) = (number(a)?, number(b)?);
            match op {
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Divide => a / b,
                Op::Power => libm::pow(a, b),
                _ => return Err(format!("`{}` is no arithmetic", op.symbol())),
            }
        }
        Kind::Call(callee, args) => match (callee.name.as_str(), args.as_slice()) {
            (name, [arg]) if arg.label == Label::None => {
                let x = number(&arg.value)?;
                match name {
                    "exp" => libm::exp(x),
                    "ln" => libm::log(x),
                    "sqrt" => libm::sqrt(x),
                    "asin" => libm::asin(x),
                    _ => return Err(format!("there is no function `{name}` here")),
                }
            }
            (name, _) => return Err(format!("`{name}` takes one number")),
        },
        other => return Err(format!("this is no number: {other:?}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_understood() {
        let close = |text: &str, x: f64| match value(text) {
            Ok(Value::Number(y)) => assert!((x - y).abs() < 1e-12, "{text}: {y}"),
            other => panic!("{text}: {other:?}"),
        };
        close("3/8", 0.375);
        close("-2 * (1 + 0.5)", -3.0);
        close("1 - exp(-9/4)", 1.0 - libm::exp(-2.25));
        close("1.1^-2", 1.0 / 1.21);
        close("1/4 + asin(1/2) / (2 * pi)", 1.0 / 3.0);
        assert_eq!(value("0.12 to 0.61"), Ok(Value::Interval(0.12, 0.61)));
        assert!(value("deal").is_err());
        assert!(value("max(1, 2)").is_err());
    }
}
