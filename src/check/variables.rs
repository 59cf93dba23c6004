//! Levers, beliefs and states.

use super::builder::Builder;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::quantile_name;
use crate::model::{Belief, Draw, Expr, Initial, Lever, SetId, State, Ty};
use crate::syntax::{self, Entry, Kind, Table};

impl Builder {
    pub fn levers_and_beliefs(&mut self, root: &Table) {
        for entry in self.sub(root, "levers") {
            let faults = self.found.len();
            let lever = self.lever(entry);
            if lever.labels.is_empty() || (self.found.len() > faults && !matches!(lever.ty, Ty::Option(_))) {
                self.scope.broken.insert(entry.key.clone());
            }
            self.scenario.levers.push(lever);
            self.scope.levers_known += 1;
        }
        for entry in self.sub(root, "beliefs") {
            let belief = self.belief(entry);
            self.scenario.beliefs.push(belief);
            self.scope.beliefs_known += 1;
        }
        if let Some(entry) = root.get("correlate") {
            self.correlations(entry);
        }
    }

    fn lever(&mut self, entry: &Entry) -> Lever {
        let mut lever = Lever {
            name: entry.key.clone(),
            about: String::new(),
            labels: vec![],
            values: vec![],
            ty: Ty::NUMBER,
            chosen: 0,
            span: entry.key_span,
        };
        if let Kind::String(text) = &entry.value.kind
            && text.content.contains(" to ")
        {
            let (name, words) = (&entry.key, &text.content);
            self.push(
                Diagnostic::new(Code::WrongType, entry.value.span, format!("`{name}` is an interval, not a list of options"))
                    .label("a lever is what somebody decides")
                    .note(format!("what nobody knows is a belief: `[beliefs]` with `{name} = {{ is = \"{words}\", why = \"…\" }}`"))
                    .note(format!("what is decided has its options in a list: `{name} = [\"10%\", \"25%\"]`")),
            );
            return lever;
        }
        let items = self.expect_list(entry);
        if items.is_empty() {
            if matches!(entry.value.kind, Kind::Array(_)) {
                let title = format!("the lever `{}` has no options", entry.key);
                self.push(
                    Diagnostic::new(Code::MissingKey, entry.value.span, title)
                        .label("expected a list such as [\"open\", \"closed\"]; the first is the default"),
                );
            }
            return lever;
        }
        let named = items.iter().all(|i| {
            matches!(&i.kind, Kind::String(t) if t.content.chars().next().is_none_or(|c| !c.is_ascii_digit() && c != '-'))
        });
        if named {
            if let Some(set) = self.option_set(entry) {
                lever.labels = self.scenario.sets[set.0].names.clone();
                lever.values = (0..lever.labels.len()).map(|i| i as f64).collect();
                lever.ty = Ty::Option(set);
            }
            return lever;
        }
        let mut ty: Option<Ty> = None;
        let mut places: Vec<Span> = Vec::new();
        for item in items {
            let Some(value) = self.typed(item, Place::FIXED) else { continue };
            let Some(number) = value.as_constant() else {
                self.fault(Code::WrongType, item.span, "an option of a lever is a name or a constant");
                continue;
            };
            ty = match (ty, value.ty) {
                (None, t) => Some(t),
                (Some(Ty::Number { whole: a, time }), Ty::Number { whole: b, time: t }) if t == time => {
                    Some(Ty::Number { whole: a && b, time })
                }
                (Some(a), b) if a == b => Some(a),
                (Some(a), _) => {
                    let (want, have) = (self.describe(a), self.describe(value.ty));
                    self.push(
                        Diagnostic::new(
                            Code::TypeMismatch,
                            item.span,
                            "the options of a lever are of one kind",
                        )
                        .label(format!("this is {have}, the first is {want}")),
                    );
                    Some(a)
                }
            };
            let label = match &item.kind {
                Kind::String(text) => text.content.clone(),
                _ => self.texts.words(item.span).to_string(),
            };
            if let Some(first) = lever.values.iter().position(|value| *value == number) {
                let title = format!("the lever `{}` has the option {label} twice", entry.key);
                let fault = Diagnostic::new(Code::NameTaken, item.span, title).label("the second");
                self.push(fault.context(places[first], "the first"));
                continue;
            }
            places.push(item.span);
            lever.labels.push(label);
            lever.values.push(number);
        }
        lever.ty = ty.unwrap_or(Ty::NUMBER);
        lever
    }

