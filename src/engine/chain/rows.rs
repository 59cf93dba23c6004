//! What numbers choose at forks: thresholds, worked out when first needed, by fork and slot, or by fork alone where no world changes
//! them.

use super::short::Small;
use super::slots::{Own, Slots, stand};
use super::store::Chain;
use crate::engine::World;
use crate::engine::memo::Found;
use crate::program::Program;

impl Slots {
    /// All forks in short by fork, then slot: what bears another turn than the slot is not worked out yet.
    #[inline]
    pub fn small(&self) -> &[Small] {
        &self.small
    }

    /// The same by fork of those whose chances are alike in all worlds.
    #[inline]
    pub fn alike(&self) -> &[Small] {
        &self.alike
    }

    /// What is known of these forks in short is worked out anew.
    pub fn renew(&mut self, forks: &[u32]) {
        let capacity = self.capacity();
        for fork in forks.iter().map(|fork| *fork as usize) {
            let some = self.small.len().min(fork * capacity)..self.small.len().min((fork + 1) * capacity);
            self.small[some].fill(Small::default());
            if let Some(alike) = self.alike.get_mut(fork) {
                *alike = Small::default();
            }
        }
    }

    /// A fork in short, if that is worked out.
    #[inline]
    fn known(&self, chain: &Chain, fork: u32, slot: usize) -> Option<&Small> {
        if chain.forks[fork as usize].alike {
            return self.alike.get(fork as usize).filter(|small| small.turn > 0);
        }
        let small = self.small.get(fork as usize * self.capacity() + slot);
        small.filter(|small| small.turn == self.turns[slot])
    }

    /// The branch that a number chooses at a fork; none where it has no probabilities.
    pub fn branch(
        &mut self,
        program: &Program,
        chain: &Chain,
        (fork, slot): (u32, usize),
        choice: f64,
        worlds: &[&World],
    ) -> Option<u32> {
        if self.known(chain, fork, slot).is_none() {
            self.make_row(program, chain, (fork, slot), worlds)?;
        }
        let (of, capacity) = (&chain.forks[fork as usize], self.capacity());
        let start = of.row as usize * capacity + if of.alike { 0 } else { slot * of.branches as usize };
        let row = &self.rows[start..start + of.branches as usize];
        // Thresholds rise, and the last is at least 1: as many are passed as branches lie before the one that is chosen.
        Some(row.iter().position(|threshold| choice < *threshold)? as u32)
    }

    /// A fork in short in the world of the first slot; none where it has no probabilities.
    pub fn small_of(
        &mut self,
        program: &Program,
        chain: &Chain,
        fork: u32,
        worlds: &[&World],
    ) -> Option<&Small> {
        if self.known(chain, fork, 0).is_none() {
            self.make_row(program, chain, (fork, 0), worlds)?;
        }
        self.known(chain, fork, 0)
    }

    /// The same where the chances read state variables that a lane carries.
    pub fn branch_of(
        &mut self,
        program: &Program,
        chain: &Chain,
        (fork, slot): (u32, usize),
        choice: f64,
        own: Own<'_>,
    ) -> Option<u32> {
        let of = &chain.forks[fork as usize];
        let (number, list) = (of.list as usize, &program.lists[of.list as usize]);
        let values = &mut self.values[slot];
        stand(values, chain.config(of.config), Some(own));
        let branches = of.branches as usize;
        let memo = &mut self.memos[slot];
        let found = memo.find(program, number, list, values);
        let row = match found {
            Found::There(entry) => memo.table(number, entry, branches),
            _ => {
                let row = &mut self.thresholds[..branches];
                program.chances().thresholds(list, values, row).ok()?;
                if let Found::Free(entry) = found {
                    memo.put(program, number, list, values, entry, row);
                }
                row
            }
        };
        Some(row.iter().position(|threshold| choice < *threshold)? as u32)
    }

    /// Works out the thresholds of a fork; none where it has no probabilities.
    fn make_row(
        &mut self,
        program: &Program,
        chain: &Chain,
        (number, slot): (u32, usize),
        worlds: &[&World],
    ) -> Option<()> {
        let fork = &chain.forks[number as usize];
        let capacity = self.capacity();
        let alike = fork.alike;
        if alike {
            self.alike.resize(self.alike.len().max(chain.forks.len()), Small::default());
        } else {
            self.small.resize(self.small.len().max(chain.forks.len() * capacity), Small::default());
        }
        self.rows.resize(self.rows.len().max(chain.row as usize * capacity), 0.0);
        let width = fork.branches as usize;
        let start = fork.row as usize * capacity + if alike { 0 } else { slot * width };
        let row = &mut self.rows[start..start + width];
        match worlds[slot].table(program, fork.list as usize) {
            Some(table) => row.copy_from_slice(table),
            None => {
                let values = &mut self.values[slot];
                let config = chain.config(fork.config);
                values[..config.len()].copy_from_slice(config);
                let list = &program.lists[fork.list as usize];
                program.chances().thresholds(list, values, row).ok()?;
            }
        }
        let small = if alike {
            &mut self.alike[number as usize]
        } else {
            &mut self.small[number as usize * capacity + slot]
        };
        small.turn = self.turns[slot];
        small.ways = chain.ways[number as usize];
        for (nth, threshold) in small.thresholds.iter_mut().enumerate() {
            *threshold = match row.get(nth) {
                Some(least) if *least <= 0.0 => 0,
                Some(least) if !least.is_nan() => least.to_bits(),
                _ => u64::MAX,
            };
        }
        Some(())
    }
}
