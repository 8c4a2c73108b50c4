//! Whether a tar archive that comes over the wire is whole.
//!
//! An Engine whose archive fails halfway (a file shrinks while it is read, a layer is damaged) has sent its status long ago.
//! It ends the answer as if all was well, in the middle of a file (seen with 20.10, 26.1 and 28.5, for archives of
//! a path and for exports), or writes its error as JSON behind what it had written. HTTP shows neither. So the headers of the
//! archive are followed, and the end of the answer must be the end of the archive.
//!
//! It only watches. Bytes that do not begin as an archive does are let pass: they may be compressed.

use super::json;
use crate::{Error, ErrorKind, Result, answer};

const BLOCK: usize = 512;

/// How much of what may be an error is kept.
const TAIL: usize = 4 << 10;

/// The longest extended header that is read: what Engines write has some hundred bytes.
const EXTENDED: u64 = 1 << 20;

/// Follows the bytes of an archive.
#[derive(Debug)]
pub(super) struct Archive {
    state: State,
    /// Whether a header has come: it is an archive.
    begun: bool,
    /// What an extended header says of the next member's size, which has no room in the member's own header.
    size: Option<u64>,
    /// The last bytes, for an error that stands behind what was cut off.
    tail: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Within a header, of which so much has come.
    Header(Vec<u8>),
    /// Within content or what fills up its last block: so many bytes are to come.
    Content(u64),
    /// Within an extended header: so many bytes are to come with what fills them up, and those that have come.
    Extended(u64, Vec<u8>),
    /// The archive has ended.
    Ended,
    /// Something is where a header should be.
    Words,
    /// It is no archive.
    Other,
}

impl Archive {
    pub(super) fn new() -> Self {
        Self { state: State::Header(Vec::new()), begun: false, size: None, tail: Vec::new() }
    }

    /// Follows the next bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        if matches!(self.state, State::Other) {
            return;
        }
        self.keep(bytes);
        while !bytes.is_empty() {
            match &mut self.state {
                State::Header(block) => {
                    let (part, rest) = bytes.split_at(bytes.len().min(BLOCK - block.len()));
                    block.extend_from_slice(part);
                    bytes = rest;
                    if block.len() == BLOCK {
                        let block = std::mem::take(block);
                        self.state = self.after(&block);
                    }
                }
                State::Content(left) => {
                    let part = (*left).min(bytes.len() as u64);
                    *left -= part;
                    bytes = &bytes[part as usize..];
                    if *left == 0 {
                        self.state = State::Header(Vec::new());
                    }
                }
                State::Extended(left, text) => {
                    let (part, rest) = bytes.split_at((*left).min(bytes.len() as u64) as usize);
                    text.extend_from_slice(part);
                    *left -= part.len() as u64;
                    bytes = rest;
                    if *left == 0 {
                        self.size = size_record(text);
                        self.state = State::Header(Vec::new());
                    }
                }
                State::Ended | State::Words | State::Other => return,
            }
        }
    }

    /// Checks that the end of the bytes is the end of the archive.
    pub(super) fn finish(&self) -> Result<()> {
        let cut = match &self.state {
            State::Other => return Ok(()),
            State::Header(_) if !self.begun => return Ok(()),
            State::Ended => return self.reported().map_or(Ok(()), Err),
            State::Header(block) if block.is_empty() => "the archive has no end".to_owned(),
            State::Header(_) | State::Words => "the archive goes on with something else".to_owned(),
            State::Content(left) | State::Extended(left, _) => {
                format!("the archive ended within a file, {left} bytes before its end")
            }
        };
        Err(self.reported().unwrap_or_else(|| Error::new(ErrorKind::Truncated, cut)))
    }

    /// What a whole block where a header should be makes of it.
    fn after(&mut self, block: &[u8]) -> State {
        if block.iter().all(|byte| *byte == 0) {
            return if self.begun { State::Ended } else { State::Other };
        }
        let Some(Header { kind, size }) = Header::read(block) else {
            return if self.begun { State::Words } else { State::Other };
        };
        self.begun = true;
        let size = match kind {
            // Links, devices and folders have no content, whatever their size says.
            b'1'..=b'6' => 0,
            // An old form of sparse files, with more headers after this one. No Engine writes it.
            b'S' => return State::Other,
            b'x' | b'g' | b'L' | b'K' => size,
            _ => self.size.take().unwrap_or(size),
        };
        match size.checked_next_multiple_of(BLOCK as u64) {
            None => State::Words,
            Some(0) => State::Header(Vec::new()),
            Some(left) if kind == b'x' && left <= EXTENDED => State::Extended(left, Vec::new()),
            Some(left) => State::Content(left),
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let bytes = &bytes[bytes.len().saturating_sub(TAIL)..];
        let surplus = (self.tail.len() + bytes.len()).saturating_sub(TAIL);
        self.tail.drain(..surplus);
        self.tail.extend_from_slice(bytes);
    }

    /// The error that the Engine wrote behind the archive, in one of its two forms.
    fn reported(&self) -> Option<Error> {
        let tail = self.tail.trim_ascii_end();
        // From the last brace backwards, since a report may have another object within it.
        let starts = tail.iter().enumerate().rev().filter(|(_, byte)| **byte == b'{');
        for (at, _) in starts.take(8) {
            let json = &tail[at..];
            if let Some(error) = json::reported(json).or_else(|| answer::message_in(json)) {
                return Some(error);
            }
        }
        None
    }
}

