//! Keys of the top of a file that stand below the header of a table: TOML takes all that comes below a header as part of that table,
//! where it is unknown, or a name of the user's choice like any other.

use super::{Entry, Key, Kind, Place, Shape, Table, Value, keys_of};
use crate::diag::{Code, Diagnostic};

/// Tells of them, and moves them to the top, where nothing stands in their place.
pub(super) fn displaced(root: &mut Table) -> Vec<Diagnostic> {
    let missing: Vec<&Key> =
        keys_of(Place::Root).iter().filter(|key| plain(key) && root.get(key.name).is_none()).collect();
    let mut taken = vec![];
    for entry in &mut root.entries {
        let Some(key) = keys_of(Place::Root).iter().find(|key| key.name == entry.key) else { continue };
        match (&key.shape, &mut entry.value.kind) {
            (Shape::Map(inner), Kind::Table(table)) => {
                take(table, &[], &missing, &format!("a name in `[{}]`", entry.key), &mut taken);
                if let Shape::Keys(place) = inner {
                    for named in &mut table.entries {
                        let path = format!("{}.{}", entry.key, named.key);
                        below(&mut named.value, *place, &path, &missing, &mut taken);
                    }
                }
            }
            (Shape::Keys(place), Kind::Table(_)) => {
                below(&mut entry.value, *place, &entry.key, &missing, &mut taken);
            }
            _ => {}
        }
    }
    let mut found = vec![];
    for (entry, is) in taken {
        if root.get(&entry.key).is_some() {
            continue;
        }
        let title = format!("`{}` belongs at the top of the file, above the first `[table]`", entry.key);
        found.push(
            Diagnostic::new(Code::UnknownKey, entry.key_span, title)
                .label(format!("here it is {is}"))
                .note("whatever stands below a line such as `[beliefs]` is part of that table"),
        );
        root.entries.push(entry);
    }
    found
}

/// Those in a table with known keys, and in the tables that it has.
fn below(value: &mut Value, place: Place, path: &str, missing: &[&Key], taken: &mut Vec<(Entry, String)>) {
    let Kind::Table(table) = &mut value.kind else { return };
    let known = keys_of(place);
    take(table, known, missing, &format!("a key of `[{path}]`"), taken);
    for entry in &mut table.entries {
        let shape = known.iter().find(|key| key.name == entry.key).map(|key| &key.shape);
        match (shape, &mut entry.value.kind) {
            (Some(Shape::Map(Shape::Keys(place))), Kind::Table(names)) => {
                for named in &mut names.entries {
                    let path = format!("{path}.{}.{}", entry.key, named.key);
                    below(&mut named.value, *place, &path, missing, taken);
                }
            }
            (Some(Shape::Keys(place)), Kind::Table(_)) => {
                below(&mut entry.value, *place, &format!("{path}.{}", entry.key), missing, taken);
            }
            _ => {}
        }
    }
}

/// Takes out what is missing at the top and is no key that is known here, if its value looks as it does there.
fn take(table: &mut Table, known: &[Key], missing: &[&Key], is: &str, taken: &mut Vec<(Entry, String)>) {
    let here = |entry: &Entry| {
        let top = missing.iter().find(|key| key.name == entry.key);
        !known.iter().any(|key| key.name == entry.key) && top.is_some_and(|key| fits(&entry.value.kind, key))
    };
    taken.extend(table.entries.extract_if(.., |entry| here(entry)).map(|entry| (entry, is.to_string())));
}

/// Whether a key has a single value, and a name that nobody would choose.
fn plain(key: &Key) -> bool {
    matches!(key.shape, Shape::Text | Shape::Date | Shape::Time | Shape::Whole) && key.name != "begins"
}

fn fits(kind: &Kind, key: &Key) -> bool {
    match (kind, &key.shape) {
        (Kind::String(text), Shape::Text) => key.name != "extends" || text.content.ends_with(".toml"),
        (Kind::String(text), Shape::Time) => text.content.starts_with(|c: char| c.is_ascii_digit()),
        (Kind::Date(_), Shape::Date | Shape::Time) | (Kind::Integer(_), Shape::Whole) => true,
        _ => false,
    }
}
