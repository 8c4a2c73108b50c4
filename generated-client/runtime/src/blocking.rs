//! The face for programs that are not asynchronous: `docker.container_list().all(true).send_blocking()?`.
//!
//! Every request and every task has `send_blocking` beside `send`, and what it gives is [`Blocking`] where it would be a
//! stream. A client, with all its clones, has one private tokio runtime for this, made when first needed and without
//! threads of its own: whoever blocks drives it. Where blocking would stop other tasks, in a thread that belongs to a tokio
//! runtime, it is an error instead, also in the threads of `spawn_blocking`: such programs can await.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_core::Stream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::answer::{self, Answer, FromHeaders, FromOutcome};
use crate::model::Data;
use crate::stream::Input;
use crate::{ByteStream, Client, Duplex, Error, ErrorKind, JsonStream, LogChunk, LogStream, Request, Result};

/// The runtime of a client, once it was needed.
#[derive(Clone, Default)]
pub(crate) struct Home(Arc<Mutex<Option<Arc<Driver>>>>);

impl Home {
    fn driver(&self) -> Result<Arc<Driver>> {
        let mut home = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(driver) = &*home {
            return Ok(Arc::clone(driver));
        }
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Error::new(ErrorKind::Config, "no runtime can be made to block on").with_source(error)
        })?;
        Ok(Arc::clone(home.insert(Arc::new(Driver(Some(runtime))))))
    }
}

/// Drives futures to their end in the thread that waits for them.
struct Driver(Option<Runtime>);

impl Driver {
    fn block_on<F: Future>(&self, future: F) -> Result<F::Output> {
        if Handle::try_current().is_ok() {
            let message = "this thread belongs to a tokio runtime and cannot be blocked: await the request";
            return Err(Error::new(ErrorKind::Request, message));
        }
        let runtime = self.0.as_ref().expect("it is there until it is dropped");
        Ok(runtime.block_on(future))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Waiting for its end, as dropping a runtime does, is not allowed in the threads of another one.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// Waits for a future of this client, such as `negotiate()`, in a program that is not asynchronous.
    pub fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        self.home().driver()?.block_on(future)?
    }
}

/// Sends a request, waits, and reads the answer as `A`.
pub fn send<A: BlockingAnswer>(request: Request) -> Result<A::Blocking> {
    let driver = request.client().home().driver()?;
    let output = driver.block_on(crate::operation::send::<A>(request))??;
    Ok(A::into_blocking(output, Driven(driver)))
}

/// Keeps the runtime that a stream was made in.
pub struct Driven(Arc<Driver>);

/// A kind of answer, for programs that block.
pub trait BlockingAnswer: Answer {
    /// What the caller gets.
    type Blocking;

    /// Makes it of what the asynchronous caller gets.
    fn into_blocking(output: Self::Output, driven: Driven) -> Self::Blocking;
}

macro_rules! plain {
    ($([$($generic:tt)*] $answer:ty;)*) => {$(
        impl<$($generic)*> BlockingAnswer for $answer {
            type Blocking = Self::Output;

            fn into_blocking(output: Self::Output, _: Driven) -> Self::Output {
                output
            }
        }
    )*};
}

plain! {
    [T: Data + Default + Send + 'static] answer::Json<T>;
    [H: FromHeaders + Send + 'static] answer::Headers<H>;
    [E: FromOutcome + Send + 'static] answer::Outcome<E>;
    [] answer::Text;
    [] answer::Empty;
}

macro_rules! streams {
    ($([$($generic:tt)*] $answer:ty;)*) => {$(
        impl<$($generic)*> BlockingAnswer for $answer {
            type Blocking = Blocking<Self::Output>;

            fn into_blocking(output: Self::Output, driven: Driven) -> Self::Blocking {
                Blocking { stream: output, driven, ended: false }
            }
        }
    )*};
}

streams! {
    [T: Data + Default + Send + 'static] answer::JsonLines<T>;
    [] answer::Logs;
    [] answer::Hijack;
    [] answer::Bytes;
}

/// A stream for programs that block: an iterator over its values or chunks; bytes are read as from a file, and the input of
/// a process is written as to one.
pub struct Blocking<S> {
    stream: S,
    driven: Driven,
    ended: bool,
}

/// Streams of single things.
pub trait Things: Stream<Item = Result<Self::Thing>> + Unpin {
    /// What the iterator gives.
    type Thing;
}

impl<T: Data + Default> Things for JsonStream<T> {
    type Thing = T;
}

impl Things for LogStream {
    type Thing = LogChunk;
}

impl Things for Duplex {
    type Thing = LogChunk;
}

impl<S: Things> Iterator for Blocking<S> {
    type Item = Result<S::Thing>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let Self { stream, driven, .. } = self;
        let next = driven.0.block_on(poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)));
        next.unwrap_or_else(|error| {
            // It would be said again and again to whoever passes over errors.
            self.ended = true;
            Some(Err(error))
        })
    }
}

impl<S: AsyncRead + Unpin> Read for Blocking<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.driven.0.block_on(self.stream.read(buffer)).map_err(io::Error::other)?
    }
}

