//! Queries: `key=value` pairs, percent-encoded; a space is `%20`, which servers that read forms and servers that do not
//! understand alike.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters that were set, each with its values.
#[derive(Default)]
pub(super) struct Query {
    parameters: Vec<(&'static str, Vec<String>)>,
}

impl Query {
    /// Sets a parameter: what it had before is gone.
    pub(super) fn set(&mut self, name: &'static str, values: Vec<String>) {
        match self.parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = values,
            None => self.parameters.push((name, values)),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.parameters.iter().map(|(name, _)| *name)
    }

    /// Appends `?a=b&c=d` to a path.
    pub(super) fn write(&self, path: &mut String) {
        let mut separator = '?';
        for (name, values) in &self.parameters {
            for value in values {
                path.push(separator);
                path.extend(utf8_percent_encode(name, &UNRESERVED));
                path.push('=');
                path.extend(utf8_percent_encode(value, &UNRESERVED));
                separator = '&';
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(pairs: &[(&'static str, &[&str])]) -> String {
        let mut query = Query::default();
        for (name, values) in pairs {
            query.set(name, values.iter().map(|value| (*value).to_owned()).collect());
        }
        let mut text = String::new();
        query.write(&mut text);
        text
    }

    #[test]
    fn known_cases() {
        assert_eq!(written(&[]), "");
        assert_eq!(
            written(&[("all", &["true"]), ("names", &["a b", "c&d=e"])]),
            "?all=true&names=a%20b&names=c%26d%3De"
        );
        assert_eq!(written(&[("none", &[]), ("x", &["+"])]), "?x=%2B");
        assert_eq!(written(&[("t", &["1"]), ("t", &["2"])]), "?t=2");
    }

    proptest! {
        #[test]
        fn a_value_stays_one_value(value in ".*") {
            let text = written(&[("k", &[&value])]);
            let encoded = text.strip_prefix("?k=").unwrap();
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && !b"&=#+".contains(&byte)));
            prop_assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), value);
        }
    }
}
