//! The interleavings: what neighbouring draws of a run look like when they are read as one stream.

use detente::stream::{Draw, Name, WorldKey};
use rand::Rng;

/// A stream of 64-bit numbers.
pub type Numbers = Box<dyn FnMut() -> u64>;

/// The streams, by what changes from one number to the next; all else stays.
pub const NAMES: [&str; 7] = ["paths", "worlds", "names", "occurrences", "halves", "seeds", "mixed"];

/// The stream of this name, under this seed.
pub fn named(name: &str, seed: u64) -> Option<Numbers> {
    let fixed = Name::new("a0");
    let mut place = 0_u64;
    let mut count = move || {
        place += 1;
        place - 1
    };
    Some(match name {
        "paths" => Box::new(move || first(WorldKey::new(seed, 0).draw(fixed, count(), 0))),
        "worlds" => Box::new(move || first(WorldKey::new(seed, count()).draw(fixed, 0, 0))),
        "names" => Box::new(move || first(WorldKey::new(seed, 0).draw(numbered(count()), 0, 0))),
        "seeds" => Box::new(move || first(WorldKey::new(seed.wrapping_add(count()), 0).draw(fixed, 0, 0))),
        "occurrences" => Box::new(move || {
            let i = count();
            first(WorldKey::new(seed, 0).draw(fixed, i >> 32, i as u32))
        }),
        "halves" => Box::new(move || {
            let i = count();
            let draw = WorldKey::new(seed, 0).draw(fixed, i / 2, 0);
            if i.is_multiple_of(2) { first(draw) } else { choice(&draw) }
        }),
        "mixed" => {
            let mut at = [0_u64; 4];
            Box::new(move || {
                at[(count() % 4) as usize] += 1;
                first(WorldKey::new(seed, at[1]).draw(numbered(at[2]), at[0], at[3] as u32))
            })
        }
        _ => return None,
    })
}

fn first(mut draw: Draw) -> u64 {
    draw.next_u64()
}

/// The bits behind a choice, of which 52 can be seen: the highest 32 above the lowest 32.
fn choice(draw: &Draw) -> u64 {
    let bits = (draw.choice() * (1_u64 << 52) as f64) as u64;
    bits >> 20 << 32 | bits & 0xffff_ffff
}

/// "a0", "a1", ... without the cost of formatting in general.
fn numbered(number: u64) -> Name {
    let mut digits = [0_u8; 21];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    at -= 1;
    digits[at] = b'a';
    Name::new(std::str::from_utf8(&digits[at..]).expect("digits are ASCII"))
}
