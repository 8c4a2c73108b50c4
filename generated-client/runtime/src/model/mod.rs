//! Values that travel as JSON, without serde's derive.
//!
//! A generated struct says three things about itself ([`Model`]): where the field of a name is, which fields it has,
//! and where it keeps what it does not know. Everything else is written once, here, over trait objects: the reader
//! ([`from_slice`]) and the writer ([`to_vec`]) are compiled with this crate and not again for each of the hundreds of
//! types. `Serialize` and `Deserialize` are implemented through the same two.
//!
//! What is received is read leniently: null and missing are the default at every level, unknown enum values and
//! fields are no errors, a number without fraction is an integer. What is sent is what the caller set.

mod decode;
mod encode;
mod macros;
mod types;

use std::collections::BTreeMap;

pub use decode::{DecodeError, deserialize, from_slice};
pub use encode::{Fields, serialize, to_vec};
use serde_json::Value;

/// Fields that a type does not know, and explicit nulls, by their names on the wire.
pub type Extra = BTreeMap<String, Value>;

/// A value that can be read from JSON and written to it.
pub trait Data {
    /// The place that a value which is not null is read into. An `Option` becomes `Some` by this.
    fn slot(&mut self) -> Slot<'_>;
    /// What is written.
    fn view(&self) -> View<'_>;
}

/// A struct: an object with known fields.
pub trait Model {
    /// The field of this name.
    fn field(&mut self, name: &str) -> Option<&mut dyn Data>;
    /// Where unknown fields are kept. `None`: they are skipped.
    fn extra(&mut self) -> Option<&mut Extra>;
    /// Lists the fields in their order.
    fn fields<'a>(&'a self, fields: &mut Fields<'a>);
}

/// A place to read into, by what it can hold.
#[allow(missing_docs)]
pub enum Slot<'a> {
    Bool(&'a mut bool),
    Integer(&'a mut dyn Integer),
    Float(&'a mut dyn Float),
    Text(&'a mut dyn Text),
    List(&'a mut dyn List),
    Map(&'a mut dyn Map),
    Model(&'a mut dyn Model),
    Any(&'a mut Value),
}

/// A value to write.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum View<'a> {
    /// Nothing: a field is left out, an item is null.
    Absent,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
    List(&'a dyn List),
    Map(&'a dyn Map),
    Model(&'a dyn Model),
    Any(&'a Value),
}

/// An integer type.
pub trait Integer {
    /// Takes the number if it fits.
    fn set(&mut self, number: i128) -> bool;
    /// The type in words: `an integer of 64 bits`.
    fn expected(&self) -> &'static str;
}

/// A floating-point type.
pub trait Float {
    /// Takes the number.
    fn set(&mut self, number: f64);
}

/// What is text on the wire: strings, string enums, dates, secrets.
pub trait Text {
    /// Takes the text.
    fn set(&mut self, text: &str);
}

/// An array.
pub trait List {
    /// A new last item.
    fn push(&mut self) -> &mut dyn Data;
    /// The items.
    fn items(&self) -> Box<dyn Iterator<Item = View<'_>> + '_>;
}

/// An object with any keys.
pub trait Map {
    /// The value of a key, made if it is not there.
    fn entry(&mut self, key: String) -> &mut dyn Data;
    /// The keys with their values.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_>;
}
