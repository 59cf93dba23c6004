//! Branches: how likely they are, what they do, where they lead.

use super::builder::Builder;
use super::scope::Symbol;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::model::{
    Branch, Branches, Chance, Effects, Expr, MeasureId, MeasureKind, OutcomeId, StageId, Target, TrackId, Ty,
};
use crate::quantity::prose;
use crate::syntax::{self, Entry, Kind, Table, Value};

impl Builder {
    /// The ways on of a clock or a stage: the list under `next`, or one way by `to`, `set`, `draw` and `pay`. What a clock
    /// does beside its `next` happens whatever the branch.
    pub fn branches(&mut self, track: TrackId, table: &Table) -> Option<Branches> {
        let common = self.effects(track, table, "clock");
        let to = table.get("to");
        let Some(next) = table.get("next") else {
            if to.is_none() && common.is_empty() {
                return None;
            }
            let span = to.map_or(table.span, |t| t.key_span.to(t.value.span));
            let to = self.target(track, table);
            let branch =
                Branch { when: None, chance: Chance::Rest, effects: common, to, about: String::new(), span };
            return Some(Branches { list: vec![branch], span });
        };
        if let Some(to) = to {
            self.push(
                Diagnostic::new(Code::Conflict, to.key_span, "`to` beside `next`")
                    .label("each branch says itself where it leads")
                    .context(next.key_span, "the branches"),
            );
        }
        let tables = self.expect_tables(next);
        if tables.is_empty() {
            if matches!(next.value.kind, Kind::Array(_)) {
                self.fault(Code::MissingKey, next.value.span, "there is no branch here");
            }
            return None;
        }
        let mut list = Vec::new();
        for branch in tables {
            list.push(self.branch(track, branch, &common));
        }
        self.chosen_before(&list, &common);
        let weighted = list.iter().filter(|b| matches!(b.chance, Chance::Weight(_))).count();
        if weighted > 0 && weighted < list.len() {
            let weight = list.iter().find(|b| matches!(b.chance, Chance::Weight(_))).map(|b| b.span);
            let other = list.iter().find(|b| !matches!(b.chance, Chance::Weight(_))).map(|b| b.span);
            if let (Some(weight), Some(other)) = (weight, other) {
                self.push(
                    Diagnostic::new(
                        Code::Conflict,
                        other,
                        "branches by weight and by probability do not mix",
                    )
                    .label("this branch has no weight")
                    .context(weight, "this one has"),
                );
            }
        }
        Some(Branches { list, span: next.value.span })
    }

    fn branch(&mut self, track: TrackId, table: &Table, common: &Effects) -> Branch {
        self.known_keys(table, syntax::Place::Branch);
        let place = Place::within(track);
        let when = table.get("when").and_then(|e| self.typed_bool(&e.value, place));
        let chance = match (table.get("p"), table.get("weight")) {
            (Some(p), Some(weight)) => {
                self.push(
                    Diagnostic::new(
                        Code::Conflict,
                        weight.key_span,
                        "a branch has `p` or `weight`, not both",
                    )
                    .label("the weight")
                    .context(p.key_span, "the probability"),
                );
                Chance::Rest
            }
            (Some(p), None) => self.chance(p, Place { rest: true, ..place }).unwrap_or(Chance::Rest),
            (None, Some(weight)) => match self.typed_number(&weight.value, place, "a weight") {
                Some(weight) => Chance::Weight(weight),
                None => Chance::Rest,
            },
            (None, None) => Chance::Rest,
        };
        let mut effects = self.effects(track, table, "branch");
        self.no_double(&effects, common, table);
        self.drawn_beside(&effects.set, &common.draw, "clock");
        effects.set.extend(common.set.iter().cloned());
        effects.moves.extend(common.moves.iter().cloned());
        effects.draw.extend(common.draw.iter().cloned());
        effects.pay.extend(common.pay.iter().cloned());
        let to = self.target(track, table);
        let about = self.text(table, "about").unwrap_or_default();
        Branch { when, chance, effects, to, about, span: table.span }
    }

    fn no_double(&mut self, branch: &Effects, common: &Effects, table: &Table) {
        let written = |e: &Effects| -> Vec<usize> {
            e.set.iter().map(|(id, _)| id.0).chain(e.draw.iter().map(|(id, _)| id.0)).collect()
        };
        let clock = written(common);
        let states = written(branch).into_iter().filter(|id| clock.contains(id));
        let first = |id: usize| common.set.iter().find(|(other, _)| other.0 == id).map(|(_, e)| e.span);
        let mut twice: Vec<(String, Option<Span>)> =
            states.map(|id| (self.scenario.states[id].name.clone(), first(id))).collect();
        for (id, _) in &branch.moves {
            if let Some((_, first)) = common.moves.iter().find(|(other, _)| other == id) {
                twice.push((self.scenario.tracks[id.0].name.clone(), Some(first.span)));
            }
        }
        for (name, first) in twice {
            let key = |group: &str| match &table.get(group)?.value.kind {
                Kind::Table(t) => t.get(&name).map(|e| e.key_span),
                _ => None,
            };
            let at = key("set").or_else(|| key("draw")).unwrap_or(table.span);
            let title = format!("`{name}` is assigned by the clock and by this branch");
            let fault = Diagnostic::new(Code::AssignedTwice, at, title)
                .label("what stands beside `next` is assigned whatever the branch");
            self.push(match first {
                Some(first) => fault.context(first, "the clock"),
                None => fault,
            });
        }
    }

