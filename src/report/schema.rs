//! The JSON Schema of scenario files, so that an editor completes keys, explains them, and marks the wrong ones.

use crate::syntax::{Key, Place, Shape, keys_of};
use serde_json::{Map, Value, json};

/// Every place that has known keys, with the name of its definition.
const PLACES: &[(Place, &str)] = &[
    (Place::Source, "source"),
    (Place::Belief, "belief"),
    (Place::State, "state"),
    (Place::Draw, "draw"),
    (Place::Correlate, "correlate"),
    (Place::Table, "table"),
    (Place::Track, "track"),
    (Place::Stage, "stage"),
    (Place::Enter, "enter"),
    (Place::Clock, "clock"),
    (Place::Branch, "branch"),
    (Place::Odds, "odds"),
    (Place::Outcome, "outcome"),
    (Place::Measure, "measure"),
    (Place::Report, "report"),
    (Place::Variant, "variant"),
    (Place::Batch, "batch"),
];

/// The keys of quantiles: `p10`, `p97_5`, `p97.5`.
const QUANTILE: &str = r"^p[0-9]+([_.][0-9]+)?$";

/// The schema (draft 7, which editors of TOML read) as pretty JSON with a line end.
pub fn schema() -> String {
    let mut root = table(Place::Root);
    root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("title".into(), json!("A Detente scenario"));
    let definitions: Map<String, Value> =
        PLACES.iter().map(|(place, name)| ((*name).to_string(), Value::Object(table(*place)))).collect();
    root.insert("definitions".into(), Value::Object(definitions));
    let mut text = serde_json::to_string_pretty(&Value::Object(root)).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema of a table with known keys.
fn table(place: Place) -> Map<String, Value> {
    let quantiles = matches!(place, Place::Belief | Place::State | Place::Draw);
    let properties: Map<String, Value> = keys_of(place)
        .iter()
        .filter(|key| !(quantiles && key.name == "p10"))
        .map(|key| (key.name.to_string(), described(key)))
        .collect();
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    schema.insert("properties".into(), Value::Object(properties));
    if let (true, Some(key)) = (quantiles, keys_of(place).iter().find(|key| key.name == "p10")) {
        schema.insert("patternProperties".into(), json!({ QUANTILE: described(key) }));
    }
    schema.insert("additionalProperties".into(), others(place));
    schema
}

/// What keys of the user's choice hold; false where there are none.
fn others(place: Place) -> Value {
    match place {
        // Columns.
        Place::Table => json!({ "type": "array", "items": expression(), "description": "a column" }),
        // Levers, beliefs and states.
        Place::Variant => json!({
            "anyOf": [expression(), { "type": "object" }],
            "description": "a lever, a belief or a state, and what it is here"
        }),
        _ => json!(false),
    }
}

fn described(key: &Key) -> Value {
    let mut schema = match shape(&key.shape) {
        // Beside a reference nothing else counts.
        Value::Object(of) if of.contains_key("$ref") => {
            Map::from_iter([("allOf".to_string(), json!([Value::Object(of)]))])
        }
        Value::Object(of) => of,
        _ => Map::new(),
    };
    schema.insert("description".into(), json!(key.about));
    Value::Object(schema)
}

fn expression() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": "string" }),
        Shape::Expr => expression(),
        Shape::Time => json!({ "type": "string", "minLength": 1 }),
        Shape::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}" }),
        Shape::Whole => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Map(inner) => json!({ "type": "object", "additionalProperties": shape(inner) }),
        Shape::Keys(place) => {
            let name = PLACES.iter().find(|(p, _)| p == place).map_or("", |(_, name)| name);
            json!({ "$ref": format!("#/definitions/{name}") })
        }
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(shape).collect::<Vec<_>>() }),
        Shape::List(inner) => {
            let list = json!({ "type": "array", "items": shape(inner) });
            match inner {
                // One string or table reads as a list of one.
                Shape::Text | Shape::Keys(_) => json!({ "anyOf": [shape(inner), list] }),
                _ => list,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let text = schema();
        let whole: Value = serde_json::from_str(&text).unwrap();
        for part in text.split("#/definitions/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(whole["definitions"].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_shipped_schema_is_this_one() {
        let shipped = include_str!("../../docs/detente.schema.json");
        assert!(shipped == schema(), "out of date: run `detente schema > docs/detente.schema.json`");
    }
}
