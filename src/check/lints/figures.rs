//! Numbers that read like thousands: `1.500`.

use super::reads::expressions;
use crate::diag::{Code, Diagnostic, Texts};
use crate::model::{Change, Draw, Expr, Initial, Scenario};

pub(super) fn look(scenario: &Scenario, texts: &Texts, found: &mut Vec<Diagnostic>) {
    let formulas = scenario.formulas.iter().map(|formula| &formula.expr);
    let changes =
        scenario.variants.iter().flat_map(|variant| &variant.changes).filter_map(|change| match change {
            Change::Belief(_, Draw::Law(law), _) => Some(law),
            Change::State(_, Initial::Value(value)) => Some(value),
            _ => None,
        });
    let mut seen = Vec::new();
    for expr in expressions(scenario).into_iter().map(|(_, expr)| expr).chain(formulas).chain(changes) {
        of_expr(expr, texts, &mut seen, found);
    }
}

fn of_expr(expr: &Expr, texts: &Texts, seen: &mut Vec<crate::diag::Span>, found: &mut Vec<Diagnostic>) {
    expr.parts().into_iter().for_each(|part| of_expr(part, texts, seen, found));
    let words = texts.words(expr.span);
    let number = words.split([' ', '%']).next().unwrap_or("");
    if expr.as_constant().is_none() || seen.contains(&expr.span) || !pointed(number) {
        return;
    }
    seen.push(expr.span);
    let short = number.trim_end_matches('0').trim_end_matches('.');
    let (one, thousands) =
        (words.replacen(number, short, 1), words.replacen(number, &number.replace('.', "_"), 1));
    found.push(
        Diagnostic::new(Code::PointedThousands, expr.span, format!("`{number}` is read as {short}"))
            .label("the point is that of decimals")
            .note(format!("write `{one}`, or `{thousands}` where thousands are meant")),
    );
}

/// One to three digits, the first of them not 0, a point, and three digits of which the last is 0: nobody writes decimals so who does not
/// mean thousands, or wants to show how exact they are.
fn pointed(number: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let Some((whole, part)) = number.split_once('.') else { return false };
    (1..=3).contains(&whole.len())
        && digits(whole)
        && !whole.starts_with('0')
        && part.len() == 3
        && digits(part)
        && part.ends_with('0')
}
