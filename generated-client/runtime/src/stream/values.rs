//! Cuts a stream of bytes into JSON values: whatever stands between them (line ends, nothing, the record separators of
//! RFC 7464) and wherever the bytes were split. It finds where a value ends; whether it is JSON is for the reader to say.

use bytes::{Buf, Bytes, BytesMut};

use crate::{Error, ErrorKind, Result};

/// Cuts bytes into values.
#[derive(Debug)]
pub(super) struct Values {
    buffer: BytesMut,
    /// How many bytes of the buffer were looked at.
    scanned: usize,
    state: State,
    limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Between values.
    Between,
    /// In an array or an object; how deep.
    Nested(usize),
    /// In a string, at this depth.
    String(usize),
    /// After a backslash in a string, at this depth.
    Escaped(usize),
    /// In a number or a word.
    Scalar,
}

impl Values {
    pub(super) fn new(limit: usize) -> Self {
        Self { buffer: BytesMut::new(), scanned: 0, state: State::Between, limit }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next value that is complete.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>> {
        while let Some(&byte) = self.buffer.get(self.scanned) {
            match (self.state, byte) {
                (State::Between, b' ' | b'\t' | b'\r' | b'\n' | 0x1e) => {
                    self.buffer.advance(1);
                    continue;
                }
                (State::Between, b'{' | b'[') => self.state = State::Nested(1),
                (State::Between, b'"') => self.state = State::String(0),
                (State::Between, _) => self.state = State::Scalar,
                (State::Nested(depth), b'{' | b'[') => self.state = State::Nested(depth + 1),
                (State::Nested(1), b'}' | b']') => return Ok(Some(self.cut(self.scanned + 1))),
                (State::Nested(depth), b'}' | b']') => self.state = State::Nested(depth - 1),
                (State::Nested(depth), b'"') => self.state = State::String(depth),
                (State::String(depth), b'\\') => self.state = State::Escaped(depth),
                (State::String(0), b'"') => return Ok(Some(self.cut(self.scanned + 1))),
                (State::String(depth), b'"') => self.state = State::Nested(depth),
                (State::Escaped(depth), _) => self.state = State::String(depth),
                (State::Scalar, b' ' | b'\t' | b'\r' | b'\n' | 0x1e | b'{' | b'[' | b'"') => {
                    return Ok(Some(self.cut(self.scanned)));
                }
                _ => {}
            }
            self.scanned += 1;
            if self.scanned > self.limit {
                let message =
                    format!("a value of the stream is larger than the limit of {} bytes", self.limit);
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
        }
        Ok(None)
    }

    /// The value that only the end of the bytes could end.
    pub(super) fn finish(&mut self) -> Result<Option<Bytes>> {
        match self.state {
            State::Between => Ok(None),
            State::Scalar => Ok(Some(self.cut(self.buffer.len()))),
            _ => {
                let length = self.buffer.len();
                let message = format!("the stream ended within a value, of which {length} bytes had come");
                Err(Error::new(ErrorKind::Truncated, message))
            }
        }
    }

    fn cut(&mut self, end: usize) -> Bytes {
        self.scanned = 0;
        self.state = State::Between;
        self.buffer.split_to(end).freeze()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Result<Vec<Bytes>> {
        let mut values = Values::new(1 << 10);
        let mut read = Vec::new();
        for piece in pieces {
            values.push(piece);
            while let Some(value) = values.next()? {
                read.push(value);
            }
        }
        read.extend(values.finish()?);
        Ok(read)
    }

    const WIRE: &[u8] =
        b"{\"a\":\"}\\\"{\"}\r\n[1,[2]]{\"b\":{}}\x1e\"s\\\\\"true 12\nnull\n\n{\"c\":\"\xc3\xbc\"}-1e3";
    const VALUES: [&str; 9] = [
        r#"{"a":"}\"{"}"#,
        "[1,[2]]",
        r#"{"b":{}}"#,
        r#""s\\""#,
        "true",
        "12",
        "null",
        r#"{"c":"ü"}"#,
        "-1e3",
    ];

    #[test]
    fn separators_of_every_kind() {
        assert_eq!(read(&[WIRE]).unwrap(), VALUES);
        assert_eq!(read(&[]).unwrap(), Vec::<Bytes>::new());
    }

    #[test]
    fn split_at_every_byte() {
        for at in 0..=WIRE.len() {
            assert_eq!(read(&[&WIRE[..at], &WIRE[at..]]).unwrap(), VALUES, "split at {at}");
        }
        let bytes: Vec<_> = WIRE.chunks(1).collect();
        assert_eq!(read(&bytes).unwrap(), VALUES);
    }

    #[test]
    fn what_is_cut_off_or_too_large_is_an_error() {
        for cut in ["{", "{\"a\":1", "[1,", "\"abc", "\"abc\\"] {
            assert_eq!(read(&[cut.as_bytes()]).unwrap_err().kind(), ErrorKind::Truncated, "{cut}");
        }
        let large = format!("[{}]", "1,".repeat(1 << 10));
        assert_eq!(read(&[large.as_bytes()]).unwrap_err().kind(), ErrorKind::TooLarge);
    }

    /// Any JSON value.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(
            values in prop::collection::vec(value(), 0..6),
            separators in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", "\x1e", "\n\x1e", " ", ""]), 6),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut wire = Vec::new();
            for (at, (value, separator)) in values.iter().zip(&separators).enumerate() {
                wire.extend(value.to_string().into_bytes());
                // Only what has an end of its own can stand close to the next, or be the last without more.
                let plain = !(value.is_object() || value.is_array() || value.is_string());
                let separator = if plain && separator.is_empty() && at + 1 < values.len() { "\n" } else { separator };
                wire.extend(separator.as_bytes());
            }
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
            cuts.extend([0, wire.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &wire[cut[0]..cut[1]]).collect();
            let mut limited = Values::new(1 << 20);
            let mut found = Vec::new();
            for piece in pieces {
                limited.push(piece);
                while let Some(value) = limited.next().unwrap() {
                    found.push(value);
                }
            }
            found.extend(limited.finish().unwrap());
            let found: Vec<serde_json::Value> =
                found.iter().map(|json| serde_json::from_slice(json).unwrap()).collect();
            prop_assert_eq!(found, values);
        }

        #[test]
        fn nothing_panics_and_nothing_is_lost(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(values) = read(&[&bytes]) {
                let blank = |byte: &u8| b" \t\r\n\x1e".contains(byte);
                let kept = values.concat().len();
                prop_assert!(kept <= bytes.len());
                prop_assert!(kept >= bytes.iter().filter(|byte| !blank(byte)).count());
            }
        }
    }
}
