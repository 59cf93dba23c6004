//! Distributions whose parameters are expressions (design, section 2): their values first, then the law.

use super::eval::View;
use super::fault::{Kind, Result, fault};
use super::times::constant;
use detente::dist::{self, FormId, Interval, Sampler, Scale};
use detente::model::{Expr, Law, Node, Scenario, Ty};
use detente::stream::Draw;
use std::cell::RefCell;

/// A distribution with the values of its parameters.
#[derive(Clone, Debug)]
pub enum Values {
    Point(f64),
    Form(FormId, Vec<f64>),
    To(Option<Interval>, f64, f64),
    Metalog(Vec<(f64, f64)>, Option<f64>, Option<f64>),
    Discrete(Vec<(f64, f64)>),
    Pool(Vec<(f64, Values)>),
    Truncated(Box<Values>, Option<f64>, Option<f64>),
}

/// The values of the parameters here and now; an `if` between distributions is decided.
pub fn values(view: &View<'_>, expr: &Expr) -> Values {
    let number = |e: &Expr| view.number(e);
    let bound = |e: &Option<Box<Expr>>| e.as_ref().map(|e| view.number(e));
    let pairs = |p: &[(Expr, Expr)]| p.iter().map(|(a, b)| (view.number(a), view.number(b))).collect();
    match &expr.node {
        Node::If(c, a, b) => values(view, if view.holds(c) { a } else { b }),
        Node::Formula(id) => values(view, &view.scenario.formulas[id.0].expr),
        Node::Law(law) => match law {
            Law::Point(e) => Values::Point(number(e)),
            Law::Form(form, args) => Values::Form(*form, args.iter().map(number).collect()),
            Law::To(kind, low, high) => Values::To(*kind, number(low), number(high)),
            Law::Metalog(points, low, high) => Values::Metalog(pairs(points), bound(low), bound(high)),
            Law::Discrete(points) => Values::Discrete(pairs(points)),
            Law::Pool(members) => {
                Values::Pool(members.iter().map(|(w, law)| (number(w), values(view, law))).collect())
            }
            Law::Truncated(law, low, high) => {
                Values::Truncated(Box::new(values(view, law)), bound(low), bound(high))
            }
        },
        _ => Values::Point(number(expr)),
    }
}

/// The expression of the distribution here and now: formulas and an `if` between distributions left behind.
fn words<'a>(view: &View<'a>, expr: &'a Expr) -> &'a Expr {
    match &expr.node {
        Node::If(c, a, b) => words(view, if view.holds(c) { a } else { b }),
        Node::Formula(id) => words(view, &view.scenario.formulas[id.0].expr),
        _ => expr,
    }
}

/// Whether a distribution is the same everywhere: such a one is drawn by a table of its quantiles.
fn fixed(scenario: &Scenario, expr: &Expr) -> bool {
    match &expr.node {
        Node::Law(_) => expr.parts().iter().all(|part| fixed(scenario, part)),
        Node::Formula(id) => fixed(scenario, &scenario.formulas[id.0].expr),
        Node::If(c, a, b) if matches!(expr.ty, Ty::Law { .. }) => match constant(scenario, c) {
            Some(c) => fixed(scenario, if c == 0.0 { b } else { a }),
            None => false,
        },
        _ => constant(scenario, expr).is_some(),
    }
}

thread_local! {
    static SAMPLERS: RefCell<Vec<Sampler>> = const { RefCell::new(Vec::new()) };
}

/// The sampler of a law; the last ones are kept, as a table takes long to make.
fn sampler(law: &dist::Law) -> Sampler {
    SAMPLERS.with_borrow_mut(|kept| {
        if let Some(same) = kept.iter().find(|sampler| sampler.law() == law) {
            return same.clone();
        }
        if kept.len() == 100 {
            kept.clear();
        }
        kept.push(Sampler::new(law.clone()));
        kept[kept.len() - 1].clone()
    })
}

