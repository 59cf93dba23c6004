//! Tracks, stages and clocks.

use super::builder::Builder;
use super::scope::Symbol;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::dist::quantile_name;
use crate::model::{
    Branches, Clock, ClockKind, Effects, OnChange, OptionSet, SetId, Stage, StageId, Track, TrackId, Waits,
};
use crate::syntax::{self, Entry, Kind, Table};

/// The keys that make a clock of a stage or of an entry of its race.
const CLOCKS: [&str; 4] = ["takes", "at", "hazard", "when"];

/// The name of the only track of a file without `[track]`.
const ONLY: &str = "stage";

impl Builder {
    /// Declares tracks and the names of their stages, so that expressions may read them.
    pub fn declare_tracks(&mut self, root: &Table) {
        if let (Some(stage), Some(track)) = (root.get("stage"), root.get("track")) {
            self.push(
                Diagnostic::new(Code::Conflict, stage.key_span, "stages outside any track")
                    .label("a file has either `[stage.…]` or `[track.….stage.…]`")
                    .context(track.key_span, "tracks are declared here"),
            );
        }
        if let Some(entry) = root.get("stage") {
            let Some(stages) = self.expect_table(entry) else { return };
            let named = Entry { key: ONLY.into(), ..entry.clone() };
            self.declare_track(&named, stages);
        }
        for entry in self.sub(root, "track").to_vec() {
            let Some(table) = self.expect_table(&entry) else { continue };
            let stages = match table.get("stage") {
                Some(stages) => self.expect_table(stages).cloned().unwrap_or_default(),
                None => Table::default(),
            };
            if stages.entries.is_empty() {
                self.scope.broken.insert(entry.key.clone());
                self.push(
                    Diagnostic::new(
                        Code::NoStages,
                        entry.key_span,
                        format!("the track `{}` has no stages", entry.key),
                    )
                    .note(format!("write one as `[track.{}.stage.NAME]`", entry.key)),
                );
                continue;
            }
            self.declare_track(&entry, &stages);
        }
    }

    fn declare_track(&mut self, entry: &Entry, stages: &Table) {
        let id = TrackId(self.scenario.tracks.len());
        self.declare_one(entry, Symbol::Track(id), "a track");
        let mut names: Vec<String> = Vec::new();
        for stage in &stages.entries {
            self.good_name(&stage.key, stage.key_span, "a stage");
            names.push(stage.key.clone());
        }
        let stages = stages
            .entries
            .iter()
            .map(|s| Stage {
                name: s.key.clone(),
                about: String::new(),
                enter: Effects::default(),
                waits: Waits::Rests,
                span: s.key_span,
            })
            .collect();
        self.scenario.sets.push(OptionSet { names });
        self.scenario.tracks.push(Track {
            name: entry.key.clone(),
            about: String::new(),
            stages,
            begins: StageId(0),
            set: SetId(self.scenario.sets.len() - 1),
            span: entry.key_span,
        });
    }

    pub fn tracks(&mut self, root: &Table) {
        if self.scenario.tracks.is_empty() && self.scenario.states.is_empty() {
            if !self.found.iter().any(|d| d.severity() == crate::diag::Severity::Error) {
                self
                    .push(Diagnostic::new(Code::NoStages, root.span, "nothing happens in this scenario").note(
                    "a scenario has stages, as `[stage.NAME]`; `detente new NAME` writes one to start from",
                ));
            }
            return;
        }
        if let Some(entry) = root.get("stage") {
            if let (Kind::Table(stages), Some(track)) = (&entry.value.kind, self.track_id(ONLY)) {
                self.track(track, stages, root.get("begins"));
            }
        } else if let (Some(begins), true) = (root.get("begins"), root.get("track").is_some()) {
            self.fault(
                Code::Conflict,
                begins.key_span,
                "each track says itself where it begins: `[track.NAME]`",
            );
        }
        for entry in self.sub(root, "track") {
            let Kind::Table(table) = &entry.value.kind else { continue };
            self.known_keys(table, syntax::Place::Track);
            let Some(track) = self.track_id(&entry.key) else { continue };
            let about = self.text(table, "about").unwrap_or_default();
            self.scenario.tracks[track.0].about = about;
            if let Some(Kind::Table(stages)) = table.get("stage").map(|s| &s.value.kind) {
                self.track(track, stages, table.get("begins"));
            }
        }
    }

    fn track_id(&self, name: &str) -> Option<TrackId> {
        self.scenario.tracks.iter().position(|t| t.name == name).map(TrackId)
    }