/// What of a member's header matters here.
struct Header {
    kind: u8,
    size: u64,
}

impl Header {
    /// Reads a block whose checksum fits.
    fn read(block: &[u8]) -> Option<Self> {
        const CHECKSUM: std::ops::Range<usize> = 148..156;
        let blank = CHECKSUM.len() as u64 * u64::from(b' ');
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let expected = sum(block) - sum(&block[CHECKSUM]) + blank;
        let fits = number(&block[CHECKSUM]) == Some(expected);
        fits.then_some(Self { kind: block[156], size: number(&block[124..136])? })
    }
}

/// Reads a number of a header: octal digits, or big-endian bytes after a first bit that is set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let mut value = u64::from(field[0] & 0x7f);
        for byte in &field[1..] {
            value = value.checked_mul(256)?.checked_add(u64::from(*byte))?;
        }
        return Some(value);
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

/// The `size` among the records `LENGTH KEY=VALUE\n` of an extended header.
fn size_record(mut text: &[u8]) -> Option<u64> {
    let mut size = None;
    while let Some(space) = text.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(&text[..space]).ok()?.parse().ok()?;
        let record = text.get(space + 1..length)?.strip_suffix(b"\n")?;
        if let Some(value) = record.strip_prefix(b"size=") {
            size = std::str::from_utf8(value).ok()?.parse().ok();
        }
        text = &text[length..];
    }
    size
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A member: header, content, and zeros to the end of its last block. A size of `None` is the content's.
    pub(in crate::stream) fn member(name: &str, kind: u8, size: Option<&[u8]>, content: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        block[..name.len()].copy_from_slice(name.as_bytes());
        let octal = format!("{:011o}\0", content.len());
        let size = size.unwrap_or(octal.as_bytes());
        block[124..124 + size.len()].copy_from_slice(size);
        block[148..156].fill(b' ');
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block.extend(content);
        block.resize(block.len().next_multiple_of(BLOCK), 0);
        block
    }

    fn read(pieces: &[&[u8]]) -> Result<()> {
        let mut archive = Archive::new();
        pieces.iter().for_each(|piece| archive.push(piece));
        archive.finish()
    }

    const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

    #[test]
    fn whole_archives() {
        let extended = [
            member("x", b'x', None, b"20 atime=1700000000\n17 size=00000600\n"),
            member("long", b'0', Some(b"00000000000\0"), &[1; 600]),
        ]
        .concat();
        let cases = [
            member("a", b'0', None, b"content"),
            member("empty", b'0', None, b""),
            [member("d", b'5', None, b""), member("l", b'2', Some(b"00000000017\0"), b"")].concat(),
            member("large", b'0', Some(b"\x80\0\0\0\0\0\0\0\0\0\x02\x58"), &[1; 600]),
            extended,
        ];
        for case in cases {
            read(&[&case, &END]).unwrap();
            read(&[&case, &END, &[0; 8192]]).unwrap();
            assert_eq!(read(&[&case]).unwrap_err().kind(), ErrorKind::Truncated);
        }
    }

    #[test]
    fn the_engines_words_behind_it_are_the_error() {
        let whole = [member("a", b'0', None, b"content"), END.to_vec()].concat();
        let (message, report) = (
            &b"{\"message\":\"no space left\"}\n"[..],
            &b"{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}\r\n"[..],
        );
        for words in [message, report] {
            for after in [whole.len(), 1024, 600, 520, 512] {
                let error = read(&[&whole[..after], words]).unwrap_err();
                let said = (error.kind(), error.message());
                assert_eq!(said, (ErrorKind::Stream, "no space left"), "after {after} bytes");
            }
        }
        let error = read(&[&whole[..1024], b"what is this?"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated);
    }

    #[test]
    fn what_is_no_archive_passes() {
        for bytes in [&b""[..], b"text", &[0x1f; 2000], &[0; 2000], b"{\"message\":\"content\"}"] {
            read(&[bytes]).unwrap();
        }
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_and_any_cut_is_an_error(
            contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1200), 1..5),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
            end in any::<prop::sample::Index>(),
        ) {
            let members: Vec<u8> =
                contents.iter().flat_map(|content| member("f", b'0', None, content)).collect();
            let whole = [&members[..], &END].concat();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(whole.len() + 1)).collect();
            cuts.extend([0, whole.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &whole[cut[0]..cut[1]]).collect();
            prop_assert!(read(&pieces).is_ok());
            // Before the first block is there, it may be anything; after a block of zeros, the archive has ended.
            let end = BLOCK + end.index(members.len());
            prop_assert_eq!(read(&[&whole[..end]]).unwrap_err().kind(), ErrorKind::Truncated);
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..1500), size in any::<[u8; 12]>()) {
            let _ = read(&[&bytes]);
            let _ = read(&[&member("f", b'x', Some(&size), &bytes), &bytes]);
        }
    }
}
