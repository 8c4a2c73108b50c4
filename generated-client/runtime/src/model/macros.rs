//! The macros that generated models are declared with.

/// Makes a struct a [`Model`](crate::model::Model): readable from JSON and writable to it.
///
/// ```
/// use std::collections::BTreeMap;
/// use docker_engine_runtime as runtime;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Mount {
///     pub target: Option<String>,
///     pub type_: String,
///     pub error: Option<String>,
///     pub extra: BTreeMap<String, runtime::Value>,
/// }
/// runtime::model! { Mount { target = "Target", type_ = "Type" | "type", error = "Error" or null, ..extra } }
///
/// let mount: Mount = serde_json::from_str(r#"{"Type": null, "ReadOnly": true}"#).unwrap();
/// assert_eq!(mount.type_, "");
/// assert_eq!(serde_json::to_string(&mount).unwrap(), r#"{"Type":null,"Error":null,"ReadOnly":true}"#);
/// ```
///
/// A field is `rust_name = "WireName"`. `| "Other"` is a name that is also read. `or null` is for a field that is
/// always written, as null when it is `None`; other fields are left out then. `..extra` names the field that keeps what
/// is not known.
#[macro_export]
macro_rules! model {
    ($name:ident { .. $extra:ident $(,)? }) => {
        $crate::model!(@impl $name {} { $extra });
    };
    ($name:ident {
        $($field:ident = $wire:literal $(| $alias:literal)* $(or $null:ident)?),* $(, .. $extra:ident)? $(,)?
    }) => {
        $crate::model!(@impl $name { $($field = $wire $(| $alias)* $(or $null)?),* } { $($extra)? });
    };
    (@impl $name:ident
        { $($field:ident = $wire:literal $(| $alias:literal)* $(or $null:ident)?),* }
        { $($extra:ident)? }
    ) => {
        #[allow(deprecated)]
        impl $crate::model::Model for $name {
            fn field(&mut self, name: &str) -> ::core::option::Option<&mut dyn $crate::model::Data> {
                match name {
                    $($wire $(| $alias)* => ::core::option::Option::Some(&mut self.$field),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn extra(&mut self) -> ::core::option::Option<&mut $crate::model::Extra> {
                $crate::model!(@extra self $($extra)?)
            }

            fn fields<'a>(&'a self, fields: &mut $crate::model::Fields<'a>) {
                $($crate::model!(@field fields, $wire, &self.$field $(, $null)?);)*
                $(fields.extra(&self.$extra);)?
                let _ = fields;
            }
        }

        impl $crate::model::Data for $name {
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Model(self)
            }

            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Model(self)
            }
        }

        $crate::serde_through_data!($name);
    };
    (@extra $self:ident) => { ::core::option::Option::None };
    (@extra $self:ident $extra:ident) => { ::core::option::Option::Some(&mut $self.$extra) };
    (@field $fields:ident, $wire:literal, $value:expr) => { $fields.field($wire, $value) };
    (@field $fields:ident, $wire:literal, $value:expr, null) => { $fields.field_or_null($wire, $value) };
}

/// Makes an enum with a variant `Other(String)` a text: readable from its known values and from any other.
///
/// ```
/// use docker_engine_runtime as runtime;
///
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// pub enum MountType { Bind, Volume, Other(String) }
/// runtime::string_enum! { MountType { Bind = "bind", Volume = "volume" } }
///
/// assert_eq!(MountType::from("bind"), MountType::Bind);
/// assert_eq!(MountType::from("nfs").as_str(), "nfs");
/// ```
#[macro_export]
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// The values that this version lists.
            pub const VALUES: &'static [&'static str] = &[$($wire),*];

            /// The value as it is on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)*
                    other => Self::Other(other.into()),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl ::core::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// The empty text.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::from("")
            }
        }

        impl $crate::answer::FromHeader for $name {
            fn from_header(text: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::from(text))
            }
        }

        impl $crate::model::Text for $name {
            fn set(&mut self, text: &str) {
                *self = Self::from(text);
            }
        }

        impl $crate::model::Data for $name {
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Text(self)
            }

            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Text(self.as_str())
            }
        }

        $crate::serde_through_data!($name);
    };
}

/// `Serialize` and `Deserialize` for a type that is [`Data`](crate::model::Data).
#[doc(hidden)]
#[macro_export]
macro_rules! serde_through_data {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::model::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::model::deserialize(deserializer)
            }
        }
    };
}
