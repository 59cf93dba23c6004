//! What is to be run: scenarios, their variants, and how many worlds and paths each gets.

use super::arms::{Arm, arms};
use super::named::{self, UnknownVariant};
use crate::engine::WorldDesign;
use crate::model::{Belief, Draw, Law, Node, Scenario};

/// Paths for each variant where nobody says otherwise.
pub const DEFAULT_PATHS: u64 = 20_000;

/// At least so many worlds for each path in one.
const WORLDS_A_PATH: u64 = 200;

/// How much to run, and with which luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Paths for each variant (rounded up where worlds don't divide it).
    pub paths: u64,
    /// Worlds, where somebody wants to say; else by [`Size::of`].
    pub worlds: Option<u64>,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Threads; 0 for one each core. No result depends on it.
    pub threads: usize,
    /// How the beliefs of worlds are drawn, where scenarios are solved; sampling draws them at random.
    pub design: WorldDesign,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { paths: DEFAULT_PATHS, worlds: None, seed: 1, threads: 0, design: WorldDesign::Random }
    }
}

/// Worlds, and paths in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Worlds.
    pub worlds: u64,
    /// Paths in each world.
    pub paths_each: u64,
    /// Whether worlds differ: some belief varies. If none does there is one world, and every path is drawn by itself.
    pub vary: bool,
}

impl Size {
    /// The rule. No belief varies: one world. Else paths are shared out so that there are at least 200 worlds for each path in
    /// one, with 1, 2, 5, 10, 20, 50, … paths in each: many worlds, because the overall probability and the ends of the
    /// credible interval come from them; several paths in each, because otherwise chance and not knowing can't be told
    /// apart. 20,000 paths are 2,000 worlds of 10; a million are 20,000 of 50.
    pub fn of(vary: bool, settings: &Settings) -> Size {
        let paths = settings.paths.max(1);
        if !vary {
            return Size { worlds: 1, paths_each: paths, vary };
        }
        let paths_each = match settings.worlds {
            Some(worlds) => paths.div_ceil(worlds.max(1)),
            None => round_steps().take_while(|n| WORLDS_A_PATH * n * n <= paths).last().unwrap_or(1),
        };
        let worlds = settings.worlds.unwrap_or(paths.div_ceil(paths_each)).max(1);
        Size { worlds, paths_each, vary }
    }

    /// Paths in all worlds.
    pub fn paths(&self) -> u64 {
        self.worlds.saturating_mul(self.paths_each)
    }
}

fn round_steps() -> impl Iterator<Item = u64> {
    (0..9_u32).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)))
}

/// One scenario with its variants; all run on the same luck.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The scenario as written.
    pub scenario: Scenario,
    /// The base first, then named variants, then combinations of the levers that the batch varies.
    pub arms: Vec<Arm>,
    /// How much each variant is run.
    pub size: Size,
}

impl Subject {
    /// The worlds of a solved scenario: rounded up to what the design can do. Without beliefs there is one world, and
    /// nothing to spread.
    pub fn solved_worlds(&self, design: WorldDesign) -> u64 {
        if self.size.vary { design.rounded(self.size.worlds) } else { self.size.worlds }
    }
}

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Scenarios in the order given.
    pub subjects: Vec<Subject>,
    /// How.
    pub settings: Settings,
}

impl Plan {
    /// All variants of these scenarios.
    pub fn new(scenarios: Vec<Scenario>, settings: Settings) -> Plan {
        let subjects = scenarios
            .into_iter()
            .map(|scenario| {
                let arms = arms(&scenario);
                let size = Size::of(arms.iter().any(|arm| beliefs_vary(&arm.scenario)), &settings);
                Subject { scenario, arms, size }
            })
            .collect();
        Plan { subjects, settings }
    }

    /// Keeps, beside each base, only the variants with these names; combinations of levers need not be among those of the batch.
    ///
    /// # Errors
    /// The first name that no scenario of the plan knows.
    pub fn only(&mut self, names: &[String]) -> Result<(), UnknownVariant> {
        let of = |subject: &Subject, name: &String| named::find(&subject.scenario, &subject.arms, name);
        if let Some(name) = names.iter().find(|name| self.subjects.iter().all(|s| of(s, name).is_none())) {
            let all: Vec<(&Scenario, &[Arm])> =
                self.subjects.iter().map(|s| (&s.scenario, s.arms.as_slice())).collect();
            return Err(named::unknown(&all, name));
        }
        for subject in &mut self.subjects {
            let wanted: Vec<Arm> = names.iter().filter_map(|name| of(subject, name)).collect();
            let mut first = true;
            subject.arms.retain(|arm| {
                std::mem::take(&mut first) || wanted.iter().any(|wanted| wanted.name == arm.name)
            });
            for arm in wanted {
                if subject.arms.iter().all(|there| there.name != arm.name) {
                    subject.arms.push(arm);
                }
            }
        }
        Ok(())
    }

    /// Keeps the bases alone.
    pub fn only_base(&mut self) {
        self.subjects.iter_mut().for_each(|subject| subject.arms.truncate(1));
    }

    /// All paths of all variants of all scenarios: what a progress bar goes to.
    pub fn paths(&self) -> u64 {
        self.subjects.iter().map(|s| s.size.paths().saturating_mul(s.arms.len() as u64)).sum()
    }

    /// All worlds of all variants of all scenarios, where they are solved.
    pub fn solved_worlds(&self) -> u64 {
        let design = self.settings.design;
        self.subjects.iter().map(|s| s.solved_worlds(design).saturating_mul(s.arms.len() as u64)).sum()
    }

    /// The levers of the batch, by name, in order of first declaration: a column each in every table.
    pub fn levers(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for lever in self.subjects.iter().flat_map(|s| &s.scenario.levers) {
            if !names.contains(&lever.name) {
                names.push(lever.name.clone());
            }
        }
        names
    }
}

/// Whether worlds of this scenario differ.
pub fn beliefs_vary(scenario: &Scenario) -> bool {
    scenario.beliefs.iter().any(varies)
}

fn varies(belief: &Belief) -> bool {
    // A belief that only reads others varies if they do, and they are asked themselves.
    match &belief.draw {
        Draw::Law(law) => match &law.node {
            Node::Law(Law::Point(_)) => false,
            Node::Law(Law::Discrete(pairs)) => pairs.len() > 1,
            _ => true,
        },
        Draw::Chance(p) => !matches!(p.as_constant(), Some(p) if p == 0.0 || p == 1.0),
        Draw::Weights(weights) => weights.len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shared_out_over_worlds() {
        let size = |paths, worlds| {
            let size = Size::of(true, &Settings { paths, worlds, ..Settings::default() });
            (size.worlds, size.paths_each)
        };
        assert_eq!(size(20_000, None), (2_000, 10));
        assert_eq!(size(1_000_000, None), (20_000, 50));
        assert_eq!(size(1_000, None), (500, 2));
        assert_eq!(size(30, None), (30, 1));
        assert_eq!(size(1, None), (1, 1));
        assert_eq!(size(1_000_000_000, None), (500_000, 2_000));
        assert_eq!(size(20_001, None), (2_001, 10));
        assert_eq!(size(20_000, Some(300)), (300, 67));
        let fixed = Size::of(false, &Settings { worlds: Some(50), ..Settings::default() });
        assert_eq!((fixed.worlds, fixed.paths_each), (1, DEFAULT_PATHS));
    }
}
