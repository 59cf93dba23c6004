//! Distributions whose parameters are expressions: prepared as early as what they read allows.

use super::code::{Code, Deps, Value};
use super::lower::Lower;
use super::scaled::{self, Scaled};
use crate::diag::Span;
use crate::dist::{self, FormId, Interval, Law, Point, Refusal, Sampler};
use crate::model::{self, Expr, Node};
use crate::stream::Draw;
use std::borrow::Cow;

/// A distribution, as far as it is known before a draw.
#[derive(Clone, Debug)]
pub struct LawPlan {
    /// How it comes about.
    pub tree: LawTree,
    /// What it depends on.
    pub deps: Deps,
    /// Its words.
    pub span: Span,
}

/// How a distribution comes about.
#[derive(Clone, Debug)]
pub enum LawTree {
    /// Made from constants: its number among the program's laws.
    Fixed(u32),
    /// Made once a world: its number among the world's laws, and how.
    World(u32, Box<LawTree>),
    /// The first where the condition holds, else the second.
    Choice(Value, Box<(LawTree, LawTree)>),
    /// A plain value.
    Point(Value),
    /// A family, by one of its forms.
    Form(FormId, Box<[Value]>),
    /// A family of which all but the scale is constant.
    Scaled(Box<Scaled>),
    /// `low to high`.
    To(Option<Interval>, Value, Value),
    /// Quantiles (probability, value), and bounds.
    Metalog(Box<[(Value, Value)]>, Option<Value>, Option<Value>),
    /// Values, each with its weight.
    Discrete(Box<[(Value, Value)]>),
    /// Distributions, each with its weight.
    Pool(Box<[(Value, LawTree)]>),
    /// A distribution cut to an interval.
    Truncated(Box<LawTree>, Option<Value>, Option<Value>),
}

/// The laws that are ready.
#[derive(Clone, Copy)]
pub struct Ready<'a> {
    /// Those made from constants.
    pub fixed: &'a [Sampler],
    /// Those made once a world; `None` where the parameters are refused.
    pub world: &'a [Option<Law>],
}

/// Laws collected while compiling.
#[derive(Default)]
pub(super) struct Laws {
    pub fixed: Vec<Sampler>,
    pub world: Vec<LawTree>,
}

impl Laws {
    /// Compiles a distribution.
    pub fn plan(&mut self, lower: &mut Lower<'_>, expr: &Expr) -> LawPlan {
        let (tree, deps) = self.tree(lower, expr);
        LawPlan { tree, deps, span: expr.span }
    }

    fn tree(&mut self, lower: &mut Lower<'_>, expr: &Expr) -> (LawTree, Deps) {
        let (tree, deps) = match &expr.node {
            Node::Formula(id) => return self.tree(lower, &lower.scenario.formulas[id.0].expr),
            Node::If(condition, a, b) => {
                let condition = lower.value(condition);
                if condition.deps.constant() {
                    let place = condition.out as usize - lower.layout.pool().start;
                    return self.tree(lower, if lower.pool[place] != 0.0 { a } else { b });
                }
                let (a, a_deps) = self.tree(lower, a);
                let (b, b_deps) = self.tree(lower, b);
                (LawTree::Choice(condition, Box::new((a, b))), condition.deps.with(a_deps).with(b_deps))
            }
            Node::Law(law) => self.law(lower, law),
            // A plain value where a distribution is expected.
            _ => {
                let value = lower.value(expr);
                (LawTree::Point(value), value.deps)
            }
        };
        self.prepared(lower, tree, deps)
    }