    fn belief(&mut self, entry: &Entry) -> Belief {
        let written = self.written(&entry.value);
        let mut belief = Belief {
            name: entry.key.clone(),
            draw: Draw::Law(Expr::constant(f64::NAN, Ty::Law { time: 0 }, entry.value.span)),
            written,
            why: String::new(),
            sources: vec![],
            ty: Ty::NUMBER,
            span: entry.key_span,
        };
        if let Kind::Table(table) = &entry.value.kind {
            self.known_keys_or(table, syntax::Place::Belief, |k| quantile_name(k).is_some());
            belief.why = self.text(table, "why").unwrap_or_default();
            if let Some(source) = table.get("source") {
                for text in self.expect_texts(source) {
                    if !self.scenario.sources.iter().any(|s| s.name == text.content) {
                        self.unknown_source(&text.content, text.span);
                    }
                    belief.sources.push(text.content.clone());
                }
            }
        }
        let stated = match &entry.value.kind {
            Kind::Table(table) => {
                let faults = self.found.len();
                self.one_statement(table);
                match self.found.len() == faults {
                    true => self.drawn(table, entry.value.span, Place::FIXED, &entry.key),
                    false => None,
                }
            }
            _ => self.belief_value(entry),
        };
        match stated {
            Some((ty, draw)) => {
                belief.ty = ty;
                belief.draw = draw;
            }
            None => drop(self.scope.broken.insert(entry.key.clone())),
        }
        belief
    }

    /// `loss = 0.02`, `patience = "40 days to 90 days"`.
    fn belief_value(&mut self, entry: &Entry) -> Option<(Ty, Draw)> {
        let typed = self.typed(&entry.value, Place::FIXED)?;
        match typed.ty {
            Ty::Number { time, whole } => {
                let law = self.as_law(typed, time, "a belief")?;
                Some((Ty::Number { whole, time }, Draw::Law(law)))
            }
            Ty::Law { time } => Some((Ty::Number { whole: false, time }, Draw::Law(typed))),
            ty => {
                let have = self.describe(ty);
                self.push(
                    Diagnostic::new(Code::WrongType, typed.span, "a belief is a number nobody knows")
                        .label(format!("this is {have}"))
                        .note("for something that is true or false write `{ p = 0.5 }`"),
                );
                None
            }
        }
    }

    pub fn unknown_source(&mut self, name: &str, span: Span) {
        let known: Vec<String> = self.scenario.sources.iter().map(|s| s.name.clone()).collect();
        let mut fault = Diagnostic::new(Code::UnknownName, span, format!("unknown source `{name}`"));
        match crate::diag::nearest(name, known.iter().map(String::as_str)) {
            Some(near) => fault = fault.label(format!("did you mean `{near}`?")).edit(span, near),
            None => fault = fault.label("it is not declared under [sources]"),
        }
        self.push(fault);
    }