    fn chance(&mut self, p: &Entry, place: Place) -> Option<Chance> {
        let Kind::Table(table) = &p.value.kind else {
            return self.typed_number(&p.value, place, "a probability").map(Chance::P);
        };
        self.known_keys(table, syntax::Place::Odds);
        let Some(base) = table.get("base") else {
            self.missing(table.span, "base", "the probability before the multipliers");
            return None;
        };
        let base = self.typed_number(&base.value, place, "a base probability")?;
        let mut factors = Vec::new();
        for entry in self.sub(table, "odds") {
            // The key is an expression; its words are those between quotes where it has some.
            let words = self.texts.words(entry.key_span).to_string();
            let quoted = words.starts_with(['"', '\'']);
            let span = if quoted {
                Span { start: entry.key_span.start + 1, end: entry.key_span.end - 1, ..entry.key_span }
            } else {
                entry.key_span
            };
            let exact = self.texts.words(span) == entry.key;
            let condition = match crate::expr::parse(&entry.key, span, exact) {
                Ok(parsed) => self.type_of(&parsed, place),
                Err(fault) => {
                    self.push(*fault);
                    None
                }
            };
            let factor = self.multiplier(&entry.value, place);
            let condition = condition.and_then(|c| match c.ty {
                Ty::Bool => Some(c),
                _ => self.want_number(c, 0, "what multiplies odds"),
            });
            if let (Some(c), Some(f)) = (condition, factor) {
                factors.push((c, f));
            }
        }
        Some(Chance::Odds(base, factors))
    }

    /// What odds are multiplied by; percentages are mostly meant to be added.
    fn multiplier(&mut self, value: &Value, place: Place) -> Option<Expr> {
        let percent = |text: &str| text.strip_suffix('%')?.trim().parse::<f64>().ok();
        if let Kind::String(text) = &value.kind
            && text.content.trim_start().starts_with(['+', '-'])
            && let Some(more) = percent(text.content.trim())
        {
            let factor = prose::number(1.0 + more / 100.0);
            let word = if more < 0.0 { "fewer" } else { "more" };
            let title = format!("odds are multiplied: {}% {word} is `{factor}`", prose::number(more.abs()));
            let fault = Diagnostic::new(Code::OutOfRange, value.span, title);
            self.push(if more > -100.0 { fault.edit(value.span, factor) } else { fault });
            return None;
        }
        let factor = self.typed_number(value, place, "an odds multiplier")?;
        let words = self.texts.words(factor.span);
        if let (Some(share), Some(_)) = (factor.as_constant(), percent(words)) {
            let (once, more) = (prose::number(share), prose::number(1.0 + share));
            self.push(
                Diagnostic::new(
                    Code::OddsInPercent,
                    factor.span,
                    format!("odds are multiplied by {words}, that is by {once}"),
                )
                .label(format!("{words} more would be `{more}`"))
                .note(format!("if it is meant so, write `{once}`")),
            );
        }
        Some(factor)
    }

    fn target(&mut self, track: TrackId, table: &Table) -> Target {
        let Some(text) = self.words(table, "to") else { return Target::Stay };
        let (name, span) = (text.content.clone(), text.span);
        if let Some(i) = self.scenario.tracks[track.0].stages.iter().position(|s| s.name == name) {
            return Target::Stage(StageId(i));
        }
        if let Some(i) = self.scenario.outcomes.iter().position(|o| o.name == name) {
            return Target::Outcome(OutcomeId(i));
        }
        if name.is_empty() {
            self.push(
                Diagnostic::new(Code::WrongType, span, "`to` names no stage")
                    .label("expected the name of a stage or an outcome; without `to` the track stays"),
            );
        } else {
            self.unknown_stage(track, &name, span);
        }
        Target::Stay
    }

