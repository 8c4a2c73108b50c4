//! Structs of response headers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::{HeaderMap, HeaderValue};

use crate::model::{self, Data};
use crate::{Error, ErrorKind, Result};

/// A struct that is read from response headers. Made by [`headers!`](crate::headers).
pub trait FromHeaders: Sized {
    /// Reads the struct.
    fn from_headers(headers: &HeaderMap) -> Result<Self>;
}

/// A value that stands in a header as text.
pub trait FromHeader: Sized {
    /// The value of a text, `None` if it is not one.
    fn from_header(text: &str) -> Option<Self>;
}

impl FromHeader for String {
    fn from_header(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromHeader for bool {
    fn from_header(text: &str) -> Option<Self> {
        match text {
            "true" | "1" => Some(true),
            "false" | "0" | "" => Some(false),
            _ => None,
        }
    }
}

macro_rules! texts {
    ($($type:ident)*) => {$(
        impl FromHeader for crate::$type {
            fn from_header(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

texts! { DateTime Secret }

macro_rules! numbers {
    ($($type:ident)*) => {$(
        impl FromHeader for $type {
            fn from_header(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 }

/// A header that may be missing. Its text is taken as it is; bytes that are not UTF-8 are replaced.
pub fn plain<T: FromHeader>(headers: &HeaderMap, name: &str) -> Result<Option<T>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = text(value);
    match T::from_header(text.trim()) {
        Some(value) => Ok(Some(value)),
        None => Err(Error::new(ErrorKind::Decode, format!("the header {name} cannot be read: {text:?}"))),
    }
}

/// A header in JSON in base64, in either alphabet.
pub fn base64<T: Data + Default>(headers: &HeaderMap, name: &str) -> Result<Option<T>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let unreadable =
        |why: String| Error::new(ErrorKind::Decode, format!("the header {name} cannot be read: {why}"));
    let json = STANDARD
        .decode(value.as_bytes())
        .or_else(|_| URL_SAFE.decode(value.as_bytes()))
        .map_err(|error| unreadable(error.to_string()))?;
    model::from_slice(&json).map(Some).map_err(|error| unreadable(error.to_string()))
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Makes a struct the answer that response headers are. Every field is an `Option`.
///
/// ```
/// use docker_engine_runtime as runtime;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct PingHeaders { pub api_version: Option<String>, pub experimental: Option<bool> }
/// runtime::headers! { PingHeaders { api_version = "Api-Version", experimental = "Docker-Experimental" } }
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct ArchiveHeaders { pub stat: Option<runtime::Value> }
/// runtime::headers! { ArchiveHeaders { stat = base64 "X-Docker-Container-Path-Stat" } }
/// ```
#[macro_export]
macro_rules! headers {
    ($name:ident { $($field:ident = $($encoding:ident)? $wire:literal),* $(,)? }) => {
        impl $crate::answer::FromHeaders for $name {
            fn from_headers(headers: &$crate::http::HeaderMap) -> $crate::Result<Self> {
                ::core::result::Result::Ok(Self {
                    $($field: $crate::headers!(@read headers, $wire $(, $encoding)?)?,)*
                })
            }
        }
    };
    (@read $headers:ident, $wire:literal) => { $crate::answer::read_header($headers, $wire) };
    (@read $headers:ident, $wire:literal, base64) => { $crate::answer::read_base64_header($headers, $wire) };
}