    fn track(&mut self, track: TrackId, stages: &Table, begins: Option<&Entry>) {
        for (i, entry) in stages.entries.iter().enumerate() {
            if i >= self.scenario.tracks[track.0].stages.len() {
                break;
            }
            if let Some(outcome) = self.scenario.outcomes.iter().find(|o| o.name == entry.key) {
                let span = outcome.span;
                self.push(
                    Diagnostic::new(
                        Code::NameTaken,
                        entry.key_span,
                        format!("`{}` is an outcome and cannot be a stage too", entry.key),
                    )
                    .label("a stage")
                    .context(span, "the outcome"),
                );
            }
            let Some(table) = self.expect_table(entry) else { continue };
            let stage = self.stage(track, entry, table);
            self.scenario.tracks[track.0].stages[i] = stage;
        }
        let Some(begins) = begins else { return };
        let Kind::String(text) = &begins.value.kind else {
            self.wrong_type(begins, "the name of a stage");
            return;
        };
        match self.scenario.tracks[track.0].stages.iter().position(|s| s.name == text.content) {
            Some(i) => self.scenario.tracks[track.0].begins = StageId(i),
            None => match self.scenario.outcomes.iter().find(|o| o.name == text.content) {
                Some(outcome) => {
                    let title = format!("a track cannot begin with the outcome `{}`", text.content);
                    let fault = Diagnostic::new(Code::UnknownStage, text.span, title)
                        .label("expected a stage")
                        .context(outcome.span, "the outcome");
                    self.push(fault);
                }
                None => self.unknown_stage(track, &text.content, text.span),
            },
        }
    }

    /// A fault for a stage or outcome that does not exist, with the nearest that does.
    pub fn unknown_stage(&mut self, track: TrackId, name: &str, span: Span) {
        // Nobody reads so many; likenesses are not looked for any more.
        let many = self.found.len() >= super::ENOUGH;
        let stages = self.scenario.tracks[track.0].stages.iter().map(|s| (s.name.clone(), s.span, "a stage"));
        let outcomes = self.scenario.outcomes.iter().map(|o| (o.name.clone(), o.span, "an outcome"));
        let known: Vec<_> = stages.chain(outcomes).filter(|_| !many).collect();
        let near = nearest(name, known.iter().map(|k| k.0.as_str())).map(str::to_string);
        let mut fault = Diagnostic::new(Code::UnknownStage, span, format!("unknown stage `{name}`"))
            .label("no stage of this track and no outcome has this name");
        let has = |track: &Track, stage: &str| track.stages.iter().any(|s| s.name == stage);
        if let Some((whose, inner)) = name.split_once('.') {
            let own = &self.scenario.tracks[track.0];
            let here = (whose == own.name || whose == ONLY) && has(own, inner);
            let outcome = whose == "outcome" && self.outcome_named(inner).is_some();
            let other = self.scenario.tracks.iter().find(|t| t.name == whose && has(t, inner));
            if here || outcome {
                fault = fault.label("`to` has the name alone").edit(span, inner);
                self.push(fault);
                return;
            } else if let Some(other) = other {
                fault = fault.label("`to` moves its own track").note(format!(
                    "to move the track `{}`, write `set = {{ {} = \"{inner}\" }}`",
                    other.name, other.name
                ));
                self.push(fault);
                return;
            }
        }
        let exact = self.scenario.tracks.iter().find(|t| t.stages.iter().any(|s| s.name == name));
        if let Some(other) = exact {
            fault = fault.note(format!(
                "the track `{}` has such a stage: to move it, write `set = {{ {} = \"{name}\" }}`",
                other.name, other.name
            ));
        } else if let Some((near, at, what)) = known.iter().find(|k| Some(&k.0) == near.as_ref()) {
            fault =
                fault.context(*at, format!("{what} with a similar name is here")).edit(span, near.clone());
        } else {
            fault = fault.note(format!("outcomes are declared as `[outcome.{name}]`"));
        }
        self.push(fault);
    }

    fn stage(&mut self, track: TrackId, entry: &Entry, table: &Table) -> Stage {
        self.known_keys(table, syntax::Place::Stage);
        let enter = match table.get("enter") {
            None => Effects::default(),
            Some(enter) => match self.expect_table(enter) {
                None => Effects::default(),
                Some(effects) => {
                    self.known_keys(effects, syntax::Place::Enter);
                    self.effects(track, effects, "enter")
                }
            },
        };
        let own = CLOCKS.iter().find_map(|k| table.get(k));
        let waits = match (table.get("race"), own) {
            (Some(race), None) => {
                for key in ["next", "to", "set", "draw", "pay", "on_change", "on_return"] {
                    if let Some(stray) = table.get(key) {
                        self.push(
                            Diagnostic::new(Code::Conflict, stray.key_span, format!("`{key}` beside a race"))
                                .label("in a race each clock has its own")
                                .context(race.key_span, "the race"),
                        );
                    }
                }
                self.race(track, race)
            }
            (Some(race), Some(own)) => {
                self.push(
                    Diagnostic::new(
                        Code::Conflict,
                        own.key_span,
                        "a clock of the stage itself beside a race",
                    )
                    .label("make it one more entry of the race")
                    .context(race.key_span, "the race"),
                );
                Waits::Rests
            }
            (None, Some(_)) => match self.clock(track, table, String::new(), entry.key_span) {
                Some(clock) => Waits::Clocks(vec![clock]),
                None => Waits::Rests,
            },
            (None, None) => {
                for key in ["on_change", "on_return"] {
                    if let Some(stray) = table.get(key) {
                        let title = format!("`{key}` belongs to a clock, and this stage has none");
                        self.fault(Code::Conflict, stray.key_span, title);
                    }
                }
                match self.branches(track, table) {
                    Some(next) => Waits::Now(next),
                    None => Waits::Rests,
                }
            }
        };
        Stage {
            name: entry.key.clone(),
            about: self.text(table, "about").unwrap_or_default(),
            enter,
            waits,
            span: entry.key_span,
        }
    }

