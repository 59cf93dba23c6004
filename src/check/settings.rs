//! Variants, the batch, and settings from the command line: changes of levers, beliefs and states.

use super::builder::Builder;
use super::scope::{FormulaSlot, Progress, Scope, Symbol};
use super::typing::Place;
use crate::diag::{Code, Diagnostic, SourceFile, Span, Texts, nearest};
use crate::model::{
    BeliefId, Change, Draw, Expr, FormulaId, Initial, LeverId, Scenario, StateId, TrackId, Ty, Variant,
};
use crate::quantity::prose;
use crate::syntax::{self, Document, Entry, Kind, Table, Text, Value};

/// As messages call the text that an option of the command line is.
const COMMAND_LINE: &str = "the command line";

/// A change from the command line: `--set name=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The lever, belief or state.
    pub name: String,
    /// The option or the expression.
    pub value: String,
}

/// The change that a setting makes to `scenario`. Its words (`--set name=value`) become one more of `texts`.
///
/// # Errors
/// What is wrong with it; the places are in `texts`.
pub fn apply_setting(
    scenario: &Scenario,
    setting: &Setting,
    texts: &mut Texts,
) -> Result<Change, Vec<Diagnostic>> {
    let option = format!("--set {}=", setting.name);
    let (mut builder, value) = on_the_command_line(scenario, &option, &setting.value, texts);
    let start = "--set ".len() as u32;
    let key_span = Span { file: value.span.file, start, end: start + setting.name.len() as u32 };
    let entry = Entry { key: setting.name.clone(), key_span, value };
    match builder.change(&entry) {
        Some(change) if builder.found.is_empty() => Ok(change),
        _ => Err(as_typed(builder.found, texts)),
    }
}

/// What would stop paths of a changed scenario, and not those of the scenario itself.
pub fn stopping(scenario: &Scenario, changed: &Scenario, texts: &Texts) -> Vec<Diagnostic> {
    let look = || {
        let document = Document { texts: texts.clone(), ..Document::default() };
        let mut builder = Builder::new(&scenario.name, document);
        builder.adopt(scenario);
        let mut found = builder.stopping(changed.clone());
        if !found.is_empty() {
            let before = builder.stopping(scenario.clone());
            found.retain(|d| !before.iter().any(|b| (b.code, b.span) == (d.code, d.span)));
        }
        as_typed(found, texts)
    };
    // Where there is no room to look, the paths themselves will tell.
    super::roomy(look).unwrap_or_default()
}

/// A time in a scenario that stands behind an option of the command line (`--by `): a duration from the start, or a date. Seconds.
///
/// # Errors
/// What is wrong with it; the places are in `texts`.
pub fn moment(
    scenario: &Scenario,
    option: &str,
    words: &str,
    texts: &mut Texts,
) -> Result<f64, Vec<Diagnostic>> {
    let (mut builder, value) = on_the_command_line(scenario, option, words, texts);
    match builder.moment(&value, option.trim()) {
        Some(seconds) if builder.found.is_empty() => Ok(seconds),
        _ => Err(as_typed(builder.found, texts)),
    }
}

/// Faults of which what is to be written on the command line instead can be typed so: an argument with blanks stands between
/// quotation marks.
fn as_typed(mut found: Vec<Diagnostic>, texts: &Texts) -> Vec<Diagnostic> {
    for (span, new) in found.iter_mut().filter_map(|fault| fault.edit.as_mut()) {
        let Some(file) = texts.files.get(usize::from(span.file)).filter(|f| f.name == COMMAND_LINE) else {
            continue;
        };
        let Some(start) = file.text.find(' ').map(|at| at + 1).filter(|at| *at <= span.start as usize) else {
            continue;
        };
        let (before, after) = (&file.text[start..span.start as usize], &file.text[span.end as usize..]);
        let argument = format!("{before}{new}{after}");
        let typed = prose::argument(&argument);
        if typed != argument {
            *span = Span { start: start as u32, end: file.text.len() as u32, ..*span };
            *new = typed;
        }
    }
    found
}

