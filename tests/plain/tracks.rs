//! Random small scenarios of two or three tracks side by side, as texts: each goes round among stages of its own, with delays that are
//! fixed, lie between two bounds, have a few values or a tail, and seldom looks at the others.

use detente::stream::{Draw, Name, WorldKey};
use std::fmt::Write as _;

/// The text of scenario number `number` under `seed`.
pub fn scenario(seed: u64, number: u64) -> String {
    let draw = WorldKey::new(seed, number).draw(Name::new("tracks"), 0, 0);
    let mut g =
        Generator { draw, sizes: vec![], horizon: true, belief: false, counter: false, account: false };
    g.file()
}

const TRACKS: [&str; 3] = ["a", "b", "c"];

struct Generator {
    draw: Draw,
    /// How many stages each track has.
    sizes: Vec<usize>,
    horizon: bool,
    belief: bool,
    counter: bool,
    account: bool,
}

impl Generator {
    fn below(&mut self, n: usize) -> usize {
        ((self.draw.uniform() * n as f64) as usize).min(n - 1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A stage of another track, as `b == b1` would name it.
    fn elsewhere(&mut self, track: usize) -> (&'static str, String) {
        let other = (track + 1 + self.below(self.sizes.len() - 1)) % self.sizes.len();
        let name = TRACKS[other];
        (name, format!("{name}{}", self.below(self.sizes[other])))
    }

    /// What holds while another track is somewhere, or a counter is.
    fn condition(&mut self, track: usize) -> String {
        if self.counter && self.one_in(3) {
            return format!("n {} {}", ["<", ">=", "=="][self.below(3)], 1 + self.below(2));
        }
        let (other, stage) = self.elsewhere(track);
        format!("{other} {} {stage}", ["==", "!="][self.below(2)])
    }

    /// Whole days, so that clocks are due together now and then.
    fn delay(&mut self) -> String {
        let (low, more) = (self.below(4), 1 + self.below(5));
        let (high, middle) = (low + more, low + more.div_ceil(2));
        match self.below(16) {
            0..5 => format!("{} days", 1 + self.below(7)),
            5 | 6 => format!("uniform({low} days, {high} days)"),
            7 => format!("pert({low} days, {middle} days, {high} days)"),
            8 => format!("triangular({low} days, {middle} days, {high} days)"),
            9 | 10 => {
                format!("discrete({} days, 1, {} days, {})", low + 1, low + 1 + more, 1 + self.below(3))
            }
            11 => format!("gamma(shape = {}, mean = {} days)", 1 + self.below(4), 1 + low + more),
            12 => format!("exponential(mean = {} days)", 1 + low + more),
            13 => {
                format!("truncate(lognormal(median = {middle} days, sigma = 0.6), {low} days, {high} days)")
            }
            14 if self.belief => format!("{} days * pace", 1 + low),
            15 if self.belief => format!("weibull(shape = 2, mean = {} days * pace)", 1 + low),
            _ => "2 days to 9 days".into(),
        }
    }

    fn effects(&mut self, track: usize) -> String {
        let mut parts = String::new();
        let mut set = vec![];
        if self.counter && self.one_in(4) {
            set.push("n = \"min(n + 1, 3)\"".to_string());
        }
        if self.one_in(14) {
            let (other, stage) = self.elsewhere(track);
            set.push(format!("{other} = \"{stage}\""));
        }
        if !set.is_empty() {
            let _ = write!(parts, ", set = {{ {} }}", set.join(", "));
        }
        if self.account && self.one_in(5) {
            let _ = write!(parts, ", pay = {{ cost = {} }}", 1 + self.below(3));
        }
        parts
    }

    /// Where a ring leads: mostly round, seldom out.
    fn to(&mut self, track: usize) -> String {
        if self.one_in(7) {
            return format!("to = \"{}\"", ["over", "left"][self.below(2)]);
        }
        format!("to = \"{}{}\"", TRACKS[track], self.below(self.sizes[track]))
    }

    fn chance(&mut self, track: usize) -> String {
        let p = 0.1 * (1 + self.below(8)) as f64;
        match self.below(6) {
            0 => format!("\"if {} then {p:.1} else 0.4\"", self.condition(track)),
            1 if self.belief => format!("\"{p:.1} * luck\""),
            _ => format!("{p:.1}"),
        }
    }

    fn next(&mut self, track: usize) -> String {
        if !self.horizon {
            // Any ring may be the last, so that no path goes round for ever.
            let (p, out) = (0.1 * (1 + self.below(6)) as f64, ["over", "left"][self.below(2)]);
            let (to, more) = (self.to(track), self.effects(track));
            return format!("next = [{{ p = {p:.1}, to = \"{out}\" }}, {{ {to}{more} }}]");
        }
        if self.one_in(2) {
            return format!("{}{}", self.to(track), self.effects(track));
        }
        let (p, first, more) = (self.chance(track), self.to(track), self.effects(track));
        format!("next = [{{ p = {p}, {first}{more} }}, {{ {}{} }}]", self.to(track), self.effects(track))
    }

    fn clock(&mut self, track: usize) -> String {
        // Without a horizon nothing waits for what perhaps never comes.
        let kinds = if self.horizon { 0 } else { 3 };
        let mut clock = match kinds + self.below(12 - kinds) {
            0 => format!("hazard = \"{} per 10 days\"", 1 + self.below(4)),
            1 => format!("at = \"{} days\"", 2 + self.below(12)),
            2 => format!("when = \"{}\"", self.condition(track)),
            _ => format!("takes = \"{}\"", self.delay()),
        };
        if self.horizon && !clock.starts_with("when") && self.one_in(8) {
            let _ = write!(clock, ", when = \"{}\"", self.condition(track));
        }
        if clock.starts_with("takes") && self.one_in(10) {
            let _ = write!(clock, ", on_return = \"{}\"", ["resume", "repeat"][self.below(2)]);
        }
        format!("{clock}, {}", self.next(track))
    }

    fn stage(&mut self, track: usize, stage: usize, out: &mut String) {
        let name = TRACKS[track];
        let _ = writeln!(out, "[track.{name}.stage.{name}{stage}]");
        if self.horizon && self.one_in(10) && stage > 0 {
            // It rests until another track moves it.
            return;
        }
        let clocks = if self.one_in(3) { 2 } else { 1 };
        out.push_str("race = [\n");
        for i in 0..clocks {
            let clock = self.clock(track);
            let _ = writeln!(out, "  {{ clock = \"c{i}\", {clock} }},");
        }
        out.push_str("]\n");
    }

    fn file(&mut self) -> String {
        let mut out = String::from("title = \"Side by side\"\n");
        self.horizon = !self.one_in(6);
        self.belief = self.one_in(4);
        self.counter = self.one_in(3);
        self.account = self.one_in(3);
        self.sizes = (0..2 + self.below(2)).map(|_| 1 + self.below(3)).collect();
        if self.horizon {
            let _ = writeln!(out, "horizon = \"{} days\"\nat_horizon = \"open\"", 7 + self.below(20));
        }
        out.push_str("instant_limit = 40\n");
        if self.belief {
            out.push_str("[beliefs]\npace = \"uniform(0.5, 2)\"\nluck = \"uniform(0.2, 1)\"\n");
        }
        if self.counter {
            out.push_str("[state]\nn = 0\n");
        }
        for track in 0..self.sizes.len() {
            for stage in 0..self.sizes[track] {
                self.stage(track, stage, &mut out);
            }
        }
        // Lines of an account and of the day.
        let [over, left] = if self.account {
            [("30 - 2 * cost", "day / 1 day"), ("5 + cost / 3", "3 - day / 1 week")]
                .map(|(us, them)| format!("payoff = {{ us = \"{us}\", them = \"{them}\" }}\n"))
        } else {
            Default::default()
        };
        let _ = write!(out, "[outcome.over]\n{over}[outcome.left]\n{left}[outcome.open]\n");
        if self.one_in(3) {
            let (a, b) = (self.condition(0).replace("!=", "=="), self.condition(1).replace("!=", "=="));
            let _ = writeln!(out, "[outcome.both]\nwhen = \"{a} and {b}\"");
        }
        if self.horizon {
            out.push_str("[milestones]\nsoon = \"4 days\"\nlater = \"6.5 days\"\n");
        }
        out.push_str("[measures]\n");
        if self.account {
            let stage = self.condition(0);
            let discount = if self.one_in(3) { ", discount = \"20% a month\"" } else { "" };
            let _ = writeln!(out, "cost = {{ rate = \"if {stage} then 2 else 1\"{discount} }}");
        }
        if self.one_in(2) {
            let _ = writeln!(out, "met = {{ first = \"{}\" }}", self.condition(1));
        }
        if self.one_in(2) {
            let _ =
                writeln!(out, "[report]\nsplit = [[\"a\", \"{}\"]]", if self.counter { "n" } else { "b" });
        }
        out
    }
}