/// A draw of the law that these words make here and now.
pub fn sample(view: &View<'_>, expr: &Expr, law: &dist::Law, draw: &mut Draw) -> f64 {
    let words = words(view, expr);
    if fixed(view.scenario, words) {
        sampler(law).sample(draw)
    } else if let Some((unit, factor)) = stretched(view, words) {
        sampler(&unit).sample(draw) * factor
    } else {
        law.sample(draw)
    }
}

/// The law with a scale of 1 and the scale, where nothing but the scale varies.
fn stretched(view: &View<'_>, expr: &Expr) -> Option<(dist::Law, f64)> {
    let Node::Law(Law::Form(form, args)) = &expr.node else { return None };
    let (at, over) = match form.form().scale()? {
        Scale::Times(at) => (at, false),
        Scale::Over(at) => (at, true),
    };
    let varies = |arg: &Expr| constant(view.scenario, arg).is_none();
    if args.iter().enumerate().any(|(nth, arg)| varies(arg) != (nth == at)) {
        return None;
    }
    let mut numbers: Vec<f64> = args.iter().map(|arg| view.number(arg)).collect();
    let scale = std::mem::replace(&mut numbers[at], 1.0);
    let unit = form.build(&numbers).ok().filter(dist::Law::is_continuous)?;
    Some((unit, if over { 1.0 / scale } else { scale }))
}

/// The quantile of the law that these words make here and now.
pub fn quantile(view: &View<'_>, expr: &Expr, law: &dist::Law, u: f64) -> f64 {
    if fixed(view.scenario, words(view, expr)) { sampler(law).at(u) } else { law.quantile(u) }
}

impl Values {
    /// The law, or the fault where there is none.
    pub fn build(&self, time: f64) -> Result<dist::Law> {
        self.law().or_else(|_| fault(Kind::Law, time))
    }

    fn law(&self) -> std::result::Result<dist::Law, dist::Refusal> {
        match self {
            Values::Point(x) => Ok(dist::Law::Point(dist::Point::new(*x)?)),
            Values::Form(form, args) => form.build(args),
            Values::To(Some(kind), low, high) => dist::central90(*kind, *low, *high),
            Values::To(None, low, high) => {
                let kind = if *low > 0.0 { Interval::LogNormal } else { Interval::Normal };
                dist::central90(kind, *low, *high)
            }
            Values::Metalog(points, low, high) => dist::metalog(points, *low, *high),
            Values::Discrete(points) => dist::discrete(points),
            Values::Pool(members) => {
                let members: std::result::Result<Vec<_>, _> =
                    members.iter().map(|(w, law)| Ok((*w, law.law()?))).collect();
                dist::pool(members?)
            }
            Values::Truncated(law, low, high) => {
                dist::truncate(law.law()?, low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY))
            }
        }
    }

    /// Whether every number is the same, bit by bit.
    pub fn same(&self, other: &Values) -> bool {
        let bits = |a: &f64, b: &f64| a.to_bits() == b.to_bits();
        let option = |a: &Option<f64>, b: &Option<f64>| a.map(f64::to_bits) == b.map(f64::to_bits);
        let pairs = |a: &[(f64, f64)], b: &[(f64, f64)]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| bits(&a.0, &b.0) && bits(&a.1, &b.1))
        };
        match (self, other) {
            (Values::Point(a), Values::Point(b)) => bits(a, b),
            (Values::Form(f, a), Values::Form(g, b)) => {
                f == g && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| bits(a, b))
            }
            (Values::To(k, a, b), Values::To(l, c, d)) => k == l && bits(a, c) && bits(b, d),
            (Values::Metalog(a, b, c), Values::Metalog(d, e, f)) => {
                pairs(a, d) && option(b, e) && option(c, f)
            }
            (Values::Discrete(a), Values::Discrete(b)) => pairs(a, b),
            (Values::Pool(a), Values::Pool(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| bits(&a.0, &b.0) && a.1.same(&b.1))
            }
            (Values::Truncated(a, b, c), Values::Truncated(d, e, f)) => {
                a.same(d) && option(b, e) && option(c, f)
            }
            _ => false,
        }
    }
}
