//! The multiplexed form of container output: frames of an eight-byte header (stream, three zero bytes, length in
//! network order) and as many bytes. See "Stream format" of the attach operation in the API's reference.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::{Error, ErrorKind, Result};

const HEADER: usize = 8;

/// A piece of a container's output. `Display` shows it as text, with what is not UTF-8 replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogChunk {
    /// Where it was written.
    pub source: LogSource,
    /// What was written.
    pub bytes: Bytes,
}

impl fmt::Display for LogChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes))
    }
}

/// Where a piece of output was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogSource {
    /// What the container was given as input.
    Stdin,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A terminal, where the two cannot be told apart.
    Console,
}

/// How output is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// In frames that tell the source.
    Multiplexed,
    /// As it is: the container has a terminal.
    Raw,
}

impl Framing {
    /// What the media type of an answer says.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        match headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim() {
            "application/vnd.docker.multiplexed-stream" => Some(Self::Multiplexed),
            "application/vnd.docker.raw-stream" => Some(Self::Raw),
            _ => None,
        }
    }
}

/// Cuts bytes into chunks.
#[derive(Debug)]
pub(super) struct Frames {
    framing: Framing,
    buffer: BytesMut,
    /// Engines write frames of some kilobytes; a length beyond this is no frame.
    limit: usize,
}

impl Frames {
    pub(super) fn new(framing: Framing, limit: usize) -> Self {
        Self { framing, buffer: BytesMut::new(), limit }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// What was pushed and not given back.
    pub(super) fn into_rest(self) -> Bytes {
        self.buffer.freeze()
    }

    /// The next chunk that is complete.
    pub(super) fn next(&mut self) -> Result<Option<LogChunk>> {
        if self.framing == Framing::Raw {
            let bytes = self.buffer.split().freeze();
            return Ok((!bytes.is_empty()).then_some(LogChunk { source: LogSource::Console, bytes }));
        }
        while let Some(header) = self.buffer.first_chunk::<HEADER>() {
            let [stream, zeros @ .., a, b, c, d] = *header;
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let source = match stream {
                _ if zeros != [0; 3] => return Err(self.not_a_frame()),
                0 => Some(LogSource::Stdin),
                1 => Some(LogSource::Stdout),
                2 => Some(LogSource::Stderr),
                3 => None,
                _ => return Err(self.not_a_frame()),
            };
            if length > self.limit {
                let message = format!("a frame of {length} bytes is larger than the limit of {}", self.limit);
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            if self.buffer.len() < HEADER + length {
                return Ok(None);
            }
            self.buffer.advance(HEADER);
            let bytes = self.buffer.split_to(length).freeze();
            match source {
                None => {
                    let message = String::from_utf8_lossy(&bytes).trim().to_owned();
                    return Err(Error::new(ErrorKind::Stream, message));
                }
                Some(_) if bytes.is_empty() => {}
                Some(source) => return Ok(Some(LogChunk { source, bytes })),
            }
        }
        Ok(None)
    }

    /// Checks that nothing is left when the bytes have ended.
    pub(super) fn finish(&self) -> Result<()> {
        match self.buffer.len() {
            0 => Ok(()),
            left => {
                let message = format!("the output ended within a frame, of which {left} bytes had come");
                Err(Error::new(ErrorKind::Truncated, message))
            }
        }
    }

    fn not_a_frame(&self) -> Error {
        let start: Vec<_> = self.buffer.iter().take(HEADER).collect();
        let message = format!(
            "{start:02x?} is not the header of an output frame: does the container have a terminal? Say so with .tty(true)"
        );
        Error::new(ErrorKind::Decode, message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(stream: u8, bytes: &[u8]) -> Vec<u8> {
        let mut frame = vec![stream, 0, 0, 0];
        frame.extend((bytes.len() as u32).to_be_bytes());
        frame.extend(bytes);
        frame
    }

    fn read(pieces: &[&[u8]]) -> Result<Vec<LogChunk>> {
        let mut frames = Frames::new(Framing::Multiplexed, 1 << 10);
        let mut chunks = Vec::new();
        for piece in pieces {
            frames.push(piece);
            while let Some(chunk) = frames.next()? {
                chunks.push(chunk);
            }
        }
        frames.finish().map(|()| chunks)
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(
            parts in prop::collection::vec((0u8..3, prop::collection::vec(any::<u8>(), 1..40)), 0..8),
            splits in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let wire: Vec<u8> = parts.iter().flat_map(|(stream, bytes)| frame(*stream, bytes)).collect();
            let mut cuts: Vec<_> = splits.iter().map(|index| index.index(wire.len() + 1)).collect();
            cuts.extend([0, wire.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &wire[cut[0]..cut[1]]).collect();
            let chunks = read(&pieces).unwrap();
            let expected: Vec<_> = parts
                .iter()
                .map(|(stream, bytes)| LogChunk {
                    source: [LogSource::Stdin, LogSource::Stdout, LogSource::Stderr][usize::from(*stream)],
                    bytes: Bytes::copy_from_slice(bytes),
                })
                .collect();
            prop_assert_eq!(chunks, expected);
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&[&bytes]);
        }
    }

    #[test]
    fn what_is_wrong_is_an_error() {
        let kind = |wire: &[u8]| read(&[wire]).unwrap_err().kind();
        assert_eq!(kind(&frame(1, b"abc")[..10]), ErrorKind::Truncated);
        assert_eq!(kind(&frame(1, b"abc")[..5]), ErrorKind::Truncated);
        assert_eq!(kind(&frame(4, b"abc")), ErrorKind::Decode);
        assert_eq!(kind(b"hello from a terminal"), ErrorKind::Decode);
        assert_eq!(kind(&[1, 0, 0, 0, 255, 255, 255, 255]), ErrorKind::TooLarge);
        let error = read(&[&frame(3, b"disk is gone\n")]).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Stream, "disk is gone"));
    }

    #[test]
    fn empty_frames_are_passed_over() {
        let wire = [frame(1, b""), frame(2, b"x")].concat();
        assert_eq!(read(&[&wire]).unwrap().len(), 1);
    }

    #[test]
    fn a_terminal_comes_as_it_is() {
        let mut frames = Frames::new(Framing::Raw, 1);
        frames.push(&frame(1, b"x"));
        let chunk = frames.next().unwrap().unwrap();
        assert_eq!((chunk.source, chunk.bytes.len()), (LogSource::Console, 9));
        assert_eq!(frames.next().unwrap(), None);
        frames.finish().unwrap();
    }
}
