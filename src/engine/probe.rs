//! Paths that are pushed to extremes, to see what stops them before a run does.

use super::fault::{Fault, FaultKind};
use super::luck::{Luck, Plain, Scene, probability};
use super::observer::{Observer, PathEnd};
use super::walker::Walker;
use super::world::World;
use crate::dist::Law;
use crate::program::Program;
use crate::stream::{Draw, Name, WorldKey};

/// The most events of such a path, and of an instant; one that goes on is left there.
const EVENTS: u32 = 2_000;
/// After so many choices for each path, on average, no more are walked.
const CHOICES: u64 = 200;
/// How often the branch is taken that the path prefers; else one of all that can be.
const PREFERRED: f64 = 7.0 / 8.0;
/// No delay is shorter than all but so many, or longer.
const LEAST: f64 = 1e-6;

/// A luck by which a path takes, wherever it comes to the same choice, mostly the same branch, however unlikely that is, and
/// waits as long as may be or as short. What cannot be is left out.
#[derive(Clone, Debug)]
struct Pushed {
    /// What the path prefers is drawn by the number of the list or clock.
    key: WorldKey,
    names: [Name; 2],
    path: u64,
    possible: Vec<usize>,
    /// How many branches have been chosen, and delays begun, on all paths.
    choices: u64,
}

impl Pushed {
    fn new(seed: u64) -> Pushed {
        Pushed {
            key: WorldKey::new(seed, 0),
            names: [Name::new("probe: branches"), Name::new("probe: delays")],
            path: 0,
            possible: Vec::new(),
            choices: 0,
        }
    }

    /// Of four paths one comes as the scenario says, and one has its delays so.
    fn pushes(&self) -> [bool; 2] {
        [!self.path.is_multiple_of(4), self.path % 4 > 1]
    }

    fn prefers(&self, name: usize, number: usize) -> f64 {
        self.key.draw(self.names[name], self.path, number as u32).choice()
    }

    /// The number that takes the place of a delay's.
    fn waits(&self, clock: usize, uniform: f64) -> f64 {
        // All short on every fourth path, else by clock.
        let short = self.path % 4 == 2 || self.prefers(1, clock) < 0.5;
        let fourth = |u: f64| u * u * u * u;
        let pushed = if short { fourth(uniform) } else { 1.0 - fourth(1.0 - uniform) };
        pushed.clamp(LEAST, 1.0 - LEAST)
    }
}

impl Luck for Pushed {
    const PLAIN: bool = false;

    fn delay(&mut self, clock: usize, law: &Law, draw: &Draw, _: &Scene<'_>) -> Option<f64> {
        self.choices += 1;
        self.pushes()[1].then(|| law.quantile(self.waits(clock, draw.clone().uniform())))
    }

    fn times(&mut self, _: f64) -> &[f64] {
        &[]
    }

    fn need(&mut self, clock: usize, _: &[f64], draw: &mut Draw, _: &Scene<'_>) -> f64 {
        self.choices += 1;
        let uniform = draw.uniform();
        // It falls with its number.
        let number = if self.pushes()[1] { 1.0 - self.waits(clock, 1.0 - uniform) } else { uniform };
        -libm::log(number.max(f64::MIN_POSITIVE))
    }

    fn branch(&mut self, list: usize, thresholds: &[f64], number: f64, scene: &Scene<'_>) -> (usize, f64) {
        self.choices += 1;
        self.possible.clear();
        self.possible.extend((0..thresholds.len()).filter(|branch| probability(thresholds, *branch) > 0.0));
        let count = self.possible.len() as f64;
        if !self.pushes()[0] || self.possible.is_empty() {
            return Plain.branch(list, thresholds, number, scene);
        }
        let which = match number < PREFERRED {
            true => self.prefers(0, list),
            false => (number - PREFERRED) / (1.0 - PREFERRED),
        };
        let chosen = self.possible[((which * count) as usize).min(self.possible.len() - 1)];
        (chosen, probability(thresholds, chosen))
    }
}

