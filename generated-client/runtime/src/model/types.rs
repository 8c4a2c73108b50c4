//! [`Data`] for the types that fields are made of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Data, Float, Integer, List, Map, Slot, Text, View};

impl Data for bool {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Bool(self)
    }

    fn view(&self) -> View<'_> {
        View::Bool(*self)
    }
}

macro_rules! integers {
    ($($type:ident $view:ident $expected:literal)*) => {$(
        impl Integer for $type {
            fn set(&mut self, number: i128) -> bool {
                number.try_into().map(|number| *self = number).is_ok()
            }

            fn expected(&self) -> &'static str {
                $expected
            }
        }

        impl Data for $type {
            fn slot(&mut self) -> Slot<'_> {
                Slot::Integer(self)
            }

            fn view(&self) -> View<'_> {
                View::$view((*self).into())
            }
        }
    )*};
}

integers! {
    i8 Signed "a signed integer of 8 bits"
    i16 Signed "a signed integer of 16 bits"
    i32 Signed "a signed integer of 32 bits"
    i64 Signed "a signed integer of 64 bits"
    u8 Unsigned "an unsigned integer of 8 bits"
    u16 Unsigned "an unsigned integer of 16 bits"
    u32 Unsigned "an unsigned integer of 32 bits"
    u64 Unsigned "an unsigned integer of 64 bits"
}

macro_rules! floats {
    ($($type:ident)*) => {$(
        impl Float for $type {
            fn set(&mut self, number: f64) {
                *self = number as $type;
            }
        }

        impl Data for $type {
            fn slot(&mut self) -> Slot<'_> {
                Slot::Float(self)
            }

            fn view(&self) -> View<'_> {
                View::Float((*self).into())
            }
        }
    )*};
}

floats! { f32 f64 }

impl Text for String {
    fn set(&mut self, text: &str) {
        text.clone_into(self);
    }
}

impl Data for String {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }

    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}

impl Data for Value {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Any(self)
    }

    fn view(&self) -> View<'_> {
        View::Any(self)
    }
}

impl<T: Data + Default> Data for Option<T> {
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_default().slot()
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, T::view)
    }
}

impl<T: Data> Data for Box<T> {
    fn slot(&mut self) -> Slot<'_> {
        T::slot(self)
    }

    fn view(&self) -> View<'_> {
        T::view(self)
    }
}

impl<T: Data + Default> List for Vec<T> {
    fn push(&mut self) -> &mut dyn Data {
        self.push(T::default());
        self.last_mut().expect("an item was just added")
    }

    fn items(&self) -> Box<dyn Iterator<Item = View<'_>> + '_> {
        Box::new(self.iter().map(T::view))
    }
}

impl<T: Data + Default> Data for Vec<T> {
    fn slot(&mut self) -> Slot<'_> {
        self.clear();
        Slot::List(self)
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Data + Default> Map for BTreeMap<String, T> {
    fn entry(&mut self, key: String) -> &mut dyn Data {
        self.entry(key).or_default()
    }

    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.as_str(), value.view())))
    }
}

impl<T: Data + Default> Data for BTreeMap<String, T> {
    fn slot(&mut self) -> Slot<'_> {
        self.clear();
        Slot::Map(self)
    }

    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}