/// Words behind an option of the command line, which becomes one more of `texts`.
fn on_the_command_line(
    scenario: &Scenario,
    option: &str,
    words: &str,
    texts: &mut Texts,
) -> (Builder, Value) {
    let line = format!("{option}{words}");
    let file = texts.files.len() as u16;
    let span = Span { file, start: option.len() as u32, end: line.len() as u32 };
    texts.files.push(SourceFile { name: COMMAND_LINE.into(), text: line });
    let document = Document { texts: texts.clone(), ..Document::default() };
    let mut builder = Builder::new(&scenario.name, document);
    builder.adopt(scenario);
    let text = Text { content: words.into(), span, exact: true };
    (builder, Value { kind: Kind::String(text), span })
}

impl Builder {
    /// Takes over a scenario that is already checked.
    fn adopt(&mut self, scenario: &Scenario) {
        self.scenario = scenario.clone();
        let mut scope = Scope {
            levers_known: scenario.levers.len(),
            beliefs_known: scenario.beliefs.len(),
            states_known: scenario.states.len(),
            ..Scope::default()
        };
        let mut add = |name: &str, symbol| {
            scope.symbols.insert(name.to_string(), (symbol, Span::default()));
        };
        for (i, x) in scenario.levers.iter().enumerate() {
            add(&x.name, Symbol::Lever(LeverId(i)));
        }
        for (i, x) in scenario.beliefs.iter().enumerate() {
            add(&x.name, Symbol::Belief(BeliefId(i)));
        }
        for (i, x) in scenario.states.iter().enumerate() {
            add(&x.name, Symbol::State(StateId(i)));
        }
        for (i, x) in scenario.formulas.iter().enumerate() {
            add(&x.name, Symbol::Formula(i));
        }
        for (i, x) in scenario.tracks.iter().enumerate() {
            add(&x.name, Symbol::Track(TrackId(i)));
        }
        scope.formulas = scenario
            .formulas
            .iter()
            .enumerate()
            .map(|(i, f)| FormulaSlot {
                name: f.name.clone(),
                span: f.span,
                value: Value { kind: Kind::Bool(false), span: f.span },
                progress: Progress::Done(FormulaId(i)),
            })
            .collect();
        self.scope = scope;
    }

    pub fn variants(&mut self, root: &Table) {
        for entry in self.sub(root, "variants") {
            let Some(table) = self.expect_table(entry) else { continue };
            if entry.key == "base" {
                self.push(
                    Diagnostic::new(Code::NameReserved, entry.key_span, "`base` is the scenario itself")
                        .label("give the variant another name"),
                );
            } else if entry.key.contains('=') {
                let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
                let title = format!("`{}` cannot be the name of a variant", entry.key);
                self.push(
                    Diagnostic::new(Code::NameReserved, entry.key_span, title)
                        .label("combinations of levers are called so")
                        .edit(entry.key_span, entry.key.trim().chars().map(word).collect::<String>()),
                );
            }
            let mut variant = Variant {
                name: entry.key.clone(),
                title: self.text(table, "title").unwrap_or_else(|| entry.key.replace('_', " ")),
                about: self.text(table, "about").unwrap_or_default(),
                changes: vec![],
                span: entry.key_span,
            };
            for change in &table.entries {
                if change.key != "title" && change.key != "about" {
                    variant.changes.extend(self.change(change));
                }
            }
            self.scenario.variants.push(variant);
        }
        for entry in self.sub(root, "batch") {
            if entry.key == "vary" {
                for text in self.expect_texts(entry) {
                    match self.scenario.levers.iter().position(|l| l.name == text.content) {
                        Some(i) if self.scenario.vary.contains(&LeverId(i)) => {
                            let title = format!("the lever `{}` is varied twice", text.content);
                            let fault = Diagnostic::new(Code::BadSetting, text.span, title);
                            self.push(fault.label("every combination has it once"));
                        }
                        Some(i) => self.scenario.vary.push(LeverId(i)),
                        None => self.unknown_name(&text.content, text.span, &[], "lever"),
                    }
                }
            }
        }
        if let Some(Kind::Table(batch)) = root.get("batch").map(|e| &e.value.kind) {
            self.known_keys(batch, syntax::Place::Batch);
        }
        let combinations: f64 =
            self.scenario.vary.iter().map(|l| self.scenario.levers[l.0].labels.len() as f64).product();
        if combinations > 10_000.0
            && let Some(batch) = root.get("batch")
        {
            let title = format!("the batch has {combinations:.0} combinations");
            self.push(Diagnostic::new(Code::OutOfRange, batch.key_span, title).label("the most is 10,000"));
        }
    }