    fn law(&mut self, lower: &mut Lower<'_>, law: &model::Law) -> (LawTree, Deps) {
        let mut deps = Deps::NONE;
        let mut value = |lower: &mut Lower<'_>, expr: &Expr| {
            let value = lower.value(expr);
            deps = deps.with(value.deps);
            value
        };
        let tree = match law {
            model::Law::Point(a) => LawTree::Point(value(lower, a)),
            model::Law::Form(form, args) => {
                let args: Box<[Value]> = args.iter().map(|a| value(lower, a)).collect();
                self.family(lower, *form, args)
            }
            model::Law::To(interval, a, b) => LawTree::To(*interval, value(lower, a), value(lower, b)),
            model::Law::Metalog(points, low, high) => LawTree::Metalog(
                points.iter().map(|(p, x)| (value(lower, p), value(lower, x))).collect(),
                low.as_ref().map(|low| value(lower, low)),
                high.as_ref().map(|high| value(lower, high)),
            ),
            model::Law::Discrete(pairs) => {
                LawTree::Discrete(pairs.iter().map(|(x, w)| (value(lower, x), value(lower, w))).collect())
            }
            model::Law::Pool(pairs) => {
                let weights: Vec<Value> = pairs.iter().map(|(w, _)| value(lower, w)).collect();
                let parts = pairs.iter().zip(weights).map(|((_, law), weight)| {
                    let (tree, of_law) = self.tree(lower, law);
                    deps = deps.with(of_law);
                    (weight, tree)
                });
                LawTree::Pool(parts.collect())
            }
            model::Law::Truncated(law, low, high) => {
                let (low, high) =
                    (low.as_ref().map(|low| value(lower, low)), high.as_ref().map(|high| value(lower, high)));
                let (tree, of_law) = self.tree(lower, law);
                deps = deps.with(of_law);
                LawTree::Truncated(Box::new(tree), low, high)
            }
        };
        (tree, deps)
    }

    /// A family by one of its forms: stretched, where only the scale is not constant.
    fn family(&mut self, lower: &Lower<'_>, form: FormId, args: Box<[Value]>) -> LawTree {
        let Some((law, scale, over)) = scaled::unit(lower, form, &args) else {
            return LawTree::Form(form, args);
        };
        let unit = self.fix(law);
        LawTree::Scaled(Box::new(Scaled { unit, scale, over, form: LawTree::Form(form, args) }))
    }

    /// The number of a law made from constants; equal laws share one sampler.
    fn fix(&mut self, law: Law) -> u32 {
        let known = self.fixed.iter().position(|sampler| *sampler.law() == law);
        known.unwrap_or_else(|| {
            self.fixed.push(Sampler::new(law));
            self.fixed.len() - 1
        }) as u32
    }

    fn prepared(&mut self, lower: &Lower<'_>, tree: LawTree, deps: Deps) -> (LawTree, Deps) {
        if matches!(tree, LawTree::Fixed(_) | LawTree::World(..)) {
            return (tree, deps);
        }
        if deps.constant() {
            if lower.measuring {
                return (tree, deps);
            }
            let mut values = vec![f64::NAN; lower.layout.pool().start];
            values.extend(&lower.pool);
            let ready = Ready { fixed: &self.fixed, world: &[] };
            // A law that is refused stays a plan, so that the fault comes where it is drawn.
            if let Ok(law) = tree.law(&lower.code, &mut values, ready).map(Cow::into_owned) {
                return (LawTree::Fixed(self.fix(law)), deps);
            }
        } else if deps.world() {
            self.world.push(tree.clone());
            return (LawTree::World(self.world.len() as u32 - 1, Box::new(tree)), deps);
        }
        (tree, deps)
    }
}

