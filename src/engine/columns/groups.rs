//! Lanes that wait for the same thing, by its number.

use super::lanes::LANES;

/// A lane fits in a byte.
const _: () = assert!(LANES <= 256);

/// Groups of lanes, and which of them have any. A lane is in a group once.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    groups: Vec<Group>,
    filled: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Group {
    count: u32,
    lanes: [u8; LANES],
}

impl Groups {
    /// So many empty groups.
    pub fn new(count: usize) -> Groups {
        Groups { groups: vec![Group { count: 0, lanes: [0; LANES] }; count], filled: vec![] }
    }

    /// A lane joins a group.
    #[inline]
    pub fn add(&mut self, number: usize, lane: u32) {
        let group = &mut self.groups[number];
        if group.count == 0 {
            self.filled.push(number as u32);
        }
        debug_assert!(group.count < LANES as u32, "a lane is in a group once");
        group.lanes[group.count as usize % LANES] = lane as u8;
        group.count += 1;
    }

    /// Lanes join a group.
    pub fn add_all(&mut self, number: usize, lanes: &[u32]) {
        lanes.iter().for_each(|lane| self.add(number, *lane));
    }

    /// The groups that have lanes, in the order in which they came to have some; they are taken from here with [`Groups::take`]. What
    /// joins a group that was taken makes it one with lanes again. False where there are none.
    pub fn filled(&mut self, numbers: &mut Vec<u32>) -> bool {
        numbers.clear();
        std::mem::swap(numbers, &mut self.filled);
        !numbers.is_empty()
    }

    /// Moves the lanes of a group to the end of a list.
    pub fn take(&mut self, number: usize, some: &mut Vec<u32>) {
        let group = &mut self.groups[number];
        some.extend(group.lanes[..group.count as usize].iter().map(|lane| u32::from(*lane)));
        group.count = 0;
    }
}