impl<S: AsyncWrite + Unpin> Write for Blocking<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.driven.0.block_on(self.stream.write(bytes)).map_err(io::Error::other)?
    }

    fn flush(&mut self) -> io::Result<()> {
        self.driven.0.block_on(self.stream.flush()).map_err(io::Error::other)?
    }
}

impl<S> Blocking<S> {
    /// The stream within.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<T: Data + Default> Blocking<JsonStream<T>> {
    /// Waits for the end and gives the last value. The first error ends the wait.
    pub fn last(self) -> Result<Option<T>> {
        self.driven.0.block_on(self.stream.last())?
    }

    /// Waits for the end. The first error ends the wait.
    pub fn finish(self) -> Result<()> {
        self.driven.0.block_on(self.stream.finish())?
    }
}

impl Blocking<LogStream> {
    /// All that is still to come, as text; what is not UTF-8 is replaced.
    pub fn into_string(self) -> Result<String> {
        self.driven.0.block_on(self.stream.into_string())?
    }
}

impl Blocking<ByteStream> {
    /// All bytes in memory.
    pub fn collect(self) -> Result<Vec<u8>> {
        self.driven.0.block_on(self.stream.collect())?
    }
}

impl Blocking<Duplex> {
    /// Ends the input: the process sees the end of its file, and its output still comes.
    pub fn close_input(&mut self) -> io::Result<()> {
        self.driven.0.block_on(self.stream.close_input()).map_err(io::Error::other)?
    }

    /// Sends the input and ends it while the output is collected.
    pub fn exchange(self, input: impl Into<bytes::Bytes>) -> Result<Vec<LogChunk>> {
        self.driven.0.block_on(self.stream.exchange(input))?
    }

    /// The two directions apart, for two threads.
    pub fn split(self) -> (Blocking<LogStream>, Blocking<Input>) {
        let (output, input) = self.stream.split();
        let other = Driven(Arc::clone(&self.driven.0));
        (
            Blocking { stream: output, driven: self.driven, ended: self.ended },
            Blocking { stream: input, driven: other, ended: false },
        )
    }
}

impl Blocking<Input> {
    /// Ends the input.
    pub fn close(self) -> io::Result<()> {
        self.driven.0.block_on(self.stream.close()).map_err(io::Error::other)?
    }
}

impl<S: fmt::Debug> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.stream).finish()
    }
}

/// Gives a request `send_blocking`.
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($name:ident, $answer:ty) => {
        impl $name {
            /// Sends the request and blocks the thread until the answer is there.
            pub fn send_blocking(
                self,
            ) -> $crate::Result<<$answer as $crate::blocking::BlockingAnswer>::Blocking> {
                $crate::blocking::send::<$answer>($crate::Operation::into_request(self))
            }
        }
    };
}

/// Gives a client with a field `core` `block_on`.
#[doc(hidden)]
#[macro_export]
macro_rules! client_blocking {
    ($name:ident) => {
        impl $name {
            /// Waits for a future of this client, such as `negotiate()`, in a program that is not asynchronous.
            pub fn block_on<T>(
                &self,
                future: impl ::core::future::Future<Output = $crate::Result<T>>,
            ) -> $crate::Result<T> {
                self.core.block_on(future)
            }
        }
    };
}
