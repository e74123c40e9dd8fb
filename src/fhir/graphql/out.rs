//! The answer of one selection while it is put together: lists that are flattened grow into each other.

use serde_json::{Map, Value};

/// Values by the name that they get.
#[derive(Debug, Default)]
pub struct Out(Vec<Slot>);

#[derive(Debug)]
struct Slot {
    key: String,
    values: Vec<Value>,
    list: bool,
}

impl Out {
    /// Makes place for a name; it stays null if nothing comes.
    pub fn reserve(&mut self, key: &str, list: bool) {
        if !self.0.iter().any(|slot| slot.key == key) {
            self.0.push(Slot { key: key.to_owned(), values: Vec::new(), list });
        }
    }

    /// Adds a value; false if there is already one and it is no list.
    #[must_use]
    pub fn push(&mut self, key: &str, value: Value, list: bool) -> bool {
        self.reserve(key, list);
        let Some(slot) = self.0.iter_mut().find(|slot| slot.key == key) else { return false };
        let fits = slot.list || slot.values.is_empty();
        if fits {
            slot.values.push(value);
        }
        fits
    }

    /// The finished object.
    pub fn finish(self) -> Value {
        let members = self.0.into_iter().map(|mut slot| {
            let value = match slot.list {
                _ if slot.values.is_empty() => Value::Null,
                true => Value::Array(slot.values),
                false => slot.values.swap_remove(0),
            };
            (slot.key, value)
        });
        Value::Object(members.collect::<Map<_, _>>())
    }
}
