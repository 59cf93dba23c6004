//! Random small scenarios as texts, covering what a scenario file may hold (design, section 2).

use detente::stream::{Draw, Name, WorldKey};
use std::fmt::Write as _;

/// The text of scenario number `number` under `seed`.
pub fn scenario(seed: u64, number: u64) -> String {
    let draw = WorldKey::new(seed, number).draw(Name::new("generate"), 0, 0);
    let mut g = Generator { draw, calm: number % 3 == 2, ..Generator::new() };
    g.file()
}

/// Kinds of variables.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A plain number.
    Real,
    Whole,
    Truth,
    Duration,
    /// Between 0 and 1.
    Chance,
    /// One of so many of [`OPTIONS`].
    Options(usize),
}

const OPTIONS: [&str; 4] = ["red", "green", "blue", "grey"];

struct Variable {
    name: String,
    kind: Kind,
}

struct Generator {
    draw: Draw,
    /// Nothing but outcomes reads the time, clocks begin anew, effects draw nothing: most such scenarios have a chain.
    calm: bool,
    levers: Vec<Variable>,
    beliefs: Vec<Variable>,
    states: Vec<Variable>,
    formulas: Vec<Variable>,
    /// A formula that reads `day`, for hazards and rates.
    timed_formula: bool,
    /// How many stages each track has, and its name; empty until they may be read.
    tracks: Vec<(String, usize)>,
    return_lever: bool,
    table: bool,
    outcomes: usize,
    accounts: Vec<String>,
    horizon: bool,
    start: bool,
    /// What may be read here.
    path: bool,
    day: bool,
    since: bool,
    rest: bool,
}

impl Generator {
    fn new() -> Generator {
        Generator {
            draw: WorldKey::new(0, 0).draw(Name::new(""), 0, 0),
            calm: false,
            levers: vec![],
            beliefs: vec![],
            states: vec![],
            formulas: vec![],
            timed_formula: false,
            tracks: vec![],
            return_lever: false,
            table: false,
            outcomes: 0,
            accounts: vec![],
            horizon: true,
            start: false,
            path: false,
            day: false,
            since: false,
            rest: false,
        }
    }

    // ---- chance