/// Nobody watches.
struct Unseen;

impl Observer for Unseen {
    const RINGS: bool = false;

    fn end(&mut self, _: &PathEnd<'_>) {}
}

/// What stops some of so many paths, each in a world of its own: the first at each place. How long a path or an instant goes on is no
/// matter here, since unlikely ones may for long.
pub fn probe(mut program: Program, seed: u64, paths: u64) -> Vec<Box<Fault>> {
    program.instant_limit = program.instant_limit.min(EVENTS);
    let program = &program;
    let mut walker = Walker::with_luck(program, Pushed::new(seed)).of_most(EVENTS.into());
    let mut world = World::empty(program);
    let mut found: Vec<Box<Fault>> = Vec::new();
    for path in 0..paths {
        walker.luck().path = path;
        if walker.luck().choices > CHOICES * paths {
            break;
        }
        let walked = world.refill(program, seed, path).and_then(|()| walker.walk(&world, path, &mut Unseen));
        let Err(fault) = walked else { continue };
        let long = matches!(fault.kind, FaultKind::PathTooLong(_) | FaultKind::InstantTooLong(_));
        if !long && found.iter().all(|known| known.span != fault.span) {
            found.push(fault);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(FaultKind, u64)> {
        let checked = crate::check::check_text("pushed", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let faults = probe(Program::compile(&scenario), 0, 1_000);
        faults.into_iter().map(|fault| (fault.kind, fault.time as u64 / 86_400)).collect()
    }

    /// Of what comes at once with a chance of 5^-8 a path knows nothing unless it is pushed; what has no chance never comes.
    #[test]
    fn what_is_unlikely_comes_and_what_cannot_be_does_not() {
        let talks = |impossible: &str| {
            format!(
                "[state]\ntrust = 0.0\nbroken = 1.0\n[stage.talks]\ntakes = \"1 day\"\n\
                 next = [{{ p = \"{impossible}\", set = {{ broken = \"1 / (broken - 1)\" }}, to = \"talks\" }}, \
                 {{ p = 0.2, set = {{ trust = \"trust + 1\" }}, to = \"talks\" }}, {{ to = \"over\" }}]\n\
                 [outcome.over]\n[measures]\nroot = {{ value = \"sqrt(7.5 - trust)\" }}\n"
            )
        };
        let stopped = found(&talks("0 * trust"));
        // Eight days of trust, and the last.
        assert!(matches!(stopped[..], [(FaultKind::Measure(0), 9..)]), "{stopped:?}");
        let stopped = found(&talks("0.0001"));
        assert!(stopped.iter().any(|(kind, _)| matches!(kind, FaultKind::Assigned(1, _))), "{stopped:?}");
    }

    /// Delays of which one in a thousand is as long, or as short.
    #[test]
    fn delays_are_long_and_short() {
        for (law, bound) in [("exponential(mean = 10 days)", 69.0), ("uniform(0 days, 10 days)", 9.99)] {
            let text = format!(
                "[stage.talks]\ntakes = \"{law}\"\nto = \"over\"\n[outcome.over]\n\
                 [measures]\nlate = {{ value = \"sqrt({bound} - day / 1 day)\" }}\n\
                 early = {{ value = \"sqrt(day / 1 day - 0.001)\" }}\n"
            );
            let kinds: Vec<FaultKind> = found(&text).into_iter().map(|(kind, _)| kind).collect();
            assert!(kinds.len() == 2 && kinds.contains(&FaultKind::Measure(0)), "{kinds:?}");
        }
    }

    #[test]
    fn a_path_that_goes_on_is_left_there() {
        let text = "[stage.talks]\ntakes = \"1 second\"\nnext = [{ p = 1e-9, to = \"over\" }, { to = \"talks\" }]\n[outcome.over]\n";
        assert_eq!(found(text), []);
    }
}
