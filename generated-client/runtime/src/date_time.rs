//! Points in time as the Engine writes them. The text is kept as it came: an Engine also sends empty dates, dates of
//! the year 1 and dates with nanoseconds, and what is sent back must be what was received.

use std::fmt;

use crate::model::{Data, Slot, Text, View};

/// A point in time, kept as the text that the Engine sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime(String);

impl DateTime {
    /// The text as it is on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time it tells. `None` for an empty text, for the zero time of Go (`0001-01-01T00:00:00Z`: it has not
    /// happened) and for what is not a date.
    pub fn timestamp(&self) -> Option<jiff::Timestamp> {
        if self.0.starts_with("0001-01-01T00:00:00") {
            return None;
        }
        self.0.parse().ok()
    }
}

impl From<jiff::Timestamp> for DateTime {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.to_string())
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl AsRef<str> for DateTime {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Text for DateTime {
    fn set(&mut self, text: &str) {
        self.0 = text.to_owned();
    }
}

impl Data for DateTime {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }

    fn view(&self) -> View<'_> {
        View::Text(&self.0)
    }
}

crate::serde_through_data!(DateTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_time_and_keeps_the_text() {
        let text = "2025-03-01T10:20:30.123456789+02:00";
        let date = DateTime::from(text);
        assert_eq!(date.timestamp().unwrap().to_string(), "2025-03-01T08:20:30.123456789Z");
        assert_eq!(date.to_string(), text);
        for nothing in ["", "0001-01-01T00:00:00Z", "never"] {
            assert_eq!(DateTime::from(nothing).timestamp(), None, "{nothing:?}");
        }
        let now = jiff::Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(DateTime::from(now).timestamp(), Some(now));
    }
}