    fn u(&mut self) -> f64 {
        self.draw.uniform()
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.u() * n as f64) as usize).min(n - 1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    // ---- expressions

    /// A variable of this kind that may be read here.
    fn variable(&mut self, kind: Kind) -> Option<String> {
        let mut all: Vec<&Variable> = self.levers.iter().chain(&self.beliefs).collect();
        if self.path {
            all.extend(&self.states);
        }
        all.extend(self.formulas.iter().filter(|_| self.path && self.day));
        let names: Vec<String> = all.iter().filter(|v| v.kind == kind).map(|v| v.name.clone()).collect();
        (!names.is_empty()).then(|| names[self.below(names.len())].clone())
    }

    fn literal(&mut self) -> String {
        match self.below(4) {
            0 => self.whole(0, 4).to_string(),
            1 => format!("{:.1}", self.u() * 4.0),
            2 => format!("{:.2}", self.u()),
            _ => format!("-{:.1}", self.u() * 2.0),
        }
    }

    /// A plain number.
    fn real(&mut self, depth: u32) -> String {
        if depth == 0 || self.one_in(4) {
            let kind = [Kind::Real, Kind::Whole, Kind::Chance, Kind::Real][self.below(4)];
            return match self.variable(kind) {
                Some(name) if !self.one_in(4) => name,
                _ => self.literal(),
            };
        }
        let d = depth - 1;
        let (a, b) = (self.real(d), self.real(d));
        match self.below(16) {
            0..3 => format!("({a} + {b})"),
            3 => format!("({a} - {b})"),
            4..6 => format!("({a} * {b})"),
            6 => format!("({a} / (1 + abs({b})))"),
            7 => format!("min({a}, {b})"),
            8 => format!("max({a}, {b}, 0.5)"),
            9 => format!("clamp({a}, -3, 3)"),
            10 => format!("(if {} then {a} else {b})", self.truth(d)),
            11 => format!("exp(clamp({a}, -2, 2))"),
            12 if self.table => format!("tab({a})"),
            13 => format!("count({}, {})", self.truth(d), self.truth(d)),
            14 => format!("{}({a})", self.pick(&["round", "floor", "ceil", "logistic"])),
            _ => {
                if self.day && self.one_in(3) {
                    format!("(day / {})", self.duration_literal())
                } else if let (true, Some(x)) = (self.one_in(2), self.variable(Kind::Duration)) {
                    format!("({x} / 4 days)")
                } else {
                    format!("sqrt(abs({a}))")
                }
            }
        }
    }

    fn whole_number(&mut self) -> String {
        match (self.variable(Kind::Whole), self.below(4)) {
            (Some(k), 0) => format!("if {k} < 5 then {k} + 1 else 1"),
            (Some(k), 1) => format!("min({k} + 1, {})", self.whole(1, 4)),
            (Some(k), 2) => format!("if {} then min({k} + 2, 6) else 0", self.truth(1)),
            _ => self.whole(0, 3).to_string(),
        }
    }

    /// A condition. It reads no time.
    fn truth(&mut self, depth: u32) -> String {
        if depth > 0 && self.one_in(3) {
            let (a, b) = (self.truth(depth - 1), self.truth(depth - 1));
            return match self.below(3) {
                0 => format!("({a} and {b})"),
                1 => format!("({a} or {b})"),
                _ => format!("not {}", self.simple_truth()),
            };
        }
        self.simple_truth()
    }

    fn simple_truth(&mut self) -> String {
        for _ in 0..6 {
            match self.below(6) {
                0 => {
                    if let Some(name) = self.variable(Kind::Truth) {
                        return name;
                    }
                }
                1 => {
                    let n = self.whole(2, 4) as usize;
                    if let Some(name) = self.variable(Kind::Options(n)) {
                        return format!("{name} {} {}", self.pick(&["==", "!="]), OPTIONS[self.below(n)]);
                    }
                }
                2 | 3 => {
                    if self.path && !self.tracks.is_empty() {
                        let i = self.below(self.tracks.len());
                        let (name, stages) = self.tracks[i].clone();
                        return format!("{name} {} s{}", self.pick(&["==", "==", "!="]), self.below(stages));
                    }
                }
                4 => {
                    if let Some(name) = self.variable(Kind::Whole) {
                        return format!(
                            "{name} {} {}",
                            self.pick(&["==", ">", "<=", "!="]),
                            self.whole(0, 3)
                        );
                    }
                }
                _ => {
                    let kind = if self.one_in(2) { Kind::Real } else { Kind::Chance };
                    if let Some(name) = self.variable(kind) {
                        let how = self.pick(&["<", ">", "<=", ">="]);
                        return format!("{name} {how} {:.1}", self.u() * 2.0 - 0.5);
                    }
                }
            }
        }
        format!("{} < {}", self.whole(0, 2), self.whole(0, 2))
    }

    /// A condition that may compare the time.
    fn guard(&mut self) -> String {
        let day = self.day;
        self.day = false;
        let plain = self.truth(1);
        self.day = day;
        if self.calm || !self.one_in(3) {
            return plain;
        }
        let how = self.pick(&["<", ">", "<=", ">="]);
        let left = if self.since && self.one_in(2) { "since" } else { "day" };
        let right = match self.variable(Kind::Duration) {
            Some(name) if left == "day" && self.one_in(4) => name,
            // The time in a stage is a difference, which rounds: whether it is still exactly 3 days depends on the last
            // bits of the time of entry, on which both sides need not agree.
            _ if left == "since" => format!("{}.37 days", self.whole(1, 25)),
            _ => format!("{} days", self.whole(1, 25)),
        };
        let timed = match self.below(6) {
            0 => format!("2 * {left} - 1 day {how} {right}"),
            1 if self.start => format!("day {how} 2025-01-{:02}", self.whole(21, 31)),
            2 => format!("({left} > 3.37 days and {left} <= {right} + 3 days)"),
            _ => format!("{left} {how} {right}"),
        };
        match self.below(8) {
            0 => format!("{plain} and {timed}"),
            1 => format!("{plain} or {timed}"),
            2 => format!("not ({timed})"),
            3 => format!("{timed} and {plain}"),
            4 => format!("if {plain} then {timed} else not ({timed})"),
            _ => timed,
        }
    }

    fn duration_literal(&mut self) -> String {
        match self.below(6) {
            0 => format!("{} hours", self.whole(6, 60)),
            1 => "1 week".into(),
            2 => format!("{:.1} days", 0.5 + self.u() * 8.0),
            _ => format!("{} days", self.whole(1, 9)),
        }
    }

    /// A duration above 0.
    fn duration(&mut self) -> String {
        match self.below(7) {
            0 => match self.variable(Kind::Duration) {
                Some(name) => format!("max({name}, 1 hour)"),
                None => self.duration_literal(),
            },
            1 => format!("(1 + abs({})) * {}", self.real(1), self.duration_literal()),
            2 => {
                format!(
                    "if {} then {} else {}",
                    self.truth(1),
                    self.duration_literal(),
                    self.duration_literal()
                )
            }
            3 if self.day => format!("(1 day + day / {})", self.whole(2, 5)),
            _ => self.duration_literal(),
        }
    }

    /// A distribution over durations.
    fn delay(&mut self) -> String {
        let m = self.duration();
        let a = self.duration_literal();
        let shape = format!("{:.1}", 0.6 + self.u() * 3.0);
        match self.below(25) {
            0..4 => m,
            4 => format!("1 day to {} days", self.whole(2, 30)),
            5 => format!("uniform(0 days, {m})"),
            6 => format!("uniform({a}, {a} + {m})"),
            7 => format!("normal({} days, 6 hours)", self.whole(3, 9)),
            8 => format!("lognormal(median = {m}, sigma = {:.1})", 0.2 + self.u()),
            9 => format!("lognormal(mean = {m}, sd = {a})"),
            10 => format!("gamma(shape = {shape}, mean = {m})"),
            11 => format!("gamma(mean = {m}, sd = {a})"),
            12 => format!("erlang(stages = {}, mean = {m})", self.whole(1, 4)),
            13 => format!("weibull({shape}, {m})"),
            14 => format!("exponential(mean = {m})"),
            15 => format!("exponential(rate = {:.1} per week)", 0.5 + self.u() * 6.0),
            16 => format!("loglogistic(median = {m}, shape = {shape})"),
            17 => "triangular(0 days, 2 days, 9 days)".into(),
            18 => format!("pert(1 day, 3 days, {} days)", self.whole(5, 20)),
            19 => format!("discrete(1 day: {}, 3 days: 2, {a} + 3 days: 1)", self.whole(1, 3)),
            20 => format!("truncate(exponential(mean = {m}), 1 hour, 20 days)"),
            21 => format!("lognormal(median = {m}, sigma = 0.00{})", self.whole(1, 9)),
            22 => format!("exponential(mean = {} hours)", self.whole(1, 5)),
            23 => format!("gamma(shape = 0.0{}, mean = {m})", self.whole(2, 9)),
            _ => format!("if {} then uniform(0 days, {m}) else exponential(mean = {a})", self.truth(1)),
        }
    }

    /// A probability.
    fn chance(&mut self) -> String {
        match self.below(10) {
            0 => format!("{}%", self.whole(1, 60)),
            1 => match self.variable(Kind::Chance) {
                Some(name) => name,
                None => "0.3".into(),
            },
            2 => format!("logistic({})", self.real(2)),
            3 => format!("clamp({}, 0, 1)", self.real(2)),
            4 => format!("if {} then {:.2} else {:.2}", self.truth(1), self.u(), self.u()),
            5 if self.day => format!("exp(-day / {} days)", self.whole(5, 50)),
            6 if self.day => self.bump(),
            _ => format!("{:.2}", self.u() * 0.6),
        }
    }

    /// What is there for a short while only.
    fn bump(&mut self) -> String {
        let width = ["40 minutes", "3 hours", "1 day"][self.below(3)];
        format!("exp(-((day - {} days) / {width}) ^ 2)", self.whole(1, 20))
    }

    /// A hazard, or the rate of an account.
    fn rate(&mut self) -> String {
        let c = self.whole(1, 9);
        match self.below(15) {
            0 => format!("{c} per month"),
            1 => format!("{}% per week", c * 5),
            2 => format!("if {} then {c} per year else {c} per week", self.truth(1)),
            3 => format!("abs({}) / 8", self.real(2)),
            4 if self.day => format!("0.02 * day / {c} days"),
            5 if self.day => format!("if day < {} days then 0.05 else 0.3", self.whole(2, 20)),
            6 if self.day => format!("max(0, 0.5 - day / {} days)", self.whole(10, 40)),
            7 if self.day && self.table => format!("0.2 * abs(tab(day / {c} days))"),
            8 if self.day => format!("exp(-day / {} days) / {c}", self.whole(3, 30)),
            9 if self.since => format!("0.1 * since / {c} days"),
            10 if self.timed_formula && self.day => "rising".into(),
            11 => format!("(if {} then 1 else 0) per {c} days", self.truth(1)),
            12 if self.day => format!("{c} * {}", self.bump()),
            _ => format!("0.{c}"),
        }
    }

    // ---- parts of the file

    fn belief_or_state_law(&mut self) -> (Kind, String) {
        match self.below(11) {
            0 => (Kind::Real, "normal(0.5, 1)".into()),
            1 => (Kind::Real, format!("uniform(-1, {})", self.whole(1, 3))),
            2 => (Kind::Real, "-1 to 2".into()),
            3 => (Kind::Real, "truncate(normal(0, 1), -1, 2)".into()),
            4 => (Kind::Real, "lognormal(mean = 1.0, sd = 0.5)".into()),
            5 => (Kind::Chance, "5% to 30%".into()),
            6 => (Kind::Chance, format!("beta({}, 3)", self.whole(1, 5))),
            7 => (Kind::Chance, "uniform(0.1, 0.6)".into()),
            8 => (Kind::Duration, "2 days to 9 days".into()),
            9 => (Kind::Duration, "pert(1 day, 3 days, 10 days)".into()),
            _ => (Kind::Whole, format!("discrete(0: 1, 1: {}, 2: 1)", self.whole(1, 3))),
        }
    }

    fn weights(&mut self, n: usize) -> String {
        let mut parts = vec![];
        for option in &OPTIONS[..n] {
            let weight = if self.one_in(4) {
                format!("\"abs({})\"", self.real(1))
            } else {
                self.whole(1, 4).to_string()
            };
            parts.push(format!("{option} = {weight}"));
        }
        format!("{{ {} }}", parts.join(", "))
    }

    fn levers(&mut self, out: &mut String) {
        if self.one_in(3) {
            return;
        }
        out.push_str("[levers]\n");
        for i in 0..self.whole(1, 3) {
            let name = format!("l{i}");
            let kind = match self.below(4) {
                0 => {
                    let _ = writeln!(out, "{name} = [{}, 2, 1]", [0, 3][self.below(2)]);
                    Kind::Whole
                }
                1 => {
                    let _ = writeln!(out, "{name} = [0.{}, 0.1]", self.whole(2, 9));
                    Kind::Chance
                }
                _ => {
                    let n = self.whole(2, 4) as usize;
                    let _ = writeln!(out, "{name} = {:?}", &OPTIONS[..n]);
                    Kind::Options(n)
                }
            };
            self.levers.push(Variable { name, kind });
        }
        if self.one_in(3) {
            let first = self.pick(&["redraw", "resume", "repeat"]);
            let others: Vec<&str> =
                ["redraw", "resume", "repeat"].into_iter().filter(|o| *o != first).collect();
            let _ = writeln!(out, "back = [{first:?}, {:?}, {:?}]", others[0], others[1]);
            self.return_lever = true;
        }
    }

    fn beliefs(&mut self, out: &mut String) {
        if self.one_in(4) {
            return;
        }
        out.push_str("[beliefs]\n");
        for i in 0..self.whole(1, 4) {
            let name = format!("b{i}");
            let (kind, text) = match self.below(9) {
                0 => (Kind::Truth, format!("{{ p = \"{}\" }}", self.chance())),
                1 => {
                    let n = self.whole(2, 4) as usize;
                    (Kind::Options(n), format!("{{ draw = {} }}", self.weights(n)))
                }
                2 => (Kind::Duration, "{ p10 = \"2 days\", p50 = \"4 days\", p90 = \"9 days\" }".into()),
                3 => (Kind::Real, "{ p10 = 0.5, p50 = 1.0, p90 = 1.6, why = \"so\" }".into()),
                4 => (
                    Kind::Chance,
                    "{ experts = { a = \"5% to 15%\", b = \"pert(10%, 20%, 40%)\" }, weights = { a = 2, b = 1 } }"
                        .into(),
                ),
                5 => (Kind::Chance, format!("0.{}", self.whole(1, 9))),
                _ => {
                    let (kind, law) = self.belief_or_state_law();
                    (kind, format!("{{ is = \"{law}\", why = \"so\" }}"))
                }
            };
            let _ = writeln!(out, "{name} = {text}");
            self.beliefs.push(Variable { name, kind });
        }
        let numbers: Vec<&str> = self
            .beliefs
            .iter()
            .filter(|b| !matches!(b.kind, Kind::Truth | Kind::Options(_)))
            .map(|b| b.name.as_str())
            .collect();
        if numbers.len() >= 2 {
            let (a, b) = (numbers[0].to_string(), numbers[1].to_string());
            if self.one_in(2) {
                let rank = self.u() * 1.6 - 0.8;
                let _ = writeln!(out, "[[correlate]]\nbetween = [{a:?}, {b:?}]\nrank = {rank:.2}");
            }
        }
    }

    fn states(&mut self, out: &mut String) {
        out.push_str("[state]\n");
        self.path = true;
        for i in 0..self.whole(1, 5) {
            let name = format!("x{i}");
            let (kind, text) = match self.below(12) {
                0 => (Kind::Real, format!("{:.1}", self.u() * 2.0)),
                1 => (Kind::Real, format!("{{ is = \"0.5 + {}\" }}", self.real(1))),
                2 | 3 => (Kind::Whole, self.whole(0, 2).to_string()),
                4 => (Kind::Truth, self.pick(&["true", "false"]).into()),
                5 => (Kind::Truth, format!("{{ p = \"{}\" }}", self.chance())),
                6 | 7 => {
                    let n = self.whole(2, 4) as usize;
                    (Kind::Options(n), format!("{:?}", &OPTIONS[..n]))
                }
                8 => {
                    let n = self.whole(2, 4) as usize;
                    (Kind::Options(n), format!("{{ draw = {} }}", self.weights(n)))
                }
                9 => (Kind::Duration, format!("\"{}\"", self.duration_literal())),
                10 => {
                    let n = self.whole(2, 4) as usize;
                    let is = OPTIONS[self.below(n)];
                    (Kind::Options(n), format!("{{ options = {:?}, is = {is:?} }}", &OPTIONS[..n]))
                }
                _ => {
                    let (kind, law) = self.belief_or_state_law();
                    (kind, format!("{{ draw = \"{law}\" }}"))
                }
            };
            let _ = writeln!(out, "{name} = {text}");
            // A chance that a path remembers may become any number.
            let kind = if kind == Kind::Chance { Kind::Real } else { kind };
            self.states.push(Variable { name, kind });
        }
    }

    fn formulas(&mut self, out: &mut String) {
        if self.one_in(3) {
            return;
        }
        out.push_str("[formulas]\n");
        for i in 0..self.whole(1, 3) {
            let name = format!("g{i}");
            let (kind, text) = match self.below(4) {
                0 => (Kind::Truth, self.truth(1)),
                1 => (Kind::Chance, format!("logistic({})", self.real(1))),
                2 => (Kind::Duration, self.duration()),
                _ => (Kind::Real, format!("0.5 + {}", self.real(2))),
            };
            let _ = writeln!(out, "{name} = \"{text}\"");
            self.formulas.push(Variable { name, kind });
        }
        if self.one_in(2) {
            out.push_str("rising = \"0.01 + 0.01 * day / 3 days\"\n");
            self.timed_formula = true;
        }
    }

    /// `set`, `draw` and `pay`, for a branch, a clock or an entry of `track`.
    fn effects(&mut self, track: usize, often: bool) -> Vec<String> {
        let mut parts = vec![];
        let mut set = vec![];
        let mut draws = vec![];
        for i in 0..self.states.len() {
            let (name, kind) = (self.states[i].name.clone(), self.states[i].kind);
            if !self.one_in(if often { 3 } else { 6 }) {
                continue;
            }
            if !self.calm && self.one_in(4) {
                let how = match kind {
                    Kind::Truth => format!("{{ p = \"{}\" }}", self.chance()),
                    Kind::Options(n) => self.weights(n),
                    Kind::Whole => "\"discrete(0: 1, 1: 2)\"".into(),
                    Kind::Duration => "\"1 day to 6 days\"".into(),
                    _ => format!("\"normal({}, 0.5)\"", self.real(1)),
                };
                draws.push(format!("{name} = {how}"));
                continue;
            }
            let value = match kind {
                Kind::Truth => self.truth(1),
                Kind::Whole => self.whole_number(),
                Kind::Options(n) => {
                    if self.one_in(3) {
                        format!(
                            "if {} then {} else {}",
                            self.truth(1),
                            OPTIONS[self.below(n)],
                            OPTIONS[self.below(n)]
                        )
                    } else {
                        OPTIONS[self.below(n)].to_string()
                    }
                }
                Kind::Duration => self.duration_literal(),
                _ => format!("clamp({}, -4, 4)", self.real(2)),
            };
            set.push(format!("{name} = \"{value}\""));
        }
        for other in 0..self.tracks.len() {
            if other == track || !self.one_in(if often { 5 } else { 9 }) {
                continue;
            }
            let (name, stages) = self.tracks[other].clone();
            // Without a horizon nothing may go round for ever.
            let to = if self.horizon { self.below(stages) } else { stages - 1 };
            if self.horizon && self.one_in(4) {
                set.push(format!(
                    "{name} = \"if {} then s{to} else s{}\"",
                    self.truth(1),
                    self.below(stages)
                ));
            } else {
                set.push(format!("{name} = \"s{to}\""));
            }
        }
        if !set.is_empty() {
            parts.push(format!("set = {{ {} }}", set.join(", ")));
        }
        if !draws.is_empty() {
            parts.push(format!("draw = {{ {} }}", draws.join(", ")));
        }
        if !self.accounts.is_empty() && self.one_in(4) {
            let i = self.below(self.accounts.len());
            let account = self.accounts[i].clone();
            parts.push(format!("pay = {{ {account} = \"{}\" }}", self.real(1)));
        }
        parts
    }

    /// `to`, or nothing to stay.
    fn to(&mut self, track: usize, stage: usize, may_stay: bool) -> Option<String> {
        let stages = self.tracks[track].1;
        if may_stay && self.one_in(4) {
            return None;
        }
        if self.one_in(5) {
            return Some(format!("to = \"e{}\"", self.below(self.outcomes)));
        }
        if self.horizon {
            return Some(format!("to = \"s{}\"", self.below(stages)));
        }
        if stage + 1 < stages {
            return Some(format!("to = \"s{}\"", self.whole(stage as i64 + 1, stages as i64 - 1)));
        }
        Some(format!("to = \"e{}\"", self.below(self.outcomes)))
    }

    fn branch(&mut self, chance: Option<String>, track: usize, stage: usize, may_stay: bool) -> String {
        let mut parts: Vec<String> = chance.into_iter().collect();
        parts.extend(self.to(track, stage, may_stay));
        parts.extend(self.effects(track, true));
        format!("{{ {} }}", parts.join(", "))
    }

    fn odds(&mut self) -> String {
        let mut factors = vec![format!("\"{}\" = {:.1}", self.truth(1), 0.2 + self.u() * 3.0)];
        if let Some(x) = self.variable(Kind::Real) {
            factors.push(format!("{x} = \"{:.1}\"", 0.5 + self.u()));
        }
        if let Some(x) = self.variable(Kind::Truth)
            && !factors[0].starts_with(&format!("\"not {x}\""))
        {
            factors.push(format!("\"not {x}\" = \"1 + abs({})\"", self.real(1)));
        }
        format!("p = {{ base = \"{}\", odds = {{ {} }} }}", self.chance(), factors.join(", "))
    }

    /// What stands behind a clock, or in a stage that branches on the spot.
    fn next(&mut self, track: usize, stage: usize, may_stay: bool) -> String {
        let mut list = vec![];
        match self.below(8) {
            0 | 1 => {
                // One way on, written without a list.
                let mut parts: Vec<String> = self.to(track, stage, may_stay).into_iter().collect();
                parts.extend(self.effects(track, true));
                return parts.join(", ");
            }
            2 => {
                for _ in 0..self.whole(2, 3) {
                    let mut chance = format!("weight = \"0.2 + abs({})\"", self.real(1));
                    if self.one_in(3) && !list.is_empty() {
                        let _ = write!(chance, ", when = \"{}\"", self.truth(1));
                    }
                    list.push(self.branch(Some(chance), track, stage, may_stay));
                }
            }
            3 => {
                for _ in 0..self.whole(1, 2) {
                    let chance = format!("when = \"{}\"", self.truth(1));
                    list.push(self.branch(Some(chance), track, stage, may_stay));
                }
                list.push(self.branch(None, track, stage, may_stay));
            }
            4 => {
                let p = self.odds();
                list.push(self.branch(Some(p), track, stage, may_stay));
                let share = self.chance();
                list.push(self.branch(Some(format!("p = \"({share}) * rest\"")), track, stage, may_stay));
                list.push(self.branch(None, track, stage, may_stay));
            }
            _ => {
                for i in 0..self.whole(1, 2) {
                    self.rest = true;
                    let p = self.chance();
                    self.rest = false;
                    let mut chance = match i {
                        0 => format!("p = \"{p}\""),
                        _ if self.one_in(8) => format!("p = \"{p}\""),
                        _ => format!("p = \"({p}) * rest\""),
                    };
                    if self.one_in(4) {
                        let _ = write!(chance, ", when = \"{}\"", self.truth(1));
                    }
                    list.push(self.branch(Some(chance), track, stage, may_stay));
                }
                list.push(self.branch(None, track, stage, may_stay));
            }
        }
        format!("next = [{}]", list.join(", "))
    }

    /// A clock: (how it rings, whether it may stay without ringing for ever).
    fn clock(&mut self, track: usize, stage: usize) -> String {
        let mut parts = vec![];
        let mut may_stay = self.horizon;
        let mut to_return = true;
        match self.below(10) {
            0..5 => {
                let law = self.delay();
                if self.one_in(12) {
                    parts.push(
                        "takes = { p10 = \"1 day\", p50 = \"3 days\", p90 = \"8 days\", low = \"1 hour\" }"
                            .into(),
                    );
                } else {
                    parts.push(format!("takes = \"{law}\""));
                }
                if !self.calm && self.one_in(2) {
                    parts.push(format!("on_change = \"{}\"", self.pick(&["keep", "redraw", "rescale"])));
                }
            }
            5 | 6 => parts.push(format!("hazard = \"{}\"", self.rate())),
            7 => {
                may_stay = true;
                to_return = false;
                let day = self.whole(1, 28);
                parts.push(match (self.start, self.below(4)) {
                    (true, 0 | 1) => format!("at = 2025-02-{day:02}"),
                    (_, 2) => match self.variable(Kind::Duration) {
                        Some(name) if self.one_in(2) => format!("at = \"{name} + {day} days\""),
                        Some(_) if self.one_in(3) => "at = \"day + 3 days\"".into(),
                        Some(name) => format!("at = \"{name} + {day} days\""),
                        None => format!("at = \"{day} days\""),
                    },
                    _ => format!("at = \"{day} days\""),
                });
            }
            _ => {
                may_stay = true;
                to_return = false;
                let guard = self.guard();
                parts.push(format!("when = \"{guard}\""));
            }
        }
        let guard_only = parts[0].starts_with("when");
        if !guard_only && self.one_in(3) {
            let guard = self.guard();
            parts.push(format!("when = \"{guard}\""));
        }
        if to_return && !self.calm && self.one_in(2) {
            let how = self.pick(&["redraw", "resume", "repeat", "back"]);
            if how != "back" || self.return_lever {
                parts.push(format!("on_return = \"{how}\""));
            }
        }
        let next = self.next(track, stage, may_stay);
        if !next.is_empty() {
            parts.push(next);
        }
        parts.join(", ")
    }

    fn stage(&mut self, track: usize, stage: usize, single: bool, out: &mut String) {
        let name = self.tracks[track].0.clone();
        if single {
            let _ = writeln!(out, "[stage.s{stage}]");
        } else {
            let _ = writeln!(out, "[track.{name}.stage.s{stage}]");
        }
        self.since = !self.calm;
        if self.one_in(4) {
            let parts = self.effects(track, true);
            if !parts.is_empty() {
                let _ = writeln!(out, "enter = {{ {} }}", parts.join(", "));
            }
        }
        match self.below(8) {
            0 => {}
            // On the spot: forward only, so that an instant ends.
            1 => {
                let horizon = std::mem::replace(&mut self.horizon, false);
                let next = self.next(track, stage, false);
                self.horizon = horizon;
                for line in split_top(&next) {
                    let _ = writeln!(out, "{line}");
                }
            }
            2 | 3 => {
                let clock = self.clock(track, stage);
                for line in split_top(&clock) {
                    let _ = writeln!(out, "{line}");
                }
            }
            _ => {
                out.push_str("race = [\n");
                for i in 0..self.whole(1, 3) {
                    let clock = self.clock(track, stage);
                    let _ = writeln!(out, "  {{ clock = \"c{i}\", {clock} }},");
                }
                out.push_str("]\n");
            }
        }
        self.since = false;
    }

    fn file(&mut self) -> String {
        let mut out = String::from("title = \"Generated\"\n");
        self.horizon = !self.one_in(5);
        self.start = self.one_in(2);
        self.table = self.one_in(2);
        if self.start {
            out.push_str("start = 2025-01-20\n");
        }
        self.outcomes = self.whole(2, 3) as usize;
        if self.horizon {
            if self.start && self.one_in(3) {
                out.push_str("horizon = 2025-02-20\n");
            } else {
                let _ = writeln!(out, "horizon = \"{} days\"", self.whole(5, 50));
            }
            let _ = writeln!(out, "at_horizon = \"e{}\"", self.below(self.outcomes));
        }
        out.push_str("instant_limit = 40\n");
        let single = self.one_in(3);
        let tracks: Vec<(String, usize)> = if single {
            vec![("stage".into(), self.whole(1, 4) as usize)]
        } else {
            (0..self.whole(1, 3)).map(|i| (format!("t{i}"), self.whole(1, 4) as usize)).collect()
        };
        if single && self.horizon && self.one_in(4) {
            let _ = writeln!(out, "begins = \"s{}\"", self.below(tracks[0].1));
        }
        self.levers(&mut out);
        if !self.calm || self.one_in(2) {
            self.beliefs(&mut out);
        }
        self.states(&mut out);
        self.tracks = tracks;
        self.day = !self.calm;
        self.formulas(&mut out);
        if self.table {
            let read = self.pick(&["step", "line"]);
            let _ =
                writeln!(out, "[tables.tab]\nread = \"{read}\"\nx = [0, 1, 2.5, 4]\ny = [0.5, 1, 0.2, 2]");
        }
        self.accounts = (0..self.below(3)).map(|i| ["cost", "loss"][i].to_string()).collect();
        for track in 0..self.tracks.len() {
            let (name, stages) = self.tracks[track].clone();
            if !single && self.horizon && self.one_in(4) {
                let _ = writeln!(out, "[track.{name}]\nbegins = \"s{}\"", self.below(stages));
            }
            for stage in 0..stages {
                self.stage(track, stage, single, &mut out);
            }
        }
        for i in 0..self.outcomes {
            let _ = writeln!(out, "[outcome.e{i}]");
            if self.one_in(5) {
                let calm = std::mem::replace(&mut self.calm, false);
                let guard = self.guard();
                self.calm = calm;
                let _ = writeln!(out, "when = \"{guard}\"");
            }
            if self.one_in(2) {
                let value = self.real(1);
                let _ = writeln!(out, "payoff = {{ us = {}, them = \"{value}\" }}", self.whole(0, 9));
            }
        }
        if self.horizon && self.one_in(3) {
            out.push_str("[milestones]\nsoon = \"3 days\"\n");
        }
        self.measures(&mut out);
        self.report(&mut out);
        self.variants(&mut out);
        out
    }

    fn measures(&mut self, out: &mut String) {
        out.push_str("[measures]\n");
        for name in self.accounts.clone() {
            let mut parts = vec![format!("rate = \"{}\"", self.rate())];
            if self.one_in(2) {
                let strong = self.one_in(4);
                parts.push(format!("discount = \"{}\"", if strong { "60% a day" } else { "3% a month" }));
            }
            let _ = writeln!(out, "{name} = {{ {} }}", parts.join(", "));
        }
        let mut above: Option<String> = None;
        for i in 0..self.below(4) {
            let name = format!("m{i}");
            let mut parts = match self.below(4) {
                0 => {
                    let changing = self.states.iter().find(|s| s.kind == Kind::Real).map(|s| s.name.clone());
                    let guard = match changing {
                        Some(x) if self.one_in(2) => format!("{x} > {:.1}", 1.0 + self.u() * 2.0),
                        _ => self.guard(),
                    };
                    vec![format!("first = \"{guard}\"")]
                }
                1 => vec![format!("value = \"{}\"", self.truth(1))],
                2 => match &above {
                    Some(other) => vec![format!("value = \"2 * {other}\"")],
                    None => vec![format!("value = \"{}\"", self.real(2))],
                },
                _ => vec![format!("value = \"{}\"", self.real(2)), "thresholds = [0.5, 1]".into()],
            };
            if parts[0].starts_with("value") && above.is_none() && !parts[0].contains("2 *") {
                above = Some(name.clone());
            }
            if self.one_in(3) {
                let given = match self.below(2) {
                    0 => format!("outcome == e{}", self.below(self.outcomes)),
                    _ => self.truth(1),
                };
                parts.push(format!("given = \"{given}\""));
            }
            let _ = writeln!(out, "{name} = {{ {} }}", parts.join(", "));
        }
    }

    fn report(&mut self, out: &mut String) {
        let mut keys: Vec<String> = self
            .states
            .iter()
            .chain(&self.formulas)
            .filter(|v| matches!(v.kind, Kind::Truth | Kind::Options(_) | Kind::Whole))
            .map(|v| format!("{:?}", v.name))
            .collect();
        keys.push(format!("{:?}", self.tracks[0].0));
        let first = self.below(keys.len());
        let second = self.below(keys.len());
        let pair =
            if first == second { keys[first].clone() } else { format!("{}, {}", keys[first], keys[second]) };
        let _ = writeln!(out, "[report]\nsplit = [[{pair}]]");
    }

    fn variants(&mut self, out: &mut String) {
        let mut changes = vec![];
        for lever in &self.levers {
            if let Kind::Options(_) = lever.kind {
                changes.push(format!("{} = \"{}\"", lever.name, OPTIONS[1]));
            }
        }
        for belief in &self.beliefs {
            match belief.kind {
                Kind::Chance => changes.push(format!("{} = \"10% to 20%\"", belief.name)),
                Kind::Real => changes.push(format!("{} = 0.7", belief.name)),
                Kind::Truth => changes.push(format!("{} = {{ p = 0.9 }}", belief.name)),
                _ => {}
            }
        }
        for state in &self.states {
            match state.kind {
                Kind::Real => changes.push(format!("{} = {{ draw = \"uniform(0, 1)\" }}", state.name)),
                Kind::Whole => changes.push(format!("{} = 3", state.name)),
                Kind::Truth => changes.push(format!("{} = true", state.name)),
                Kind::Options(_) => changes.push(format!("{} = \"green\"", state.name)),
                _ => {}
            }
        }
        if self.return_lever {
            changes.push("back = \"repeat\"".into());
        }
        if !changes.is_empty() {
            let i = self.below(changes.len());
            let j = self.below(changes.len());
            let both = if i == j { changes[i].clone() } else { format!("{}, {}", changes[i], changes[j]) };
            let _ = writeln!(out, "[variants]\nother = {{ {both} }}");
        }
    }
}

/// The parts of the inside of an inline table, each a line of its own.
fn split_top(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted, mut start) = (vec![], 0, false, 0);
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(text[start..i].trim().to_string());
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim().to_string());
    parts.retain(|p| !p.is_empty());
    parts
}
