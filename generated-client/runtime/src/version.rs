//! Versions of the Engine API: two numbers, ordered as numbers.

use std::fmt;
use std::str::FromStr;

/// A version of the Engine API, such as 1.51. Ordered as versions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    major: u16,
    minor: u16,
}

impl ApiVersion {
    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The number before the dot.
    pub const fn major(self) -> u16 {
        self.major
    }

    /// The number after the dot.
    pub const fn minor(self) -> u16 {
        self.minor
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for ApiVersion {
    type Err = InvalidVersion;

    /// Reads `1.51` or `v1.51`: digits only, no sign, no space.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        text.strip_prefix('v')
            .unwrap_or(text)
            .split_once('.')
            .and_then(|(major, minor)| Some(Self::new(number(major)?, number(minor)?)))
            .ok_or_else(|| InvalidVersion(text.to_owned()))
    }
}

/// A text that is not an API version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidVersion(String);

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an API version: expected two numbers with a dot, such as 1.51", self.0)
    }
}

impl std::error::Error for InvalidVersion {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_orders() {
        assert_eq!("1.51".parse(), Ok(ApiVersion::new(1, 51)));
        assert_eq!("v1.51".parse(), Ok(ApiVersion::new(1, 51)));
        assert!(ApiVersion::new(1, 9) < ApiVersion::new(1, 10));
        for text in ["", "1", "1.", ".1", "1.+5", "1.5.1", "1.99999999", " 1.5"] {
            assert!(text.parse::<ApiVersion>().is_err(), "{text:?}");
        }
    }
}
