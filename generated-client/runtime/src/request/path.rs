//! Paths: template and values to the text of the request line.
//!
//! A value can never change the path: everything but unreserved characters (RFC 3986, 2.3) and `:` and `@`, which stand
//! in image references and are plain in a path, is percent-encoded. What a server would still read as another path (an
//! empty segment, `.` and `..`) is refused.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const SEGMENT: AsciiSet =
    NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'@');

/// One segment: slashes are encoded too.
pub(super) fn segment(value: &str) -> Result<String, &'static str> {
    match value {
        "" => Err("is empty"),
        "." | ".." => Err("is a relative path"),
        value => Ok(utf8_percent_encode(value, &SEGMENT).to_string()),
    }
}

/// Several segments, such as an image's name: slashes stay.
pub(super) fn segments(value: &str) -> Result<String, &'static str> {
    let encoded: Result<Vec<_>, _> = value.split('/').map(segment).collect();
    match encoded {
        Ok(encoded) => Ok(encoded.join("/")),
        Err(_) if value.is_empty() => Err("is empty"),
        Err(_) => Err("has an empty segment or a relative one"),
    }
}

/// Puts encoded values in the places of a template. `Err` is the name of a place that has no value.
pub(super) fn fill<'t>(template: &'t str, values: &[(&'static str, String)]) -> Result<String, &'t str> {
    let mut path = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        path.push_str(before);
        path.push_str(values.iter().find(|(known, _)| *known == name).map(|(_, value)| value).ok_or(name)?);
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_cases() {
        assert_eq!(segment("a/../b?c#d").unwrap(), "a%2F..%2Fb%3Fc%23d");
        assert_eq!(segment("%2e%2e").unwrap(), "%252e%252e");
        assert_eq!(segment("sha256:0a").unwrap(), "sha256:0a");
        assert_eq!(segment("ü \n").unwrap(), "%C3%BC%20%0A");
        for refused in ["", ".", ".."] {
            assert!(segment(refused).is_err(), "{refused:?}");
        }
        assert_eq!(segments("localhost:5000/a/b:c@sha256:0").unwrap(), "localhost:5000/a/b:c@sha256:0");
        for refused in ["", "/", "a//b", "a/", "/a", "a/../b", "./a", ".."] {
            assert!(segments(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn fills_templates() {
        let values = [("id", "x".to_owned()), ("name", "y".to_owned())];
        assert_eq!(fill("/a/{id}/b/{name}", &values), Ok("/a/x/b/y".to_owned()));
        assert_eq!(fill("/a/{other}", &values), Err("other"));
    }

    proptest! {
        #[test]
        fn a_segment_stays_one_segment(value in ".*") {
            if let Ok(encoded) = segment(&value) {
                prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic() && !b"/?#\\".contains(&byte)));
                prop_assert!(!matches!(encoded.as_str(), "" | "." | ".."));
                let decoded = percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap();
                prop_assert_eq!(decoded, value);
            }
        }

        #[test]
        fn segments_keep_their_number(value in "[a./%?#]{0,12}") {
            if let Ok(encoded) = segments(&value) {
                prop_assert_eq!(encoded.matches('/').count(), value.matches('/').count());
                prop_assert!(encoded.split('/').all(|part| !matches!(part, "" | "." | "..")));
                prop_assert!(!encoded.contains(['?', '#']));
            }
        }
    }
}
