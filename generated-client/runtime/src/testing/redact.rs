//! Takes secrets out of what is written down: credentials in headers, and in JSON what stands under a name such as
//! `password` or in the form of one of swarm's tokens. Better one value too many than one too few.

use std::ops::Range;

use http::HeaderName;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::when::pairs;

/// What stands in place of a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether a header carries credentials.
pub(super) fn is_secret_header(name: &HeaderName) -> bool {
    let known = [
        "x-registry-auth",
        "x-registry-config",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
    ];
    known.contains(&name.as_str()) || is_secret_name(name.as_str())
}

/// Whether what has this name is a secret: `Password`, `GITHUB_TOKEN`, `identitytoken`.
fn is_secret_name(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    let inside = [
        "password",
        "passwd",
        "passphrase",
        "token",
        "apikey",
        "accesskey",
        "privatekey",
        "secretkey",
        "unlockkey",
        "signingcakey",
        "credential",
    ];
    inside.iter().any(|word| name.contains(word))
        || name.ends_with("secret")
        || name == "auth"
        || name == "pwd"
}

/// A path and query without the secrets of the query.
pub(super) fn target(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let mut written = path.to_owned();
    for (index, (raw, (name, value))) in
        query.split('&').filter(|pair| !pair.is_empty()).zip(pairs(query)).enumerate()
    {
        written.push(if index == 0 { '?' } else { '&' });
        let clean = match is_secret_name(&name) {
            true => REDACTED.as_bytes().to_vec(),
            false => body(value.as_bytes(), false),
        };
        if clean == value.as_bytes() {
            written += raw;
        } else {
            let clean = String::from_utf8_lossy(&clean).into_owned();
            written.extend([
                utf8_percent_encode(&name, NON_ALPHANUMERIC).to_string(),
                "=".to_owned(),
                utf8_percent_encode(&clean, NON_ALPHANUMERIC).to_string(),
            ]);
        }
    }
    written
}

/// Bytes without the secrets in them. `data`: what is named `Data` is a secret too.
pub(super) fn body(bytes: &[u8], data: bool) -> Vec<u8> {
    pieces(&[bytes.to_vec()], data).concat()
}

/// The same for a body in pieces: a secret is found across their boundaries, which stay where they are around it.
pub(super) fn pieces(pieces: &[Vec<u8>], data: bool) -> Vec<Vec<u8>> {
    let whole = pieces.concat();
    let secrets = secrets(&whole, data);
    if secrets.is_empty() {
        return pieces.to_vec();
    }
    let mut clean = Vec::new();
    let mut start = 0;
    for piece in pieces {
        let end = start + piece.len();
        let mut kept = Vec::new();
        for (at, byte) in whole[start..end].iter().enumerate().map(|(at, byte)| (start + at, byte)) {
            match secrets.iter().find(|secret| secret.contains(&at)) {
                Some(secret) if secret.start == at => kept.extend_from_slice(REDACTED.as_bytes()),
                Some(_) => {}
                None => kept.push(*byte),
            }
        }
        clean.push(kept);
        start = end;
    }
    clean
}

/// Bytes with asterisks in place of secrets: what has lengths in it, such as frames of output, stays readable.
pub(super) fn masked(bytes: &[u8]) -> Vec<u8> {
    let mut masked = bytes.to_vec();
    for secret in secrets(bytes, false) {
        masked[secret].fill(b'*');
    }
    masked
}

/// Where secrets stand in JSON text, or in text that has JSON in it.
fn secrets(text: &[u8], data: bool) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut at = 0;
    let mut name: Option<String> = None;
    while let Some(offset) = text[at..].iter().position(|byte| *byte == b'"') {
        let between = &text[at..at + offset];
        let start = at + offset + 1;
        let end = end_of_string(text, start);
        // A name belongs to the string right after its colon, and to nothing behind a brace or a comma.
        let named =
            name.take().filter(|_| between.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b':'));
        let string = start..end.min(text.len());
        at = (end + 1).min(text.len());
        let is_name = text[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        let inside = &text[string.clone()];
        let shown = String::from_utf8_lossy(inside);
        match named {
            Some(named) if is_secret_name(&named) || (data && named == "Data") => {
                if !string.is_empty() {
                    secrets.push(string);
                }
            }
            _ if is_name => name = Some(shown.into_owned()),
            _ if shown.starts_with("SWMTKN-") || shown.starts_with("SWMKEY-") => secrets.push(string),
            _ => {
                // An environment variable: NAME=value.
                if let Some((variable, value)) = shown.split_once('=')
                    && !variable.contains(char::is_whitespace)
                    && is_secret_name(variable)
                    && !value.is_empty()
                {
                    secrets.push(string.start + variable.len() + 1..string.end);
                }
            }
        }
    }
    secrets
}

/// Where the quote stands that ends the string which begins here.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str) -> String {
        String::from_utf8(body(text.as_bytes(), false)).unwrap()
    }

    #[test]
    fn json() {
        assert_eq!(
            clean(r#"{"username":"me","password" : "p\"w","identitytoken":"","n":1}"#),
            r#"{"username":"me","password" : "[redacted]","identitytoken":"","n":1}"#
        );
        assert_eq!(clean(r#"{"SecretName":"a","Secrets":["b"]}"#), r#"{"SecretName":"a","Secrets":["b"]}"#);
        assert_eq!(clean(r#"{"Token":{"x":"y"}}"#), r#"{"Token":{"x":"y"}}"#);
        assert_eq!(
            clean(r#"{"Env":["A=1","DB_PASSWORD=x=y","TOKEN="]}"#),
            r#"{"Env":["A=1","DB_PASSWORD=[redacted]","TOKEN="]}"#
        );
        assert_eq!(clean(r#"["SWMTKN-1-abc"]"#), r#"["[redacted]"]"#);
        assert_eq!(body(br#"{"Data":"eA=="}"#, true), br#"{"Data":"[redacted]"}"#);
        assert_eq!(masked(br#"{"token":"abc"}"#), br#"{"token":"***"}"#);
        assert_eq!(clean(r#"{"password":"cut o"#), r#"{"password":"[redacted]"#);
    }

    #[test]
    fn queries() {
        assert_eq!(target("/a?x=1&token=abc"), "/a?x=1&token=%5Bredacted%5D");
        assert_eq!(target("/a?x=%20&y"), "/a?x=%20&y");
        let build = target("/build?buildargs=%7B%22API_KEY%22%3A%22abc%22%7D");
        assert!(!build.contains("abc") && build.contains("redacted"), "{build}");
    }

    proptest! {
        #[test]
        fn a_password_is_found_wherever_it_is_split(splits in prop::collection::vec(0usize..40, 0..6)) {
            let text = br#"{"u":"me","password":"hunter2","z":"end"}"#;
            let mut cuts: Vec<_> = splits.into_iter().chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let split: Vec<_> = cuts.windows(2).map(|cut| text[cut[0]..cut[1]].to_vec()).collect();
            let clean = pieces(&split, false);
            prop_assert_eq!(clean.len(), split.len());
            prop_assert_eq!(clean.concat(), br#"{"u":"me","password":"[redacted]","z":"end"}"#.to_vec());
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..80), quotes in "[\"\\\\:{}=a-z]{0,40}") {
            let _ = body(&bytes, true);
            let _ = body(quotes.as_bytes(), true);
        }
    }
}