    fn race(&mut self, track: TrackId, race: &Entry) -> Waits {
        let mut clocks: Vec<Clock> = Vec::new();
        for (i, table) in self.expect_tables(race).into_iter().enumerate() {
            self.known_keys(table, syntax::Place::Clock);
            let (name, span) = match self.words(table, "clock") {
                Some(text) => (text.content.clone(), text.span),
                None => (format!("clock{}", i + 1), table.span),
            };
            if let Some(first) = clocks.iter().find(|c| c.name == name) {
                let first = first.span;
                self.push(
                    Diagnostic::new(
                        Code::NameTaken,
                        span,
                        format!("two clocks of a race are called `{name}`"),
                    )
                    .label("the second")
                    .context(first, "the first"),
                );
            }
            if !CLOCKS.iter().any(|k| table.get(k).is_some()) {
                self.push(
                    Diagnostic::new(
                        Code::MissingKey,
                        span,
                        format!("the clock `{name}` has nothing to ring by"),
                    )
                    .label("expected `takes`, `at`, `hazard` or `when`"),
                );
                continue;
            }
            clocks.extend(self.clock(track, table, name, span));
        }
        if clocks.is_empty() { Waits::Rests } else { Waits::Clocks(clocks) }
    }

    fn clock(&mut self, track: TrackId, table: &Table, name: String, span: Span) -> Option<Clock> {
        let place = Place::within(track);
        let timed: Vec<&Entry> = CLOCKS[..3].iter().filter_map(|k| table.get(k)).collect();
        if let [first, second, ..] = timed[..] {
            self.push(
                Diagnostic::new(
                    Code::Conflict,
                    second.key_span,
                    format!("`{}` beside `{}`", second.key, first.key),
                )
                .label("a clock rings by one of them")
                .context(first.key_span, "the other")
                .note("several clocks of a stage stand in its `race`"),
            );
        }
        let guard = match table.get("when") {
            Some(entry) => {
                let guard = self.typed_bool(&entry.value, place);
                if let Some(guard) = &guard {
                    self.time_in_condition(guard);
                }
                Some(guard)
            }
            None => None,
        };
        let on_change = self.on_change(table);
        let kind = match timed.first() {
            None => Some(ClockKind::Guard),
            Some(entry) if entry.key == "takes" => {
                if let Kind::Table(law) = &entry.value.kind {
                    self.known_keys_or(law, syntax::Place::Draw, |k| quantile_name(k).is_some());
                }
                let law = self.law_value(&entry.value, Some(1), place, "a delay");
                law.map(|law| ClockKind::Takes(law, on_change.map_or(OnChange::Keep, |c| c.0)))
            }
            Some(entry) if entry.key == "at" => {
                let typed = match entry.value.kind {
                    Kind::Integer(_) | Kind::Float(_) => self.moment(&entry.value, "a date").map(|_| None),
                    _ => Some(self.typed(&entry.value, place)),
                };
                typed.flatten().and_then(|e| self.want_number(e, 1, "a date")).map(ClockKind::At)
            }
            Some(entry) => {
                self.typed(&entry.value, place).and_then(|e| self.rate(e, "a hazard")).map(ClockKind::Hazard)
            }
        };
        if let (Some((_, at)), Some(kind)) = (on_change, &kind)
            && !matches!(kind, ClockKind::Takes(..))
        {
            self.fault(Code::Conflict, at, "`on_change` is for delays (`takes`)");
        }
        let on_return = self.on_return(table);
        let next = self.branches(track, table).unwrap_or_else(|| Branches { list: vec![stay(span)], span });
        let about =
            if name.is_empty() { String::new() } else { self.text(table, "about").unwrap_or_default() };
        let guard = match guard {
            Some(None) => return None,
            Some(Some(guard)) => Some(guard),
            None => None,
        };
        Some(Clock { name, about, kind: kind?, guard, on_return, next, span })
    }
}

/// A branch that does nothing.
fn stay(span: Span) -> crate::model::Branch {
    crate::model::Branch {
        when: None,
        chance: crate::model::Chance::Rest,
        effects: Effects::default(),
        to: crate::model::Target::Stay,
        about: String::new(),
        span,
    }
}