    /// `set`, `draw` and `pay` of a table.
    pub fn effects(&mut self, track: TrackId, table: &Table, whose: &str) -> Effects {
        let place = Place::within(track);
        let mut effects = Effects::default();
        for entry in self.sub(table, "set") {
            if self.scope.broken.contains(&entry.key) {
                continue;
            }
            match self.scope.symbols.get(&entry.key).map(|s| s.0) {
                Some(Symbol::State(_)) if matches!(entry.value.kind, Kind::Table(_)) => {
                    let fault = self.drawn_by_set(&entry.key, &entry.value, entry.value.span);
                    self.push(fault);
                }
                Some(Symbol::State(id)) => {
                    if let Some(value) = self.assignable(id, &entry.value, place) {
                        effects.set.push((id, value));
                    }
                }
                Some(Symbol::Track(id)) if id == track => {
                    let note = if whose == "enter" {
                        "entering a stage cannot move its own track; give the stage branches instead"
                    } else {
                        "its own track is moved by `to`"
                    };
                    self.push(
                        Diagnostic::new(
                            Code::NotHere,
                            entry.key_span,
                            format!("`{}` cannot be assigned here", entry.key),
                        )
                        .label(note),
                    );
                }
                Some(Symbol::Track(id)) => {
                    let set = self.scenario.tracks[id.0].set;
                    if let Some(stage) = self.option_valued(&entry.value, set, place) {
                        effects.moves.push((id, stage));
                    }
                }
                Some(symbol) => {
                    let what = match symbol {
                        Symbol::Lever(_) => "a lever is decided before the path begins",
                        Symbol::Belief(_) => "a belief is the same on the whole path",
                        _ => "a formula is calculated, not assigned",
                    };
                    self.push(
                        Diagnostic::new(
                            Code::NotHere,
                            entry.key_span,
                            format!("`{}` cannot be assigned", entry.key),
                        )
                        .label(what),
                    );
                }
                None => self.unknown_name(&entry.key, entry.key_span, &[], "state"),
            }
        }
        for entry in self.sub(table, "draw") {
            if self.scope.broken.contains(&entry.key) {
                continue;
            }
            let id = match self.scope.symbols.get(&entry.key).map(|s| s.0) {
                Some(Symbol::State(id)) => id,
                Some(symbol) => {
                    let title = format!("the {} `{}` cannot be drawn", Builder::kind_of(symbol), entry.key);
                    self.push(
                        Diagnostic::new(Code::NotHere, entry.key_span, title)
                            .label("only a state is drawn anew"),
                    );
                    continue;
                }
                None => {
                    self.unknown_name(&entry.key, entry.key_span, &[], "state");
                    continue;
                }
            };
            if effects.set.iter().any(|(other, _)| *other == id) {
                let set_at = self.sub(table, "set").iter().find(|e| e.key == entry.key).map(|e| e.key_span);
                self.push(
                    Diagnostic::new(
                        Code::AssignedTwice,
                        entry.key_span,
                        format!("`{}` is set and drawn at once", entry.key),
                    )
                    .label("only one of the two can hold")
                    .context(set_at.unwrap_or(entry.key_span), "set here"),
                );
            }
            let Some(state) = self.scenario.states.get(id.0) else { continue };
            let ty = state.ty;
            if let Some(draw) = self.draw_for(&entry.value, ty, place, &entry.key) {
                effects.draw.push((id, draw));
            }
        }
        self.drawn_beside(&effects.set, &effects.draw, whose);
        for entry in self.sub(table, "pay") {
            let account = self.scenario.measures.iter().position(|m| m.name == entry.key);
            let amount = self.typed(&entry.value, place);
            if self.scope.broken.contains(&format!("measure {}", entry.key)) {
                continue;
            }
            match account {
                Some(i) if matches!(self.scenario.measures[i].kind, MeasureKind::Account(_)) => {
                    let ty = self.scenario.measures[i].ty;
                    if let Some(amount) = amount.and_then(|a| self.payable(a, ty, &entry.key)) {
                        effects.pay.push((MeasureId(i), amount));
                    }
                }
                Some(i) => {
                    let span = self.scenario.measures[i].span;
                    self.push(
                        Diagnostic::new(
                            Code::Conflict,
                            entry.key_span,
                            format!("`{}` is no account", entry.key),
                        )
                        .label("it cannot be paid into")
                        .context(
                            span,
                            "an account has a `rate`, a `discount`, or neither `value` nor `first`",
                        ),
                    );
                }
                None => {
                    let known: Vec<String> = self.scenario.measures.iter().map(|m| m.name.clone()).collect();
                    let mut fault = Diagnostic::new(
                        Code::UnknownName,
                        entry.key_span,
                        format!("unknown account `{}`", entry.key),
                    );
                    match crate::diag::nearest(&entry.key, known.iter().map(String::as_str)) {
                        Some(near) => {
                            fault = fault.label(format!("did you mean `{near}`?")).edit(entry.key_span, near)
                        }
                        None => {
                            fault = fault.label(format!(
                                "declare it under [measures], as `{} = {{ rate = 0 }}`",
                                entry.key
                            ));
                        }
                    }
                    self.push(fault);
                }
            }
        }
        effects
    }

    /// An amount paid into an account: in the account's own unit.
    fn payable(&mut self, amount: Expr, ty: Ty, name: &str) -> Option<Expr> {
        match (amount.ty, ty) {
            (Ty::Bool, Ty::Number { time: 0, .. }) => Some(amount),
            (_, Ty::Number { time, .. }) => {
                self.want_number(amount, time, &format!("what is paid into `{name}`"))
            }
            _ => Some(amount),
        }
    }
}
