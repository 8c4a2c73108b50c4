//! Text that must not be shown: passwords and tokens. It travels as it is and prints as nothing.

use std::fmt;

use crate::model::{Data, Slot, Text, View};

/// A password or a token. `Debug` and `Display` hide it; [`expose`](Self::expose) shows it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Text for Secret {
    fn set(&mut self, text: &str) {
        self.0 = text.to_owned();
    }
}

impl Data for Secret {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }

    fn view(&self) -> View<'_> {
        View::Text(&self.0)
    }
}

crate::serde_through_data!(Secret);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_hidden_but_sent() {
        let secret = Secret::from("hunter2");
        assert!(!format!("{secret:?} {secret}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""hunter2""#);
        assert_eq!(secret.expose(), "hunter2");
    }
}