    /// A value as the user wrote it, for the register of assumptions: without the reason and the source.
    pub fn written(&self, value: &syntax::Value) -> String {
        match &value.kind {
            Kind::String(text) => text.content.clone(),
            Kind::Table(table) => match table.get("is") {
                Some(is) => self.written(&is.value),
                None => {
                    let parts: Vec<String> = table
                        .entries
                        .iter()
                        .filter(|e| e.key != "why" && e.key != "source")
                        .map(|e| match &e.value.kind {
                            Kind::Table(_) => format!("{} = {{ {} }}", e.key, self.written(&e.value)),
                            _ => format!("{} = {}", e.key, self.written(&e.value)),
                        })
                        .collect();
                    parts.join(", ")
                }
            },
            _ => self.texts.words(value.span).split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    pub fn missing(&mut self, at: crate::diag::Span, key: &str, what: &str) {
        self.push(
            Diagnostic::new(Code::MissingKey, at, format!("`{key}` is missing"))
                .label(format!("expected {what}")),
        );
    }

    pub fn states(&mut self, root: &Table) {
        for entry in self.sub(root, "state") {
            let (ty, initial) = self.state(entry).unwrap_or_else(|| {
                self.scope.broken.insert(entry.key.clone());
                (Ty::NUMBER, Initial::Value(Expr::constant(0.0, Ty::NUMBER, entry.value.span)))
            });
            let about = match &entry.value.kind {
                Kind::Table(table) => self.text(table, "about").unwrap_or_default(),
                _ => String::new(),
            };
            let state = State { name: entry.key.clone(), about, ty, initial, span: entry.key_span };
            self.scenario.states.push(state);
            self.scope.states_known += 1;
        }
    }

    fn state(&mut self, entry: &Entry) -> Option<(Ty, Initial)> {
        // What is declared above may be read: earlier states are on the path already.
        let place = Place::BEGINNING;
        match &entry.value.kind {
            Kind::Array(_) => {
                let set = self.option_set(entry)?;
                Some((Ty::Option(set), self.first_option(set, entry.value.span)))
            }
            Kind::Table(table) => {
                self.known_keys_or(table, syntax::Place::State, |k| quantile_name(k).is_some());
                let faults = self.found.len();
                self.one_statement(table);
                if self.found.len() > faults {
                    return None;
                }
                if let (Some(options), None) = (table.get("options"), table.get("draw")) {
                    let set = self.option_set(options)?;
                    let initial = match table.get("is") {
                        Some(is) => Initial::Value(self.option_valued(&is.value, set, place)?),
                        None => self.first_option(set, entry.value.span),
                    };
                    return Some((Ty::Option(set), initial));
                }
                if let Some(is) = table.get("is") {
                    return self.initial_value(is, place, &entry.key);
                }
                let (ty, draw) = self.drawn(table, entry.value.span, place, &entry.key)?;
                Some((ty, Initial::Draw(draw)))
            }
            _ => self.initial_value(entry, place, &entry.key),
        }
    }

    fn first_option(&self, set: SetId, at: crate::diag::Span) -> Initial {
        Initial::Value(Expr::constant(0.0, Ty::Option(set), at))
    }

    /// What a state begins with, by an entry that is the state itself or the `is` of its table.
    fn initial_value(&mut self, entry: &Entry, place: Place, name: &str) -> Option<(Ty, Initial)> {
        let value = &entry.value;
        let found = self.found.len();
        let typed = self.typed(value, place);
        if let (None, Kind::String(text)) = (&typed, &value.kind)
            && let [fault] = &mut self.found[found..]
            && fault.code == Code::UnknownName
            && fault.edit.is_none()
            && text.content.chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            let word = &text.content;
            fault.notes.push(format!(
                "a state that is one of several options begins with their list, the first one as it begins: `{name} = [\"{word}\", \"…\"]`"
            ));
        }
        let typed = typed?;
        match typed.ty {
            Ty::Law { time } => {
                let draw = format!("draw = \"{}\"", self.written(value));
                let (at, draw) = if entry.key != name {
                    (entry.key_span.to(value.span), draw)
                } else {
                    (value.span, format!("{{ {draw} }}"))
                };
                self.push(
                    Diagnostic::new(
                        Code::WrongType,
                        typed.span,
                        format!("`{name}` begins with a distribution"),
                    )
                    .label("a value that is drawn at the start of each path says so")
                    .edit(at, draw),
                );
                Some((Ty::Number { whole: false, time }, Initial::Draw(Draw::Law(typed))))
            }
            Ty::Outcome => None,
            ty => Some((ty, Initial::Value(typed))),
        }
    }
}
