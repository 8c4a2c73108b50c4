//! Files and directories into a container and out of it, as archives that are never whole in memory.
//!
//! Packing and unpacking block, and so each has a thread of its own for as long as it takes. A short queue of pieces joins
//! it to the exchange with the Engine: whichever is faster waits. When the future is dropped the queue breaks, and the
//! thread ends at its next piece.

use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use futures_core::Stream;
use tokio::sync::{mpsc, oneshot};

use super::operations::{ARCHIVE, PUT_ARCHIVE};
use super::task;
use super::unpack::{Failure, unpack};
use crate::answer::{self, Empty};
use crate::error::Call;
use crate::operation::send;
use crate::{Body, Client, Error, ErrorKind, OperationMeta, Request, Result};

/// How much goes into a piece, and how many pieces wait.
const PIECE: usize = 64 << 10;
const WAITING: usize = 4;

/// Copies a file or a directory of this machine, with all that is in it, into a directory of a container, which must be
/// there. It keeps its name, its permissions and its owner's number; links are copied as links.
///
/// A copy that fails or is dropped halfway leaves what has come by then.
#[derive(Debug)]
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct CopyIn {
    client: Client,
    id: String,
    from: PathBuf,
    to: String,
}

task!(CopyIn => ());

impl CopyIn {
    pub(super) fn new(client: &Client, id: &str, from: &Path, to: &str) -> Self {
        Self { client: client.clone(), id: id.to_owned(), from: from.to_owned(), to: to.to_owned() }
    }

    async fn perform(self) -> Result<()> {
        let Self { client, id, from, to } = self;
        let unreadable = |error| local(&PUT_ARCHIVE, "cannot be read", &from, error);
        let name = name_of(&from).map_err(unreadable)?;
        std::fs::symlink_metadata(&from).map_err(unreadable)?;
        let (pieces, queue) = mpsc::channel(WAITING);
        let source = from.clone();
        let packed = on_thread(move || pack(&source, &name, Packer::new(pieces))).map_err(unreadable)?;
        let request = Request::new(&client, &PUT_ARCHIVE)
            .path("id", &id)
            .query("path", to)
            .body("application/x-tar", Body::stream(Queue(queue)));
        let sent = send::<Empty>(request).await;
        match packed.await {
            // The Engine does not listen to the end: its answer says why.
            Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => sent,
            Ok(Err(error)) => Err(unreadable(error)),
            _ => sent,
        }
    }
}

/// Copies a file or a directory of a container, with all that is in it, into a directory of this machine, which must be
/// there. It keeps its name and its permissions, and belongs to whoever copies.
///
/// Nothing is written outside that directory, whatever the archive says: an entry that would be is an error, and so is a
/// device or a named pipe. Links are made as they are, wherever they lead, but nothing is written through them. A copy that
/// fails or is dropped halfway leaves what has come by then.
#[derive(Debug)]
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct CopyOut {
    client: Client,
    id: String,
    from: String,
    to: PathBuf,
}

task!(CopyOut => ());

impl CopyOut {
    pub(super) fn new(client: &Client, id: &str, from: &str, to: &Path) -> Self {
        Self { client: client.clone(), id: id.to_owned(), from: from.to_owned(), to: to.to_owned() }
    }

    async fn perform(self) -> Result<()> {
        let Self { client, id, from, to } = self;
        let unwritable = |error| local(&ARCHIVE, "cannot be written", &to, error);
        if !std::fs::metadata(&to).map_err(unwritable)?.is_dir() {
            return Err(unwritable(io::ErrorKind::NotADirectory.into()));
        }
        let request = Request::new(&client, &ARCHIVE).path("id", &id).query("path", from);
        let mut archive = send::<answer::Bytes>(request).await?;
        let (pieces, queue) = mpsc::channel(WAITING);
        let target = to.clone();
        let unpacked = on_thread(move || unpack(Unpacker::new(queue), &target)).map_err(unwritable)?;
        let mut received = Ok(());
        while let Some(piece) = poll_fn(|cx| Pin::new(&mut archive).poll_next(cx)).await {
            match piece {
                // It is refused after the archive's end, or when unpacking has failed.
                Ok(piece) => {
                    if pieces.send(Some(piece)).await.is_err() {
                        break;
                    }
                }
                Err(error) => {
                    received = Err(error);
                    break;
                }
            }
        }
        if received.is_ok() {
            drop(pieces.send(None).await);
        }
        drop(pieces);
        let unpacked = unpacked.await;
        received?;
        match unpacked {
            Ok(Err(Failure { path, error })) => Err(local(&ARCHIVE, "cannot be written", &path, error)),
            Ok(Ok(())) => Ok(()),
            Err(_) => Err(unwritable(io::Error::other("the archive cannot be unpacked"))),
        }
    }
}

/// Runs something that blocks.
fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (done, result) = oneshot::channel();
    std::thread::Builder::new().name("docker-engine-tar".to_owned()).spawn(move || {
        // Nobody may wait for it any more.
        drop(done.send(work()));
    })?;
    Ok(result)
}

/// A failure on this machine, in the course of an operation.
fn local(meta: &OperationMeta, what: &str, path: &Path, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("make room, or copy to another disk")
        }
        _ => None,
    };
    let what = format!("{} {what}", path.display());
    let told = match error.get_ref() {
        // Not the system's words but an archive's, or ours.
        Some(why) => Error::new(ErrorKind::File, format!("{what}: {why}")),
        None => Error::of_system(ErrorKind::File, &what, error),
    };
    let told = told.with_call(Some(&Call::new(meta, meta.path)));
    match hint {
        Some(hint) => told.with_hint(hint),
        None => told,
    }
}

/// What a file or a directory is called where it goes.
fn name_of(path: &Path) -> io::Result<PathBuf> {
    match path.file_name() {
        Some(name) => Ok(name.into()),
        // `.` and `..` have names too; only the root has none.
        None => path.canonicalize()?.file_name().map(Into::into).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the root directory has no name to be copied under")
        }),
    }
}

fn pack(from: &Path, name: &Path, packer: Packer) -> io::Result<()> {
    let pieces = packer.pieces.clone();
    let packed = (|| {
        let mut builder = tar::Builder::new(packer);
        builder.follow_symlinks(false);
        if std::fs::symlink_metadata(from)?.is_dir() {
            builder.append_dir_all(name, from)?;
        } else {
            builder.append_path_with_name(from, name)?;
        }
        builder.into_inner()?.flush()
    })();
    if let Err(error) = &packed {
        // Without this the Engine would take what it has for the whole.
        drop(pieces.blocking_send(Err(io::Error::new(error.kind(), error.to_string()))));
    }
    packed
}

/// What an archive is written to.
struct Packer {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    piece: BytesMut,
}

impl Packer {
    fn new(pieces: mpsc::Sender<io::Result<Bytes>>) -> Self {
        Self { pieces, piece: BytesMut::new() }
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = self.piece.split().freeze();
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The pieces of an archive on their way to the Engine.
struct Queue(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Queue {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

/// What an archive is read from. `None` in the queue is its end; a queue that just ends was given up.
struct Unpacker {
    queue: mpsc::Receiver<Option<Bytes>>,
    piece: Bytes,
    ended: bool,
}

impl Unpacker {
    fn new(queue: mpsc::Receiver<Option<Bytes>>) -> Self {
        Self { queue, piece: Bytes::new(), ended: false }
    }
}

impl Read for Unpacker {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.queue.blocking_recv() {
                Some(Some(piece)) => self.piece = piece,
                Some(None) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let length = self.piece.len().min(buffer.len());
        self.piece.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
