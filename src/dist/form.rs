//! The ways in which people write a distribution: which parameters, in which units.

use std::fmt;

use super::forms::FORMS;
use super::law::Law;
use super::refusal::Refusal;

/// The unit that a parameter must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// That of the result.
    Same,
    /// None: a plain number.
    Number,
    /// One over that of the result: a rate.
    PerSame,
}

/// A parameter of a form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name, as written.
    pub name: &'static str,
    /// The unit that it must have.
    pub unit: Unit,
    /// What it is when it is left out.
    pub default: Option<f64>,
}

/// How the parameters of a form are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Each by its name, or all in order where the form is positional.
    Plain,
    /// Two quantiles, `p5 = …, p95 = …`: any two probabilities.
    TwoQuantiles,
    /// Two or more quantiles, then the bounds where there are any: `p10 = …, p50 = …, p90 = …, low = …`.
    Quantiles,
    /// The parameters again and again, in order: `value, weight, value, weight`.
    Repeated,
}

/// A way to write a distribution.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The name that is called.
    pub family: &'static str,
    /// The parameters, in order.
    pub params: &'static [Param],
    /// How they are written.
    pub spelling: Spelling,
    /// Whether the parameters may be written in order, without names: only where all tools agree on the order.
    pub positional: bool,
    /// Whether the result is a plain number: then a duration can't be written so.
    pub number_only: bool,
    /// The formula and its source, in one line.
    pub about: &'static str,
    pub(super) make: fn(&[f64]) -> Result<Law, Refusal>,
}

/// The number of a form in [`FORMS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormId(pub u16);

impl FormId {
    /// The form of this number.
    pub fn form(self) -> &'static Form {
        &FORMS[usize::from(self.0)]
    }

    /// The law of this form with these arguments, in the order of [`Call::slots`].
    #[inline]
    pub fn build(self, args: &[f64]) -> Result<Law, Refusal> {
        self.form().build(args)
    }
}

impl Form {
    /// The law of this form with these arguments, in the order of [`Call::slots`].
    #[inline]
    pub fn build(&self, args: &[f64]) -> Result<Law, Refusal> {
        let count = args.len();
        let fits = match self.spelling {
            Spelling::Plain => count == self.params.len(),
            Spelling::TwoQuantiles => count == 4,
            Spelling::Quantiles => count >= 4 && count.is_multiple_of(2),
            Spelling::Repeated => count > 0 && count.is_multiple_of(self.params.len()),
        };
        if !fits {
            return Err(Refusal::whole(format!("{self} does not take {count} numbers")));
        }
        (self.make)(args)
    }
}

/// How a parameter stretches a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The distribution is this many times that whose parameter is 1.
    Times(usize),
    /// The distribution is that whose parameter is 1, divided by this.
    Over(usize),
}

impl Form {
    /// The parameter that only stretches the distribution. By dimensions: where one parameter alone has the unit of the result, or one
    /// over it, and all others are plain numbers, a change of unit must change both alike.
    pub fn scale(&self) -> Option<Scale> {
        let mut united = self.params.iter().enumerate().filter(|(_, param)| param.unit != Unit::Number);
        let (Spelling::Plain, Some((at, param)), None) = (self.spelling, united.next(), united.next()) else {
            return None;
        };
        Some(if param.unit == Unit::Same { Scale::Times(at) } else { Scale::Over(at) })
    }
}

impl fmt::Display for Form {
    /// As it is written: `gamma(shape, mean)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.family)?;
        match self.spelling {
            Spelling::TwoQuantiles => write!(f, "p5, p95")?,
            Spelling::Quantiles => write!(f, "p10, p50, p90, …")?,
            Spelling::Plain | Spelling::Repeated => {}
        }
        for (i, param) in self.params.iter().enumerate() {
            let comma = if i > 0 || self.spelling == Spelling::Quantiles { ", " } else { "" };
            match param.default {
                Some(default) if default.is_finite() => write!(f, "{comma}{} = {default}", param.name)?,
                Some(_) => write!(f, "{comma}[{}]", param.name)?,
                None => write!(f, "{comma}{}", param.name)?,
            }
        }
        if self.spelling == Spelling::Repeated {
            write!(f, ", …")?;
        }
        write!(f, ")")
    }
}

/// A call that was understood: its form, and where each argument of [`Form::build`] comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The form.
    pub form: FormId,
    /// The arguments of [`Form::build`], in order.
    pub slots: Vec<Slot>,
}

/// Where an argument comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot {
    /// The given argument of this number, from 0, as the user wrote them; it must have this unit.
    Given {
        /// Its number.
        index: usize,
        /// The unit that it must have.
        unit: Unit,
    },
    /// A constant: a default, or the probability of a quantile.
    Fixed(f64),
}

/// Why a call is no form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// No family has this name; [`families`] has them all.
    Family,
    /// The family exists, but not with these parameters.
    Form {
        /// The forms of the family.
        forms: Vec<FormId>,
        /// The names that no form of the family has, by their number among those given.
        unknown: Vec<usize>,
    },
    /// A parameter is given twice.
    Twice {
        /// Its number among those given.
        index: usize,
    },
}

