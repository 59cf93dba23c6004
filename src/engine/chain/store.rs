//! The chain as far as it is known: combinations that wait, what may happen in them, and where that leads.

use super::short::{MORE, NEVER, NONE, OVER, Quick, SETS, SMALL, Way};
use crate::program::{Program, Run};
use std::collections::{HashMap, HashSet};

/// Where something leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// No path has gone there yet.
    Unknown,
    /// A combination that waits.
    Node(u32),
    /// A branch on the spot, or a clock whose number is drawn when it rings.
    Fork(u32),
    /// The end of the path.
    End(u32),
}

/// A combination that waits: stages, values of states, which clocks run.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its clocks: places in [`Chain::exits`].
    pub exits: Run,
    /// Its values: see [`Chain::config`].
    pub config: u32,
    /// The end of a path that is here at the horizon, or can never leave.
    pub over: To,
    /// Whether a clock rings by a rate.
    pub hazards: bool,
    /// Whether no outcome can come any more.
    pub closed: bool,
    /// What its only clock does, where that is known and nothing else runs; else [`NONE`].
    pub alone: u32,
}

/// A clock that runs in a combination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    pub clock: u32,
    pub kind: ExitKind,
    /// What its ring does; [`NONE`] before it first did.
    pub fork: u32,
}

/// How a clock comes to ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExitKind {
    Delay,
    Rate,
    Date,
    /// Time changes a comparison: the number after those of the clocks says which.
    Crossing,
}

/// A list of branches in a combination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fork {
    pub list: u32,
    /// Whose number chooses, if that is drawn at the ring; else [`NONE`].
    pub site: u32,
    pub config: u32,
    /// The first of its edges, in the order of the branches.
    pub edges: u32,
    /// The first of its thresholds, and how many.
    pub row: u32,
    pub branches: u32,
    /// Whether no world changes its chances.
    pub alike: bool,
}

/// A branch that was taken, and all that followed at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub to: To,
    pub ops: Run,
}

/// Something that follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    /// A track enters a stage, by its number in the whole program.
    Enter(u32),
    /// A track leaves a stage.
    Leave(u32),
    /// So much is paid into an account.
    Pay(u32, f64),
    /// A `first` measure holds.
    First(u32),
    /// A clock of the combination that comes starts: its place in [`Chain::exits`].
    Start(u32),
    /// State variables are assigned: places in the program's list. Only where lanes carry some.
    Set(Run),
}

/// Assignments, one group after the other, and what an edge does beside them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Which of [`Chain::groups`].
    pub group: u32,
    pub way: Way,
}

/// How a path may end.
#[derive(Clone, Debug)]
pub(super) struct EndNode {
    pub outcome: u16,
    pub config: u32,
    pub stages: Box<[u16]>,
    /// What is read there, where that follows from the combination.
    pub read: Option<Box<Read>>,
}

/// What is read at an end.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub measures: Box<[f64]>,
    pub counted: Box<[bool]>,
    pub payoffs: Box<[f64]>,
    pub cells: Box<[i64]>,
}

/// The combinations that paths of a program have come to.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub nodes: Vec<Node>,
    pub exits: Vec<Exit>,
    pub forks: Vec<Fork>,
    pub edges: Vec<Edge>,
    /// The same edges in short, by fork; and the forks where they are other than they were.
    pub ways: Vec<[Way; SMALL]>,
    pub changed: Vec<u32>,
    /// What is assigned by edges in short, and all that these may assign: runs of the program's list, one after the other.
    pub setting: Vec<Setting>,
    pub groups: Vec<Box<[Run]>>,
    /// By fork: the combination with one clock, if its ring is such a one.
    pub homes: Vec<u32>,
    /// The stage of each list of branches.
    owners: Vec<u32>,
    /// By node: the edges that lead there, as long as these can't be said in short.
    into: Vec<Vec<u32>>,
    /// The fork of each edge, and which branch it is.
    branch: Vec<(u32, u32)>,
    pub ops: Vec<Op>,
    pub ends: Vec<EndNode>,
    /// Thresholds of all forks together, in one world.
    pub row: u32,
    configs: Vec<f64>,
    /// How many numbers tell a combination.
    pub width: usize,
    found: HashMap<Box<[u64]>, u32>,
    found_ends: HashMap<Box<[u64]>, u32>,
    /// Beginnings by the initial values: places in `edges`.
    roots: HashMap<Box<[u64]>, u32>,
}

/// The most combinations that are kept.
const MOST: usize = 20_000;

impl Chain {
    pub fn new(program: &Program) -> Chain {
        Chain {
            nodes: vec![],
            exits: vec![],
            forks: vec![],
            edges: vec![],
            ways: vec![],
            changed: vec![],
            setting: vec![],
            groups: vec![],
            homes: vec![],
            owners: owners(program),
            into: vec![],
            branch: vec![],
            ops: vec![],
            ends: vec![],
            row: 0,
            configs: vec![],
            width: program.layout.states + program.layout.tracks,
            found: HashMap::new(),
            found_ends: HashMap::new(),
            roots: HashMap::new(),
        }
    }

