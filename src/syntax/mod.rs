//! The scenario file: TOML to a tree with spans, other files that it extends merged in.

mod bare;
mod displaced;
mod encoding;
mod first;
mod header_slips;
mod key_slips;
mod keys;
mod load;
mod mended;
mod remarks;
mod slips;
mod strings;
mod toml_faults;
mod toml_tree;
mod tree;
mod ways;

pub(crate) use bare::names_as_list;
pub use keys::{Key, Place, Shape, keys_of};
pub use load::{Document, MAX_BYTES, load, load_text, read_text};
pub use tree::{Entry, Kind, Table, Text, Value};