    /// A change of a lever, a belief or a state.
    fn change(&mut self, entry: &Entry) -> Option<Change> {
        let symbol = self.scope.symbols.get(&entry.key).map(|s| s.0);
        if self.scope.broken.contains(&entry.key) {
            return None;
        }
        if let (Some(Symbol::Belief(_) | Symbol::State(_)), Kind::String(text)) = (symbol, &entry.value.kind)
            && let Some(more) = text.content.trim().strip_prefix('+').map(str::trim)
        {
            let title = format!("`{}` gets a new value here, and nothing is added to the old one", entry.key);
            self.push(
                Diagnostic::new(Code::BadSetting, text.span, title)
                    .label(format!("where this is the new value, write `{more}`"))
                    .note(format!("where it is to be added, write out what `{}` becomes", entry.key)),
            );
            return None;
        }
        match symbol {
            Some(Symbol::Lever(id)) => self.lever_change(id, entry),
            Some(Symbol::Belief(id)) => {
                let known = std::mem::replace(&mut self.scope.beliefs_known, id.0);
                let draw = self.belief_change(id, entry);
                self.scope.beliefs_known = known;
                draw.map(|d| Change::Belief(id, d, self.written(&entry.value)))
            }
            Some(Symbol::State(id)) => {
                let known = std::mem::replace(&mut self.scope.states_known, id.0);
                let initial = self.state_change(id, entry);
                self.scope.states_known = known;
                initial.map(|i| Change::State(id, i))
            }
            Some(symbol) => {
                let what = Builder::kind_of(symbol);
                self.push(
                    Diagnostic::new(
                        Code::BadSetting,
                        entry.key_span,
                        format!("the {what} `{}` cannot be changed here", entry.key),
                    )
                    .label("a variant changes levers, beliefs and initial values of states"),
                );
                None
            }
            None if syntax::keys_of(syntax::Place::Root).iter().any(|key| key.name == entry.key) => {
                let title = format!("`{}` is the same in all variants", entry.key);
                self.push(
                    Diagnostic::new(Code::BadSetting, entry.key_span, title)
                        .label("a variant changes levers, beliefs and initial values of states")
                        .note("a file of its own that begins with `extends = \"…\"`, the name of this one, may change everything"),
                );
                None
            }
            None => {
                self.unknown_name(&entry.key, entry.key_span, &[], "lever, belief or state");
                None
            }
        }
    }