/// The names of all families, in the order of [`FORMS`].
pub fn families() -> impl Iterator<Item = &'static str> {
    let fresh = |(i, form): (usize, &'static Form)| {
        (i == 0 || FORMS[i - 1].family != form.family).then_some(form.family)
    };
    FORMS.iter().enumerate().filter_map(fresh)
}

/// The forms of a family.
pub fn forms_of(family: &str) -> impl Iterator<Item = FormId> {
    FORMS.iter().enumerate().filter(move |(_, form)| form.family == family).map(|(i, _)| FormId(i as u16))
}

/// The form that `family(a, b, …)` with `count` arguments without names has.
pub fn find_positional(family: &str, count: usize) -> Result<Call, FormError> {
    for id in forms_of(family).filter(|id| id.form().positional) {
        let form = id.form();
        let params = form.params;
        if form.spelling == Spelling::Repeated {
            if count > 0 && count.is_multiple_of(params.len()) {
                let unit = |index: usize| params[index % params.len()].unit;
                let slots = (0..count).map(|index| Slot::Given { index, unit: unit(index) }).collect();
                return Ok(Call { form: id, slots });
            }
            continue;
        }
        let needed = params.iter().filter(|param| param.default.is_none()).count();
        if !(needed..=params.len()).contains(&count) {
            continue;
        }
        let slots = params.iter().enumerate().map(|(index, param)| match param.default {
            Some(default) if index >= count => Slot::Fixed(default),
            _ => Slot::Given { index, unit: param.unit },
        });
        return Ok(Call { form: id, slots: slots.collect() });
    }
    Err(no_form(family, &[]))
}

/// The form that `family(name = a, …)` has, in whatever order the names are.
pub fn find_named(family: &str, names: &[&str]) -> Result<Call, FormError> {
    for (index, name) in names.iter().enumerate() {
        let same = |other: &&str| other == name || both_quantiles(other, name);
        if names[..index].iter().any(same) {
            return Err(FormError::Twice { index });
        }
    }
    forms_of(family).find_map(|id| fit(id, names)).ok_or_else(|| no_form(family, names))
}

fn both_quantiles(a: &str, b: &str) -> bool {
    quantile_name(a).is_some_and(|p| Some(p) == quantile_name(b))
}

fn no_form(family: &str, names: &[&str]) -> FormError {
    let forms: Vec<FormId> = forms_of(family).collect();
    if forms.is_empty() {
        return FormError::Family;
    }
    let known = |name: &str| {
        forms.iter().any(|id| {
            let form = id.form();
            let quantiles = matches!(form.spelling, Spelling::TwoQuantiles | Spelling::Quantiles);
            form.params.iter().any(|param| param.name == name) || (quantiles && quantile_name(name).is_some())
        })
    };
    let unknown = (0..names.len()).filter(|i| !known(names[*i])).collect();
    FormError::Form { forms, unknown }
}

fn fit(id: FormId, names: &[&str]) -> Option<Call> {
    let form = id.form();
    let mut slots = Vec::with_capacity(form.params.len());
    let mut used = 0;
    for param in form.params {
        match (names.iter().position(|name| *name == param.name), param.default) {
            (Some(index), _) => {
                used += 1;
                slots.push(Slot::Given { index, unit: param.unit });
            }
            (None, Some(default)) => slots.push(Slot::Fixed(default)),
            (None, None) => return None,
        }
    }
    let mut quantiles: Vec<(f64, usize)> =
        names.iter().enumerate().filter_map(|(i, name)| Some((quantile_name(name)?, i))).collect();
    quantiles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (wanted, quantiles) = match form.spelling {
        Spelling::Plain => (0..=0, Vec::new()),
        Spelling::TwoQuantiles => (2..=2, quantiles),
        Spelling::Quantiles => (2..=usize::MAX, quantiles),
        Spelling::Repeated => return None,
    };
    if !wanted.contains(&quantiles.len()) || used + quantiles.len() != names.len() {
        return None;
    }
    for (p, index) in quantiles {
        slots.push(Slot::Fixed(p));
        slots.push(Slot::Given { index, unit: Unit::Same });
    }
    Some(Call { form: id, slots })
}

/// The probability that a quantile's name has: 0.05 for `p5`, 0.5 for `p50`, 0.025 for `p2_5` or `p2.5`; `None` for other
/// words, and for anything not strictly between p0 and p100.
pub fn quantile_name(name: &str) -> Option<f64> {
    let digits = name.strip_prefix('p')?;
    let (whole, part) = digits.split_once(['_', '.']).unwrap_or((digits, "0"));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(part) {
        return None;
    }
    let p: f64 = format!("{whole}.{part}e-2").parse().ok()?;
    (p > 0.0 && p < 1.0).then_some(p)
}
