//! What has started before a panel, and how it rings within it.

use super::super::kernel::Block;
use super::*;

/// A panel that is to be solved.
pub(super) struct Stretch {
    pub from: f64,
    pub width: f64,
    /// Whether it can't be narrower.
    pub last: bool,
    pub times: Values,
}

/// How something that has started rings.
pub(super) enum Rung<'r> {
    /// What started in the panel with this number.
    Panel(usize, &'r Block),
    /// What started at a single time, by its number among those of the node.
    Single(usize, &'r Values),
    /// At the point with this number: the share, of what started in the panel with this number, by the weights of its values.
    Point(usize, f64, usize, &'r Values),
}

/// All that has started, and one of the kernels.
#[derive(Clone, Copy)]
pub(super) struct Past<'p> {
    pub panels: &'p [Panel],
    pub sources: &'p [Vec<(f64, f64)>],
    pub flows: &'p [Flow],
    /// The flows with this kernel.
    pub of: &'p [usize],
    pub number: usize,
}

impl March<'_> {
    /// What has started, for the kernel at this place.
    pub(super) fn past(&mut self, k: usize) -> (Past<'_>, &mut Bank) {
        let past = Past {
            panels: &self.panels,
            sources: &self.sources,
            flows: &self.flows,
            of: &self.of_kernel[k],
            number: self.kernels[k],
        };
        (past, &mut *self.bank)
    }
}

impl Past<'_> {
    /// When what rings has started, at the earliest.
    pub fn since(&self, node: usize, rung: &Rung<'_>) -> f64 {
        match rung {
            Rung::Panel(p, _) | Rung::Point(_, _, p, _) => self.panels[*p].from,
            Rung::Single(s, _) => self.sources[node][*s].0,
        }
    }

    /// Tells by flow and node how what has started rings in a panel; none where a single delay is shorter than the panel.
    pub fn rings(
        &self,
        bank: &mut Bank,
        stretch: &Stretch,
        to: &mut impl FnMut(usize, usize, Rung<'_>),
    ) -> Option<()> {
        let Stretch { from, width, last, times } = stretch;
        let kernel = bank.kernel(self.number);
        if kernel.atoms.iter().any(|atom| atom.0 < *width) && !last {
            return None;
        }
        if kernel.smooth {
            for (p, panel) in self.panels.iter().enumerate() {
                if self.of.iter().all(|f| !panel.any[self.flows[*f].node]) {
                    continue;
                }
                let block = bank.kernel(self.number).block(from - panel.from, panel.width, *width);
                for &f in self.of {
                    let node = self.flows[f].node;
                    if panel.any[node] {
                        to(f, node, Rung::Panel(p, &block));
                    }
                }
            }
            let kernel = bank.kernel(self.number);
            let mut seen: Vec<(f64, Values)> = vec![];
            for &f in self.of {
                let node = self.flows[f].node;
                for (single, &(time, _)) in self.sources[node].iter().enumerate() {
                    let known = seen.iter().rposition(|(t, _)| *t == time);
                    let known = known.unwrap_or_else(|| {
                        let values = if *last && time == *from {
                            [kernel.soon(*width) / width; POINTS]
                        } else {
                            // Not from the times of the points: those are rounded.
                            let at = |j: usize| (*from - time) + width * rule().x[j];
                            std::array::from_fn(|j| kernel.density(at(j)))
                        };
                        seen.push((time, values));
                        seen.len() - 1
                    });
                    to(f, node, Rung::Single(single, &seen[known].1));
                }
            }
        }
        for (delay, share) in &bank.kernel(self.number).atoms {
            for &f in self.of {
                let node = self.flows[f].node;
                for j in 0..POINTS {
                    let start = times[j] - delay;
                    let after = self.panels.partition_point(|p| p.from < start);
                    if after == 0 {
                        continue;
                    }
                    let panel = &self.panels[after - 1];
                    let x = (start - panel.from) / panel.width;
                    if !panel.any[node] || x > 1.0 + 1e-9 {
                        continue;
                    }
                    to(f, node, Rung::Point(j, *share, after - 1, &rule().basis(x.min(1.0))));
                }
            }
        }
        Some(())
    }
}

impl Rung<'_> {
    /// Adds what rings of what has started: by panel, its values, and by single time, its mass.
    pub fn add<'s>(
        &self,
        arch: Arch,
        panel: impl Fn(usize) -> &'s Values,
        single: impl Fn(usize) -> f64,
        rings: &mut Values,
    ) {
        match self {
            Rung::Panel(p, block) => {
                arch.dispatch(Apply { block: &block.rows, values: panel(*p), to: rings })
            }
            Rung::Single(s, values) => add(rings, values, single(*s)),
            Rung::Point(j, share, p, basis) => {
                let value: f64 = basis.iter().zip(panel(*p)).map(|(b, v)| b * v).sum();
                rings[*j] += share * value;
            }
        }
    }
}