    /// Whether it has as many combinations as it may.
    pub fn full(&self) -> bool {
        self.nodes.len() >= MOST || self.forks.len() >= 4 * MOST || self.ends.len() >= 4 * MOST
    }

    /// States, then the index of each track's stage.
    pub fn config(&self, number: u32) -> &[f64] {
        &self.configs[number as usize * self.width..][..self.width]
    }

    /// Where the values of a combination begin among those of all; [`Chain::value`] tells one.
    #[inline]
    pub fn start(&self, number: u32) -> u32 {
        number * self.width as u32
    }

    /// One of the values of all combinations; 0 where there is none.
    #[inline]
    pub fn value(&self, at: u32) -> f64 {
        self.configs.get(at as usize).copied().unwrap_or(0.0)
    }

    /// How many values each of the first `states` numbers takes in all combinations.
    pub fn kinds(&self, states: usize) -> Vec<usize> {
        let of = |state: usize| {
            let values = self.configs.chunks_exact(self.width.max(1)).map(|config| config[state].to_bits());
            values.collect::<HashSet<u64>>().len()
        };
        (0..states).map(of).collect()
    }

    pub fn add_config(&mut self, values: &[f64]) -> u32 {
        self.configs.extend_from_slice(&values[..self.width]);
        (self.configs.len() / self.width.max(1)) as u32 - 1
    }

    pub fn node(&self, key: &[u64]) -> Option<u32> {
        self.found.get(key).copied()
    }

    pub fn add_node(&mut self, key: &[u64], node: Node, exits: impl Iterator<Item = Exit>) -> u32 {
        let start = self.exits.len() as u32;
        self.exits.extend(exits);
        self.nodes.push(Node { exits: Run { start, end: self.exits.len() as u32 }, ..node });
        self.into.push(vec![]);
        let number = self.nodes.len() as u32 - 1;
        self.found.insert(key.into(), number);
        number
    }

    pub fn end(&self, key: &[u64]) -> Option<u32> {
        self.found_ends.get(key).copied()
    }

    pub fn add_end(&mut self, key: &[u64], end: EndNode) -> u32 {
        self.ends.push(end);
        let number = self.ends.len() as u32 - 1;
        self.found_ends.insert(key.into(), number);
        number
    }

    pub fn add_fork(&mut self, program: &Program, list: u32, site: u32, config: u32) -> u32 {
        let branches = program.lists[list as usize].branches.range().len() as u32;
        let (edges, number) = (self.edges.len() as u32, self.forks.len() as u32);
        (0..branches).for_each(|branch| self.add_edge(number, branch));
        let alike = alike(program, list);
        self.forks.push(Fork { list, site, config, edges, row: self.row, branches, alike });
        self.ways.push([Way::MORE; SMALL]);
        self.homes.push(NONE);
        self.row += branches;
        number
    }

    fn add_edge(&mut self, fork: u32, branch: u32) {
        self.edges.push(Edge { to: To::Unknown, ops: Run::default() });
        self.branch.push((fork, branch));
    }

    /// An edge that is the only one from an exit: no number chooses.
    pub fn add_crossing(&mut self, exit: usize, config: u32) -> u32 {
        let (edges, fork) = (self.edges.len() as u32, self.forks.len() as u32);
        self.add_edge(fork, 0);
        let (row, branches) = (self.row, 0);
        self.forks.push(Fork { list: NONE, site: NONE, config, edges, row, branches, alike: false });
        self.ways.push([Way::MORE; SMALL]);
        self.homes.push(NONE);
        self.exits[exit].fork = fork;
        edges
    }

    /// What the ring of an exit of a node does is known now.
    pub fn ring(&mut self, program: &Program, node: u32, exit: usize, fork: u32) {
        self.exits[exit].fork = fork;
        let it = &mut self.nodes[node as usize];
        let alone = it.exits.range().len() == 1
            && !it.closed
            && matches!(self.exits[exit].kind, ExitKind::Delay | ExitKind::Rate);
        if alone && program.accounts.iter().all(|account| account.rate.is_none()) {
            it.alone = fork;
            self.homes[fork as usize] = node;
            // Edges that lead there are short from now on.
            for edge in std::mem::take(&mut self.into[node as usize]) {
                self.shorten(program, edge as usize);
            }
        }
    }

    pub fn root(&self, states: &[u64]) -> Option<u32> {
        self.roots.get(states).copied()
    }

    pub fn add_root(&mut self, states: &[u64]) -> u32 {
        self.add_edge(NONE, 0);
        let number = self.edges.len() as u32 - 1;
        self.roots.insert(states.into(), number);
        number
    }