    fn lever_change(&mut self, id: LeverId, entry: &Entry) -> Option<Change> {
        let labels = self.scenario.levers[id.0].labels.clone();
        // Names and truth values are no numbers, though they have some.
        let named = !matches!(self.scenario.levers[id.0].ty, Ty::Number { .. });
        let word = match &entry.value.kind {
            Kind::String(text) => text.content.clone(),
            _ => self.texts.words(entry.value.span).to_string(),
        };
        let by_label = labels.iter().position(|l| *l == word);
        let index = by_label.or_else(|| {
            let value = match &entry.value.kind {
                Kind::Integer(n) if !named => Some(*n as f64),
                Kind::Float(x) if !named => Some(*x),
                Kind::String(text) if !named => {
                    let parsed = crate::expr::parse(&text.content, text.span, text.exact).ok()?;
                    self.type_of(&parsed, Place::FIXED)?.as_constant()
                }
                _ => None,
            }?;
            self.scenario.levers[id.0].values.iter().position(|v| *v == value)
        });
        if let Some(index) = index {
            return Some(Change::Lever(id, index));
        }
        let span = match &entry.value.kind {
            Kind::String(text) => text.span,
            _ => entry.value.span,
        };
        let list: Vec<String> = labels.iter().map(|l| format!("`{l}`")).collect();
        let mut fault = Diagnostic::new(
            Code::BadSetting,
            span,
            format!("the lever `{}` has no option `{word}`", entry.key),
        )
        .note(format!("its options are {}", prose::list(&list, "and")));
        match nearest(&word, labels.iter().map(String::as_str)).filter(|_| named) {
            Some(near) => fault = fault.label(format!("did you mean `{near}`?")).edit(span, near),
            None => fault = fault.label("not one of its options"),
        }
        self.push(fault);
        None
    }

    fn belief_change(&mut self, id: BeliefId, entry: &Entry) -> Option<Draw> {
        let ty = self.scenario.beliefs[id.0].ty;
        let sure =
            |truth: bool, at: Span| Draw::Chance(Expr::constant(f64::from(u8::from(truth)), Ty::NUMBER, at));
        match (ty, &entry.value.kind) {
            (Ty::Bool, Kind::Bool(truth)) => Some(sure(*truth, entry.value.span)),
            (Ty::Bool, Kind::String(text)) if text.content == "true" || text.content == "false" => {
                Some(sure(text.content == "true", entry.value.span))
            }
            (Ty::Bool, Kind::String(_) | Kind::Integer(_) | Kind::Float(_)) => {
                self.typed_number(&entry.value, Place::FIXED, "the probability of a belief").map(Draw::Chance)
            }
            (Ty::Option(set), Kind::String(text)) => match self.scenario.sets[set.0].find(&text.content) {
                Some(i) => Some(Draw::Weights(vec![(i, Expr::constant(1.0, Ty::NUMBER, text.span))])),
                None => {
                    self.unknown_name(&text.content, text.span, &[], "option");
                    None
                }
            },
            (Ty::Number { .. }, Kind::Table(table)) => {
                self.known_keys_or(table, syntax::Place::Belief, |k| crate::dist::quantile_name(k).is_some());
                let (Ty::Number { time, .. }, typed) =
                    (ty, self.law_table(table, entry.value.span, Place::FIXED)?)
                else {
                    return None;
                };
                self.as_law(typed, time, &format!("the belief `{}`", entry.key)).map(Draw::Law)
            }
            _ => {
                // A belief that began as whole numbers may be any number in a variant.
                let ty =
                    if let Ty::Number { time, .. } = ty { Ty::Number { whole: false, time } } else { ty };
                self.draw_for(&entry.value, ty, Place::FIXED, &entry.key)
            }
        }
    }

    fn state_change(&mut self, id: StateId, entry: &Entry) -> Option<Initial> {
        let place = Place::BEGINNING;
        let ty = self.scenario.states[id.0].ty;
        match &entry.value.kind {
            Kind::Table(table) => {
                if let Some(is) = table.get("is") {
                    return self.assignable(id, &is.value, place).map(Initial::Value);
                }
                if let (Some(draw), false) = (table.get("draw"), ty == Ty::Bool) {
                    return self.draw_for(&draw.value, ty, place, &entry.key).map(Initial::Draw);
                }
                self.draw_for(&entry.value, ty, place, &entry.key).map(Initial::Draw)
            }
            _ => self.assignable(id, &entry.value, place).map(Initial::Value),
        }
    }
}