impl LawTree {
    /// The law for these values: borrowed where it is ready, else made.
    pub fn law<'a>(
        &self,
        code: &Code,
        values: &mut [f64],
        ready: Ready<'a>,
    ) -> Result<Cow<'a, Law>, Refusal> {
        match self {
            LawTree::Fixed(index) => Ok(Cow::Borrowed(ready.fixed[*index as usize].law())),
            LawTree::World(index, tree) => match ready.world.get(*index as usize) {
                Some(Some(law)) => Ok(Cow::Borrowed(law)),
                _ => tree.law(code, values, ready),
            },
            LawTree::Choice(condition, sides) => {
                let side = if code.holds(condition, values) { &sides.0 } else { &sides.1 };
                side.law(code, values, ready)
            }
            _ => self.make(code, values, ready).map(Cow::Owned),
        }
    }

    /// A draw of the law for these values.
    #[inline]
    pub fn draw(
        &self,
        code: &Code,
        values: &mut [f64],
        ready: Ready<'_>,
        draw: &mut Draw,
    ) -> Result<f64, Refusal> {
        match self.tabled(code, values) {
            Some((index, scale)) => Ok(ready.fixed[index].sample(draw) * scale),
            None => self.law(code, values, ready).map(|law| law.sample(draw)),
        }
    }

    /// The quantile at `u` of the law for these values.
    pub fn quantile(
        &self,
        code: &Code,
        values: &mut [f64],
        ready: Ready<'_>,
        u: f64,
    ) -> Result<f64, Refusal> {
        match self.fixed(code, values) {
            Some(index) => Ok(ready.fixed[index].at(u)),
            None => self.law(code, values, ready).map(|law| law.quantile(u)),
        }
    }

    /// The number of the law among those made from constants, if it is one.
    #[inline]
    fn fixed(&self, code: &Code, values: &mut [f64]) -> Option<usize> {
        match self {
            LawTree::Fixed(index) => Some(*index as usize),
            LawTree::Choice(condition, sides) => {
                let side = if code.holds(condition, values) { &sides.0 } else { &sides.1 };
                side.fixed(code, values)
            }
            LawTree::World(_, tree) => tree.fixed(code, values),
            _ => None,
        }
    }

    /// The number of the law among those made from constants by whose table it is drawn, and how that is stretched, if it is drawn so.
    #[inline]
    fn tabled(&self, code: &Code, values: &mut [f64]) -> Option<(usize, f64)> {
        match self {
            LawTree::Fixed(index) => Some((*index as usize, 1.0)),
            LawTree::Choice(condition, sides) => {
                let side = if code.holds(condition, values) { &sides.0 } else { &sides.1 };
                side.tabled(code, values)
            }
            LawTree::World(_, tree) => tree.tabled(code, values),
            LawTree::Scaled(scaled) => {
                let scale = scaled.of(code.evaluate(&scaled.scale, values))?;
                Some((scaled.unit as usize, scale))
            }
            _ => None,
        }
    }

    /// The law that it is a stretch of, where it is no choice between several.
    pub fn stretched(&self) -> Option<&Scaled> {
        match self {
            LawTree::World(_, tree) => tree.stretched(),
            LawTree::Scaled(scaled) => Some(scaled),
            _ => None,
        }
    }

    /// Whether it may be drawn by the table of a law that is made from constants.
    pub fn may_have_table(&self) -> bool {
        match self {
            LawTree::Fixed(_) | LawTree::Scaled(_) => true,
            LawTree::Choice(_, sides) => sides.0.may_have_table() || sides.1.may_have_table(),
            LawTree::World(_, tree) => tree.may_have_table(),
            _ => false,
        }
    }

    fn make(&self, code: &Code, values: &mut [f64], ready: Ready<'_>) -> Result<Law, Refusal> {
        let mut value = |v: &Value| code.evaluate(v, values);
        match self {
            LawTree::Point(a) => Point::new(value(a)).map(Law::Point),
            LawTree::Form(form, args) => {
                let mut few = [0.0; 6];
                if args.len() > few.len() {
                    let many: Vec<f64> = args.iter().map(value).collect();
                    return form.build(&many);
                }
                for (slot, arg) in few.iter_mut().zip(args) {
                    *slot = value(arg);
                }
                form.build(&few[..args.len()])
            }
            LawTree::To(interval, a, b) => {
                let (low, high) = (value(a), value(b));
                let kind = interval.unwrap_or(if low > 0.0 { Interval::LogNormal } else { Interval::Normal });
                dist::central90(kind, low, high)
            }
            LawTree::Metalog(points, low, high) => {
                let points: Vec<(f64, f64)> = points.iter().map(|(p, x)| (value(p), value(x))).collect();
                let (low, high) = (low.as_ref().map(&mut value), high.as_ref().map(value));
                dist::metalog(&points, low, high)
            }
            LawTree::Discrete(pairs) => {
                let pairs: Vec<(f64, f64)> = pairs.iter().map(|(x, w)| (value(x), value(w))).collect();
                dist::discrete(&pairs)
            }
            LawTree::Pool(pairs) => {
                let mut parts = Vec::with_capacity(pairs.len());
                for (weight, tree) in pairs {
                    let weight = code.evaluate(weight, values);
                    parts.push((weight, tree.law(code, values, ready)?.into_owned()));
                }
                dist::pool(parts)
            }
            LawTree::Truncated(tree, low, high) => {
                let (low, high) = (low.as_ref().map(&mut value), high.as_ref().map(value));
                dist::truncate(
                    tree.law(code, values, ready)?.into_owned(),
                    low.unwrap_or(f64::NEG_INFINITY),
                    high.unwrap_or(f64::INFINITY),
                )
            }
            LawTree::Scaled(scaled) => scaled.form.make(code, values, ready),
            LawTree::Fixed(_) | LawTree::World(..) | LawTree::Choice(..) => {
                self.law(code, values, ready).map(Cow::into_owned)
            }
        }
    }

    /// All expressions of the distribution, apart from what is ready.
    pub fn expressions<'t>(&'t self, to: &mut impl FnMut(&'t Value)) {
        match self {
            LawTree::Fixed(_) | LawTree::World(..) => {}
            LawTree::Choice(condition, sides) => {
                to(condition);
                sides.0.expressions(to);
                sides.1.expressions(to);
            }
            LawTree::Point(a) => to(a),
            LawTree::Scaled(scaled) => scaled.form.expressions(to),
            LawTree::Form(_, args) => args.iter().for_each(to),
            LawTree::To(_, a, b) => [a, b].into_iter().for_each(to),
            LawTree::Metalog(points, low, high) => {
                points.iter().flat_map(|(p, x)| [p, x]).chain(low).chain(high).for_each(to);
            }
            LawTree::Discrete(pairs) => pairs.iter().flat_map(|(x, w)| [x, w]).for_each(to),
            LawTree::Pool(pairs) => {
                for (weight, tree) in pairs {
                    to(weight);
                    tree.expressions(to);
                }
            }
            LawTree::Truncated(tree, low, high) => {
                low.iter().chain(high).for_each(&mut *to);
                tree.expressions(to);
            }
        }
    }

    /// How many numbers [`LawTree::parameters`] writes at most.
    pub fn count(&self) -> usize {
        let optional = |value: &Option<Value>| usize::from(value.is_some());
        match self {
            LawTree::Fixed(_) | LawTree::World(..) => 0,
            LawTree::Choice(_, sides) => 1 + sides.0.count().max(sides.1.count()),
            LawTree::Point(_) => 1,
            LawTree::Scaled(scaled) => scaled.form.count(),
            LawTree::Form(_, args) => args.len(),
            LawTree::To(..) => 2,
            LawTree::Metalog(points, low, high) => 2 * points.len() + optional(low) + optional(high),
            LawTree::Discrete(pairs) => 2 * pairs.len(),
            LawTree::Pool(pairs) => pairs.iter().map(|(_, tree)| 1 + tree.count()).sum(),
            LawTree::Truncated(tree, low, high) => tree.count() + optional(low) + optional(high),
        }
    }

    /// Writes the parameters (and which side of a choice was taken) to the front of `to`; returns how many there are.
    pub fn parameters(&self, code: &Code, values: &mut [f64], to: &mut [f64]) -> usize {
        let mut at = 0;
        let mut put = |value: &Value, values: &mut [f64]| {
            to[at] = code.evaluate(value, values);
            at += 1;
        };
        match self {
            LawTree::Fixed(_) | LawTree::World(..) => {}
            LawTree::Choice(condition, sides) => {
                let first = code.holds(condition, values);
                to[0] = f64::from(u8::from(first));
                let side = if first { &sides.0 } else { &sides.1 };
                return 1 + side.parameters(code, values, &mut to[1..]);
            }
            LawTree::Point(a) => put(a, values),
            LawTree::Scaled(scaled) => return scaled.form.parameters(code, values, to),
            LawTree::Form(_, args) => args.iter().for_each(|a| put(a, values)),
            LawTree::To(_, a, b) => [a, b].into_iter().for_each(|a| put(a, values)),
            LawTree::Metalog(points, low, high) => {
                points.iter().flat_map(|(p, x)| [p, x]).chain(low).chain(high).for_each(|a| put(a, values));
            }
            LawTree::Discrete(pairs) => {
                pairs.iter().flat_map(|(x, w)| [x, w]).for_each(|a| put(a, values));
            }
            LawTree::Pool(pairs) => {
                for (weight, tree) in pairs {
                    to[at] = code.evaluate(weight, values);
                    at += 1 + tree.parameters(code, values, &mut to[at + 1..]);
                }
            }
            LawTree::Truncated(tree, low, high) => {
                low.iter().chain(high).for_each(|a| put(a, values));
                at += tree.parameters(code, values, &mut to[at..]);
            }
        }
        at
    }
}