    /// What follows an edge is known now.
    pub fn lead(&mut self, program: &Program, edge: u32, to: To, ops: &[Op]) {
        let start = self.ops.len() as u32;
        self.ops.extend_from_slice(ops);
        self.edges[edge as usize] = Edge { to, ops: Run { start, end: self.ops.len() as u32 } };
        if let To::Node(node) = to
            && self.nodes[node as usize].alone == NONE
        {
            self.into[node as usize].push(edge);
        }
        self.shorten(program, edge as usize);
    }

    fn shorten(&mut self, program: &Program, edge: usize) {
        let (fork, branch) = self.branch[edge];
        let Some(of) = self.forks.get(fork as usize) else { return };
        // Of many branches the last that are compared at once can't be told apart.
        if of.list == NONE || of.branches as usize > SMALL {
            return;
        }
        let Edge { to, ops } = self.edges[edge];
        let first = |measure: u32| u16::try_from(measure).unwrap_or(NEVER);
        let assigns = |op: &Op| match op {
            Op::Set(sets) => Some(*sets),
            _ => None,
        };
        let sets: Box<[Run]> = ops.of(&self.ops).iter().filter_map(assigns).collect();
        let ops: Vec<Op> = ops.of(&self.ops).iter().filter(|op| assigns(op).is_none()).copied().collect();
        let short = match (to, &ops[..], self.quick_of(program, to, &ops)) {
            (To::End(end), [], _) => Way { fork: end, site: OVER, first: NEVER },
            (To::End(end), [Op::First(m)], _) if first(*m) != NEVER => {
                Way { fork: end, site: OVER, first: first(*m) }
            }
            (.., Some(Quick { left, site, first, fork, .. })) if left == self.owners[of.list as usize] => {
                Way { fork, site, first }
            }
            _ => Way::MORE,
        };
        self.ways[fork as usize][branch as usize] = match short.site {
            MORE => short,
            _ if sets.is_empty() => short,
            _ => Way { fork: self.setting(sets, short), site: SETS, first: NEVER },
        };
        self.changed.push(fork);
    }

    /// Keeps what an edge assigns before it does what is said in short.
    fn setting(&mut self, sets: Box<[Run]>, way: Way) -> u32 {
        let known = self.groups.iter().position(|group| *group == sets);
        let group = known.unwrap_or(self.groups.len());
        if known.is_none() {
            self.groups.push(sets);
        }
        self.setting.push(Setting { group: group as u32, way });
        self.setting.len() as u32 - 1
    }

    /// An edge in short, where that says all.
    pub fn quick(&self, program: &Program, edge: usize) -> Option<Quick> {
        let Edge { to, ops } = self.edges[edge];
        self.quick_of(program, to, ops.of(&self.ops))
    }

    fn quick_of(&self, program: &Program, to: To, ops: &[Op]) -> Option<Quick> {
        let track = |stage: u32| program.stages[stage as usize].track;
        let (left, rest) = match ops {
            [Op::Leave(left), Op::Enter(entered), rest @ ..] if track(*left) == track(*entered) => {
                (*left, rest)
            }
            [Op::Enter(_), rest @ ..] if program.tracks.len() == 1 => (NONE, rest),
            _ => return None,
        };
        let (start, rest) = match rest {
            [Op::Start(exit), rest @ ..] => (Some(*exit), rest),
            _ => (None, rest),
        };
        let first = match rest {
            [] => NEVER,
            [Op::First(measure)] => u16::try_from(*measure).ok()?,
            _ => return None,
        };
        let (site, node, fork) = match (to, start) {
            (To::Fork(fork), None) => (self.forks[fork as usize].site, NONE, fork),
            (To::Node(node), Some(exit)) => {
                (self.exits[exit as usize].clock, node, self.nodes[node as usize].alone)
            }
            _ => return None,
        };
        let site = u16::try_from(site).ok().filter(|site| *site < SETS)?;
        (fork != NONE).then_some(Quick { left, site, first, node, fork })
    }
}

/// Whether the chances of a list are the same in all worlds.
pub(super) fn alike(program: &Program, list: u32) -> bool {
    let list = &program.lists[list as usize];
    program.expressions(list).iter().all(|value| !value.deps.believed())
}

/// The stage of each list of branches, by its number in the whole program; [`NONE`] where that is not one.
fn owners(program: &Program) -> Vec<u32> {
    let mut owners = vec![NONE; program.lists.len()];
    let mut several = vec![false; program.lists.len()];
    for (number, stage) in program.stages.iter().enumerate() {
        let clocks = stage.clocks.range().map(|clock| program.clocks[clock].list);
        for list in clocks.chain(stage.spot.iter().map(|spot| spot.list)) {
            let owner = &mut owners[list as usize];
            several[list as usize] |= *owner != NONE && *owner != number as u32;
            *owner = number as u32;
        }
    }
    owners.iter().zip(several).map(|(owner, several)| if several { NONE - 1 } else { *owner }).collect()
}
